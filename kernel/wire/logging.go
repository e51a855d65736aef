package wire

import (
	"fmt"
	"sync"
	"time"
)

// logger bounds what hostile peers can make a kernel log: after a burst, five
// lines a second, and how many were left out.
type logger struct {
	printf func(format string, args ...any)

	mu     sync.Mutex
	tokens float64
	last   time.Time
	missed int
}

const (
	logBurst = 20
	logRate  = 5 // lines a second
)

func newLogger(printf func(string, ...any)) *logger {
	return &logger{printf: printf, tokens: logBurst, last: time.Now()}
}

func (l *logger) logf(format string, args ...any) {
	if l.printf == nil {
		return
	}
	l.mu.Lock()
	now := time.Now()
	l.tokens = min(logBurst, l.tokens+now.Sub(l.last).Seconds()*logRate)
	l.last = now
	if l.tokens < 1 {
		l.missed++
		l.mu.Unlock()
		return
	}
	l.tokens--
	missed := l.missed
	l.missed = 0
	l.mu.Unlock()
	line := fmt.Sprintf(format, args...)
	if missed > 0 {
		line += fmt.Sprintf(" (and %d like messages that were not logged)", missed)
	}
	l.printf("%s", line)
}
