package worker

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"

	"gokernel/interp/guest"
)

// answer answers a question while cells run.
func (c *child) answer(m ask) (r reply) {
	// Values are read while the program writes them: half a string may be seen.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			r = reply{Err: fmt.Sprintf("%s: %v", m.What, p)}
		}
	}()
	switch m.What {
	case "goroutines":
		var of *guest.Cell
		if m.Cell != 0 {
			out := c.cell(m.Cell)
			if out == nil {
				return r
			}
			out.mu.Lock()
			of = out.guest
			out.mu.Unlock()
			if of == nil {
				return r
			}
		}
		r.Goroutines = c.world.Goroutines(of)
	case "variables":
		r.Variables = c.variables(m.Args)
	case "children":
		v, err := c.refs.children(int(m.N))
		r.Variables = v
		if err != nil {
			r.Err = err.Error()
		}
	case "usage":
		r.Usage = usage()
		r.Usage.Limit = c.memory.bytes.Load()
	case "setenv":
		restart, err := setenv(m.Args[0], m.Args[1])
		r.Yes = restart
		if err != nil {
			r.Err = err.Error()
		}
	case "chdir":
		if err := os.Chdir(m.Args[0]); err != nil {
			r.Err = err.Error()
		}
	case "memory":
		if err := c.memory.set(m.N); err != nil {
			r.Err = err.Error()
		}
	default:
		r.Err = "unknown question " + m.What
	}
	return r
}

// setenv sets a variable and what the runtime read of it when it started.
func setenv(name, value string) (restart bool, err error) {
	if value == "" {
		err = os.Unsetenv(name)
	} else {
		err = os.Setenv(name, value)
	}
	if err != nil {
		return false, err
	}
	switch name {
	case "GOMAXPROCS":
		n, err := strconv.Atoi(value)
		if value == "" {
			runtime.SetDefaultGOMAXPROCS()
		} else if err != nil || n < 1 {
			return false, fmt.Errorf("GOMAXPROCS=%s is no positive number", value)
		} else {
			runtime.GOMAXPROCS(n)
		}
	case "GOGC":
		n, err := strconv.Atoi(value)
		switch {
		case value == "":
			n = 100
		case value == "off":
			n = -1
		case err != nil:
			return false, fmt.Errorf("GOGC=%s is no number", value)
		}
		debug.SetGCPercent(n)
	case "GODEBUG", "GOTRACEBACK", "GOMEMLIMIT", "GORACE":
		return true, nil
	}
	return false, nil
}

func usage() Usage {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/cpu/classes/total:cpu-seconds"}}
	metrics.Read(s)
	u := Usage{Heap: int64(s[0].Value.Uint64()), Goroutines: guest.NumGoroutine(0), GOMAXPROCS: runtime.GOMAXPROCS(0)}
	u.RSS, u.CPU = processUsage()
	return u
}
