//go:build unix && !linux

package worker

import "golang.org/x/sys/unix"

const fionread = unix.FIONREAD // bytes that wait in a pipe

const maxrssUnit = 1
