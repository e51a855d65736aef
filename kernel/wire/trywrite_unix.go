//go:build unix

package wire

import (
	"net"
	"syscall"
)

// tryWrite writes as much of p as conn takes without waiting. A reply that
// goes out this way needs no goroutine to wake.
func tryWrite(conn net.Conn, p []byte) (n int, err error) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return 0, nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	werr := raw.Write(func(fd uintptr) bool {
		for {
			n, err = syscall.Write(int(fd), p)
			if err != syscall.EINTR {
				return true
			}
		}
	})
	if n < 0 {
		n = 0
	}
	switch {
	case werr != nil:
		return n, werr
	case err == syscall.EAGAIN:
		return n, nil
	}
	return n, err
}
