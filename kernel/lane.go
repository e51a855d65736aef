package kernel

import "sync"

// A lane runs tasks one after the other, in the order in which they were
// added, on one goroutine of its own that lives while there are tasks.
type lane struct {
	working *sync.WaitGroup // counts the goroutine

	mu      sync.Mutex
	tasks   []func()
	running bool
}

// add appends a task. It never blocks.
func (l *lane) add(task func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tasks = append(l.tasks, task)
	if !l.running {
		l.running = true
		l.working.Go(l.run)
	}
}

// run is the lane's goroutine; add starts it, and it ends when no task is left.
func (l *lane) run() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.tasks) > 0 {
		task := l.tasks[0]
		l.tasks[0] = nil
		l.tasks = l.tasks[1:]
		l.mu.Unlock()
		task()
		l.mu.Lock()
	}
	l.tasks = nil
	l.running = false
}
