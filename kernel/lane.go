package kernel

import "sync"

// A lane runs tasks one after the other, in the order in which they were
// added, on one goroutine of its own that lives while there are tasks.
type lane struct {
	working *goroutines

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

// busy says whether there are tasks.
func (l *lane) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running
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

// goroutines counts goroutines that come and go. Unlike a sync.WaitGroup, it
// lets new ones start while somebody waits.
type goroutines struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when n falls to 0; nil while nobody waits
}

// Go runs f on a goroutine.
func (g *goroutines) Go(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	go func() {
		defer g.ended()
		f()
	}()
}

func (g *goroutines) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n--
	if g.n == 0 && g.none != nil {
		close(g.none)
		g.none = nil
	}
}

// wait returns when there is a moment at which none of them runs.
func (g *goroutines) wait() {
	g.mu.Lock()
	if g.n == 0 {
		g.mu.Unlock()
		return
	}
	if g.none == nil {
		g.none = make(chan struct{})
	}
	none := g.none
	g.mu.Unlock()
	<-none
}
