//go:build !linux

package guest

import "time"

// systemWait stands for a system call that takes a while.
func systemWait() { time.Sleep(soon) }
