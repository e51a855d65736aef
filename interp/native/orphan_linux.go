package native

import "syscall"

// dieWithParent has the kernel of the system end the process when the thread that started it ends: whoever
// starts it keeps that thread (runtime.LockOSThread) until it has waited for the process.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
