package compile

// Native functions that block, end the program, read the clock, draw random numbers or look at goroutines
// are called in package guest instead, where they can be stopped, seen, counted and repeated. Each takes
// the place of the call before its arguments (the receiver first).

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// redirects maps the full name of a native function to its name in package guest.
var redirects = map[string]string{
	"time.Sleep":           "Sleep",
	"time.After":           "After",
	"time.Tick":            "Tick",
	"time.AfterFunc":       "AfterFunc",
	"time.NewTimer":        "NewTimer",
	"time.NewTicker":       "NewTicker",
	"time.Now":             "Now",
	"time.Since":           "Since",
	"time.Until":           "Until",
	"(*time.Timer).Reset":  "TimerReset",
	"(*time.Timer).Stop":   "TimerStop",
	"(*time.Ticker).Reset": "TickerReset",
	"(*time.Ticker).Stop":  "TickerStop",

	"context.WithTimeout":       "WithTimeout",
	"context.WithTimeoutCause":  "WithTimeoutCause",
	"context.WithDeadline":      "WithDeadline",
	"context.WithDeadlineCause": "WithDeadlineCause",
	"context.AfterFunc":         "ContextAfterFunc",

	"(*sync.Mutex).Lock":       "MutexLock",
	"(*sync.Mutex).TryLock":    "MutexTryLock",
	"(*sync.Mutex).Unlock":     "MutexUnlock",
	"(*sync.RWMutex).Lock":     "RWLock",
	"(*sync.RWMutex).RLock":    "RWRLock",
	"(*sync.RWMutex).TryLock":  "RWTryLock",
	"(*sync.RWMutex).TryRLock": "RWTryRLock",
	"(*sync.RWMutex).Unlock":   "RWUnlock",
	"(*sync.RWMutex).RUnlock":  "RWRUnlock",
	"(*sync.RWMutex).RLocker":  "RWRLocker",
	"(*sync.WaitGroup).Add":    "WaitGroupAdd",
	"(*sync.WaitGroup).Done":   "WaitGroupDone",
	"(*sync.WaitGroup).Wait":   "WaitGroupWait",
	"(*sync.WaitGroup).Go":     "WaitGroupGo",
	"(*sync.Cond).Wait":        "CondWait",
	"(*sync.Cond).Signal":      "CondSignal",
	"(*sync.Cond).Broadcast":   "CondBroadcast",
	"(*sync.Once).Do":          "OnceDo",

	"os.Exit":               "Exit",
	"log.Fatal":             "LogFatal",
	"log.Fatalf":            "LogFatalf",
	"log.Fatalln":           "LogFatalln",
	"(*log.Logger).Fatal":   "LoggerFatal",
	"(*log.Logger).Fatalf":  "LoggerFatalf",
	"(*log.Logger).Fatalln": "LoggerFatalln",

	"runtime.Goexit":           "Goexit",
	"runtime.Gosched":          "Gosched",
	"runtime.GOMAXPROCS":       "GOMAXPROCS",
	"runtime.NumGoroutine":     "NumGoroutine",
	"runtime.Caller":           "Caller",
	"runtime.Callers":          "Callers",
	"runtime.CallersFrames":    "CallersFrames",
	"runtime.FuncForPC":        "FuncForPC",
	"(*runtime.Frames).Next":   "FramesNext",
	"(*runtime.Func).Name":     "FuncName",
	"(*runtime.Func).Entry":    "FuncEntry",
	"(*runtime.Func).FileLine": "FuncFileLine",
	"runtime.Stack":            "RuntimeStack",
	"runtime/debug.Stack":      "DebugStack",
	"runtime/debug.PrintStack": "DebugPrintStack",

	"os/signal.Notify":        "SignalNotify",
	"os/signal.Stop":          "SignalStop",
	"os/signal.NotifyContext": "SignalNotifyContext",

	"math/rand.Int":         "RandInt",
	"math/rand.Int31":       "RandInt31",
	"math/rand.Int63":       "RandInt63",
	"math/rand.Uint32":      "RandUint32",
	"math/rand.Uint64":      "RandUint64",
	"math/rand.Float32":     "RandFloat32",
	"math/rand.Float64":     "RandFloat64",
	"math/rand.ExpFloat64":  "RandExpFloat64",
	"math/rand.NormFloat64": "RandNormFloat64",
	"math/rand.Intn":        "RandIntn",
	"math/rand.Int31n":      "RandInt31n",
	"math/rand.Int63n":      "RandInt63n",
	"math/rand.Perm":        "RandPerm",
	"math/rand.Shuffle":     "RandShuffle",
	"math/rand.Read":        "RandRead",
	"math/rand.Seed":        "RandSeed",

	"math/rand/v2.Int":         "RandV2Int",
	"math/rand/v2.Int32":       "RandV2Int32",
	"math/rand/v2.Int64":       "RandV2Int64",
	"math/rand/v2.Uint":        "RandV2Uint",
	"math/rand/v2.Uint32":      "RandV2Uint32",
	"math/rand/v2.Uint64":      "RandV2Uint64",
	"math/rand/v2.Float32":     "RandV2Float32",
	"math/rand/v2.Float64":     "RandV2Float64",
	"math/rand/v2.ExpFloat64":  "RandV2ExpFloat64",
	"math/rand/v2.NormFloat64": "RandV2NormFloat64",
	"math/rand/v2.IntN":        "RandV2IntN",
	"math/rand/v2.Int32N":      "RandV2Int32N",
	"math/rand/v2.Int64N":      "RandV2Int64N",
	"math/rand/v2.UintN":       "RandV2UintN",
	"math/rand/v2.Uint32N":     "RandV2Uint32N",
	"math/rand/v2.Uint64N":     "RandV2Uint64N",
	"math/rand/v2.Perm":        "RandV2Perm",
	"math/rand/v2.Shuffle":     "RandV2Shuffle",
}

// invokeRedirects maps methods of native interfaces, which native types answer.
var invokeRedirects = map[string]string{
	"(sync.Locker).Lock":   "LockerLock",
	"(sync.Locker).Unlock": "LockerUnlock",
}

// redirectedVariables maps a native variable that is read to a function of package guest.
var redirectedVariables = map[string]string{
	"os.Stdin":  "Stdin",
	"os.Stdout": "Stdout",
	"os.Stderr": "Stderr",
}

// redirectVariable is the call that gives the value of native variable g, "" if it is read as it is.
func (b *builder) redirectVariable(g *ssa.Global) string {
	if to, ok := redirectedVariables[g.Pkg.Pkg.Path()+"."+g.Name()]; ok && b.guestHas(to) {
		return "guest." + to + "()"
	}
	return ""
}

// redirected is the name in package guest of native function fn, "" if it is called as it is.
func (b *builder) redirected(fn *ssa.Function) string {
	if to, ok := redirects[fn.String()]; ok && b.guestHas(to) {
		return to
	}
	return ""
}

// redirectedMethod is the same for a method of an interface.
func (b *builder) redirectedMethod(m *types.Func) string {
	if to, ok := invokeRedirects[m.FullName()]; ok && b.guestHas(to) {
		return to
	}
	return ""
}

// guestHas reports whether the worker's run time has a function of that name.
func (b *builder) guestHas(name string) bool { return b.Compiler.natives.Has(guestPath, name) }
