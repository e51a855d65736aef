//go:build amd64 || arm64

package forge

// entriesPC is the address of the code of slot 0, from the assembly file.
var entriesPC uintptr
