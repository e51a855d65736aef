package guest

import "syscall"

// systemWait blocks in a system call for a while.
func systemWait() {
	tv := syscall.NsecToTimeval(int64(soon))
	_, _ = syscall.Select(0, nil, nil, nil, &tv)
}
