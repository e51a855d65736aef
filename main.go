// Command gokernel is a Jupyter kernel for Go and the command line around it.
// "gokernel lab" opens JupyterLab on the course; "gokernel --help" shows the rest.
package main

import (
	"os"

	"gokernel/install"
)

func main() {
	os.Exit(install.Main(os.Args[1:]))
}
