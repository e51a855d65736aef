package check

import "time"

// patience is a limit on waiting that is counted in short rests. On a machine that is busy with other things each rest
// takes longer, so the limit grows with what everything else takes: a right answer is not refused for a slow machine.
type patience struct {
	left int
	rest time.Duration
	tick *time.Timer
}

// rests is how many there are in a limit.
const rests = 50

func patient(limit time.Duration) *patience {
	p := &patience{left: rests, rest: limit / rests}
	p.tick = time.NewTimer(p.rest)
	return p
}

// C delivers when a rest is over; call over then.
func (p *patience) C() <-chan time.Time { return p.tick.C }

// over is called after each rest and reports whether it was the last.
func (p *patience) over() bool {
	p.left--
	p.tick.Reset(p.rest)
	return p.left <= 0
}

func (p *patience) stop() { p.tick.Stop() }

// await waits for done within limit and reports whether it came.
func await[T any](limit time.Duration, done <-chan T) (v T, ok bool) {
	p := patient(limit)
	defer p.stop()
	for {
		select {
		case v = <-done:
			return v, true
		case <-p.C():
			if p.over() {
				return v, false
			}
		}
	}
}

// quickest does prepare and f a few times, until f takes less than enough, and gives its shortest time: what must not
// take long may do so on a busy machine, but not every time.
func (t *trial) quickest(enough time.Duration, prepare, f func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 5 {
		prepare()
		start := time.Now()
		f()
		if best = min(best, time.Since(start)); best < enough {
			break
		}
	}
	return best
}

// offer sends v on to within limit and reports whether it was taken.
func offer[T any](limit time.Duration, to chan<- T, v T) bool {
	p := patient(limit)
	defer p.stop()
	for {
		select {
		case to <- v:
			return true
		case <-p.C():
			if p.over() {
				return false
			}
		}
	}
}
