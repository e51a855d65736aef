package worker

import "golang.org/x/sys/unix"

const fionread = unix.TIOCINQ // bytes that wait in a pipe

const maxrssUnit = 1 << 10
