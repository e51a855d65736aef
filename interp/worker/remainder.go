package worker

import (
	"bytes"
	"encoding/binary"
	"os"
	"sort"
	"sync/atomic"
	"unsafe"
)

// A program that dies of a fatal error has printed lines that are still in its outbox. So the outbox's two buffers lie
// in memory that the kernel process shares: after a death it reads there what did not
// come through the pipe. Where memory cannot be shared the last two milliseconds of output can be lost.
//
// The shared file is a head and two halves. The head has for each half the
// position of its first byte in the stream of all bytes sent, and its length, written after the bytes.
const (
	remainderHead = 64
	remainderHalf = outboxSize + window/2 + 1<<16
	remainderSize = remainderHead + 2*remainderHalf
)

// remainder is the child's view of the shared memory.
type remainder struct {
	mem  []byte
	half int // the one that is being filled
}

func (r *remainder) word(i int) *uint64 { return (*uint64)(unsafe.Pointer(&r.mem[8*i])) }

// buffer is half i, empty; appending beyond its end moves to other memory, which is not shared.
func (r *remainder) buffer(i int) []byte {
	at := remainderHead + i*remainderHalf
	return r.mem[at : at : at+remainderHalf]
}

// begin says that the half to be filled begins at that position of the stream.
func (r *remainder) begin(position uint64) {
	atomic.StoreUint64(r.word(2*r.half+1), 0)
	atomic.StoreUint64(r.word(2*r.half), position)
}

// filled says how many bytes of b, which began as the current half, are whole.
func (r *remainder) filled(b []byte) {
	n := len(b)
	if cap(b) != remainderHalf { // it has outgrown the half
		n = 0
	}
	atomic.StoreUint64(r.word(2*r.half+1), uint64(n))
}

// readRemainder gives what the child had appended to the stream beyond the first seen bytes.
func readRemainder(f *os.File, seen uint64) []byte {
	head := make([]byte, remainderHead)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil
	}
	type part struct {
		from uint64
		b    []byte
	}
	var parts []part
	for i := range 2 {
		from, n := binary.NativeEndian.Uint64(head[16*i:]), binary.NativeEndian.Uint64(head[16*i+8:])
		if n == 0 || n > remainderHalf || from+n <= seen {
			continue
		}
		b := make([]byte, n)
		if _, err := f.ReadAt(b, int64(remainderHead+i*remainderHalf)); err != nil {
			continue
		}
		parts = append(parts, part{from, b})
	}
	sort.Slice(parts, func(i, j int) bool { return parts[i].from < parts[j].from })
	var rest bytes.Buffer
	for _, p := range parts {
		if p.from > seen {
			break // a hole: what follows cannot be read as frames
		}
		rest.Write(p.b[seen-p.from:])
		seen = p.from + uint64(len(p.b))
	}
	return rest.Bytes()
}
