package guest

import "os"

// Stdin, Stdout and Stderr are what emitted text reads for os.Stdin, os.Stdout
// and os.Stderr: files of the cell whose goroutine asks.
func Stdin() *os.File { return cur().file(0) }

// Stdout is os.Stdout of the cell.
func Stdout() *os.File { return cur().file(1) }

// Stderr is os.Stderr of the cell.
func Stderr() *os.File { return cur().file(2) }

func (g *G) file(fd int) *os.File { return g.cell.world.host.File(g.cell, fd) }
