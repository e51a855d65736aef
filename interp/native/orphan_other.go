//go:build unix && !linux

package native

import "syscall"

// dieWithParent has no means on this system: a program outlives a killed kernel.
func dieWithParent(*syscall.SysProcAttr) {}
