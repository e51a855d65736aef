package guest

import (
	"os"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type quiet struct{}

func (quiet) Write(c *Cell, stderr bool, text []byte) {}
func (quiet) File(c *Cell, fd int) *os.File           { return nil }
func (quiet) Crashed(c *Cell, k *Crash)               {}
func (quiet) Exited(c *Cell, code int)                {}
func (quiet) Notice(c *Cell, r *Deadlock)             {}
func (quiet) Fatal(c *Cell, text string)              {}

func inCell(b *testing.B, f func()) {
	w := Start(quiet{})
	defer w.Close()
	if o := w.NewCell(1, 1).Run(f, Options{}); o.Kind != Returned {
		b.Fatal(o.Kind, o.Crash)
	}
}

func BenchmarkCur(b *testing.B) {
	inCell(b, func() {
		for b.Loop() {
			cur()
		}
	})
}

func BenchmarkNanotime(b *testing.B) {
	for b.Loop() {
		nanotime()
	}
}

func BenchmarkBuffered(b *testing.B) {
	inCell(b, func() {
		c := make(chan int, 1)
		op := chanOp{reflect.TypeOf(c)}
		ch := word(c)
		v := new(int)
		for b.Loop() {
			op.Send(ch, unsafe.Pointer(v))
			op.Recv(ch, unsafe.Pointer(v))
		}
	})
}

func BenchmarkBufferedNative(b *testing.B) {
	c := make(chan int, 1)
	for b.Loop() {
		c <- 1
		<-c
	}
}

func BenchmarkPingPong(b *testing.B) {
	inCell(b, func() {
		c, d := make(chan int), make(chan int)
		op := chanOp{reflect.TypeOf(c)}
		Go(func() {
			v := new(int)
			for op.Recv(word(c), unsafe.Pointer(v)) {
				op.Send(word(d), unsafe.Pointer(v))
			}
		}, 0)
		v := new(int)
		for b.Loop() {
			op.Send(word(c), unsafe.Pointer(v))
			op.Recv(word(d), unsafe.Pointer(v))
		}
		Close(0, c)
	})
}

func BenchmarkPingPongTraced(b *testing.B) {
	w := Start(quiet{})
	defer w.Close()
	w.NewCell(1, 1).Run(func() {
		c, d := make(chan int), make(chan int)
		op := chanOp{reflect.TypeOf(c)}
		Go(func() {
			v := new(int)
			for op.Recv(word(c), unsafe.Pointer(v)) {
				op.Send(word(d), unsafe.Pointer(v))
			}
		}, 0)
		v := new(int)
		for b.Loop() {
			op.Send(word(c), unsafe.Pointer(v))
			op.Recv(word(d), unsafe.Pointer(v))
		}
		Close(0, c)
	}, Options{Trace: NewTrace(0)})
}

func BenchmarkPingPongNative(b *testing.B) {
	c, d := make(chan int), make(chan int)
	go func() {
		for v := range c {
			d <- v
		}
	}()
	for b.Loop() {
		c <- 1
		<-d
	}
	close(c)
}

func BenchmarkGo(b *testing.B) {
	inCell(b, func() {
		var wg sync.WaitGroup
		for b.Loop() {
			WaitGroupAdd(0, &wg, 1)
			Go(func() { WaitGroupDone(0, &wg) }, 0)
			WaitGroupWait(0, &wg)
		}
	})
}

func BenchmarkMutex(b *testing.B) {
	inCell(b, func() {
		var m sync.Mutex
		for b.Loop() {
			MutexLock(0, &m)
			MutexUnlock(0, &m)
		}
	})
}

type chanOp struct{ t reflect.Type }

func (o chanOp) Send(ch, v unsafe.Pointer)      { send(0, o.t, ch, v) }
func (o chanOp) Recv(ch, v unsafe.Pointer) bool { return recv(0, o.t, ch, v) }

// BenchmarkLook is what the watcher does every 25 ms: at a cell that computes,
// and at one of which 10,000 goroutines wait while one computes.
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{0, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := Start(quiet{})
			defer w.Close()
			c := w.NewCell(1, 1)
			quit, started, done := make(chan int), make(chan int), make(chan int)
			go func() {
				defer close(done)
				c.Run(func() {
					for range n {
						Go(func() { Recv(0, quit, nil) }, 0)
					}
					close(started)
					loopUntilStopped()
				}, Options{})
			}()
			<-started
			for b.Loop() {
				c.look()
			}
			c.Stop()
			<-done
		})
	}
}

// BenchmarkVirtualSleep is one step of the virtual clock.
func BenchmarkVirtualSleep(b *testing.B) {
	w := Start(quiet{})
	defer w.Close()
	w.NewCell(1, 1).Run(func() {
		for b.Loop() {
			Sleep(0, time.Second)
		}
	}, Options{Fast: true})
}
