package wire

import "time"

// Options are what a Server may be told beyond its connection file. The zero
// value is right for a kernel.
type Options struct {
	// Logf gets one line for each thing an operator may want to know: a peer
	// that was cut, a message that was refused. It may be called from any
	// goroutine and must not block; nil discards. Lines never hold a key, and
	// a flood of bad peers is summed up instead of repeated.
	Logf func(format string, args ...any)
	// Username is the header's username; "" is the name of the process's user.
	Username string
	Limits   Limits
}

// Limits bound what one peer can cost. Zero fields mean the defaults.
type Limits struct {
	// Message is the largest message in bytes, over all its frames. A peer
	// that sends a larger one is cut. Default 1 GiB.
	Message int64
	// Stranger is the largest message of a peer that has not yet shown the
	// key, and twice that is what all strangers together may have in flight.
	// Default 128 MiB.
	Stranger int64
	// Queue is how many bytes may wait for one peer on iopub before those who
	// print must wait, and on the other sockets before no more requests are
	// read from this peer. Peers share the bytes of what is published, so
	// sixteen stalled subscribers cost as much as one. Default 32 MiB.
	Queue int64
	// Handshake is how long a new connection may take to become a peer.
	// Default 10 s.
	Handshake time.Duration
	// Grace is how long a full queue may hold up output while other
	// subscribers are ready for it, without taking a byte, before its peer is
	// cut; so is one that takes less than 64 KiB a second over five times as
	// long. Default 2 s.
	Grace time.Duration
	// Stall is how long a full queue may hold up output when no other
	// subscriber is ready either, without taking a byte, before its peer is
	// cut. Default 60 s.
	Stall time.Duration
	// Abandon is how long a peer that nobody waits for may leave queued bytes
	// untouched before it is cut. A suspended console is normal; when it wakes
	// it connects again and gets its welcome. Default 10 min.
	Abandon time.Duration
	// Parting is how long Close waits for a peer that takes nothing of what is
	// queued for it. Default 1 s.
	Parting time.Duration
	// Peers is how many connections one socket serves. Default 4096.
	Peers int
}

func (l Limits) withDefaults() Limits {
	def := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	dur := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.Message, 1<<30)
	def(&l.Stranger, 128<<20)
	def(&l.Queue, 32<<20)
	dur(&l.Handshake, 10*time.Second)
	dur(&l.Grace, 2*time.Second)
	dur(&l.Stall, time.Minute)
	dur(&l.Parting, time.Second)
	dur(&l.Abandon, 10*time.Minute)
	if l.Peers <= 0 {
		l.Peers = 4096
	}
	return l
}
