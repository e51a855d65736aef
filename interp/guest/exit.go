package guest

import (
	"fmt"
	"log"
	"runtime"
)

// Exit is os.Exit: it ends the cell and every goroutine that the cell started,
// and nothing deferred runs; the session stays.
func Exit(place, code int) {
	g := cur()
	c := g.cell
	if !c.finish(&Outcome{Kind: Exited, Code: code}) {
		c.world.host.Exited(c, code)
	}
	if c == c.world.background { // nobody's goroutine: it ends alone
		g.quit = new(quit)
		g.quit.init()
		g.quit.raise(quitKill)
	} else {
		c.raise(quitKill)
	}
	g.leave()
}

// LogFatal, LogFatalf and LogFatalln are those of package log.
func LogFatal(place int, v ...any) {
	_ = log.Output(2, fmt.Sprint(v...))
	Exit(place, 1)
}

// LogFatalf is log.Fatalf.
func LogFatalf(place int, format string, v ...any) {
	_ = log.Output(2, fmt.Sprintf(format, v...))
	Exit(place, 1)
}

// LogFatalln is log.Fatalln.
func LogFatalln(place int, v ...any) {
	_ = log.Output(2, fmt.Sprintln(v...))
	Exit(place, 1)
}

// LoggerFatal is (*log.Logger).Fatal.
func LoggerFatal(place int, l *log.Logger, v ...any) {
	_ = l.Output(2, fmt.Sprint(v...))
	Exit(place, 1)
}

// LoggerFatalf is (*log.Logger).Fatalf.
func LoggerFatalf(place int, l *log.Logger, format string, v ...any) {
	_ = l.Output(2, fmt.Sprintf(format, v...))
	Exit(place, 1)
}

// LoggerFatalln is (*log.Logger).Fatalln.
func LoggerFatalln(place int, l *log.Logger, v ...any) {
	_ = l.Output(2, fmt.Sprintln(v...))
	Exit(place, 1)
}

// Gosched is runtime.Gosched; it is also a point where a stop takes effect.
func Gosched(place int) {
	g := cur()
	if g.mustLeave() {
		g.leave()
	}
	runtime.Gosched()
}

// GOMAXPROCS is runtime.GOMAXPROCS.
func GOMAXPROCS(place, n int) int { return runtime.GOMAXPROCS(n) }

// NumGoroutine is runtime.NumGoroutine of the user's program: the goroutines
// of all cells, those that native code started for them included, and not the run time's own.
func NumGoroutine(place int) int { return cur().cell.world.numGoroutine() }
