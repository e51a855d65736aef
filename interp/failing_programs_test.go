package interp

// failing is a cell that goes wrong in a way the course teaches, with what the learner must read.
type failing struct {
	name  string
	cells []string // the last one fails
	class string   // Error.Name
	want  []string // in the traceback or in the cell's output
	fatal bool     // the process that runs cells dies: variables are lost, declarations stay
}

// failingPrograms is the table of what the course breaks on purpose, in variations.
var failingPrograms = []failing{
	// panics
	{name: "panic with a string", cells: []string{`panic("boom")`}, class: "panic", want: []string{"panic: boom", "goroutine ", "cell "}},
	{name: "panic with an error", cells: []string{`panic(errors.New("bad"))`}, class: "panic", want: []string{"panic: ", "bad"}},
	{name: "panic with fmt.Errorf", cells: []string{`panic(fmt.Errorf("wrap: %w", io.EOF))`}, class: "panic", want: []string{"wrap: EOF"}},
	{name: "panic with an int", cells: []string{`panic(42)`}, class: "panic", want: []string{"panic: 42"}},
	{name: "panic with nil", cells: []string{`panic(nil)`}, class: "panic", want: []string{"panic called with nil argument"}},
	{name: "panic with a named type", cells: []string{"type code int\npanic(code(3))"}, class: "panic", want: []string{"panic: main.code(3)"}},
	{name: "panic with a Stringer error", cells: []string{"type E struct{ n int }\nfunc (e E) Error() string { return fmt.Sprint(\"E\", e.n) }\npanic(E{7})"}, class: "panic", want: []string{"E7"}},
	{name: "panic two calls deep", cells: []string{"func deep(n int) {\n\tif n == 0 {\n\t\tpanic(\"deep\")\n\t}\n\tdeep(n - 1)\n}", `deep(2)`}, class: "panic", want: []string{"panic: deep", "main.deep"}},
	{name: "index out of range", cells: []string{"s := []int{1, 2, 3}\ni := 5\nfmt.Println(s[i])"}, class: "panic", want: []string{"runtime error: index out of range [5] with length 3"}},
	{name: "slice bounds", cells: []string{"s := []int{1}\nn := 4\n_ = s[:n]"}, class: "panic", want: []string{"slice bounds out of range [:4] with capacity 1"}},
	{name: "nil map", cells: []string{"var m map[string]int\nm[\"a\"] = 1"}, class: "panic", want: []string{"assignment to entry in nil map"}},
	{name: "nil pointer", cells: []string{"type T struct{ n int }\nvar p *T\nfmt.Println(p.n)"}, class: "panic", want: []string{"invalid memory address or nil pointer dereference"}},
	{name: "nil func", cells: []string{"var f func()\nf()"}, class: "panic", want: []string{"invalid memory address or nil pointer dereference"}},
	{name: "division by zero", cells: []string{"a, b := 1, 0\nfmt.Println(a / b)"}, class: "panic", want: []string{"integer divide by zero"}},
	{name: "type assertion", cells: []string{"var v any = 1\nfmt.Println(v.(string))"}, class: "panic", want: []string{"interface conversion: interface {} is int, not string"}},
	{name: "panic in a deferred function", cells: []string{"func f() {\n\tdefer func() { panic(\"second\") }()\n\tpanic(\"first\")\n}\nf()"}, class: "panic", want: []string{"panic: first", "panic: second"}},
	{name: "re-panic", cells: []string{"func f() {\n\tdefer func() { panic(recover()) }()\n\tpanic(\"again\")\n}\nf()"}, class: "panic", want: []string{"again", "recovered"}},
	{name: "closed channel sent on", cells: []string{"c := make(chan int, 1)\nclose(c)\nc <- 1"}, class: "panic", want: []string{"panic: send on closed channel"}},
	{name: "channel closed twice", cells: []string{"c := make(chan int)\nclose(c)\nclose(c)"}, class: "panic", want: []string{"panic: close of closed channel"}},
	{name: "nil channel closed", cells: []string{"var c chan int\nclose(c)"}, class: "panic", want: []string{"panic: close of nil channel"}},
	{name: "Done more often than Add", cells: []string{"var wg sync.WaitGroup\nwg.Add(1)\nwg.Done()\nwg.Done()"}, class: "panic", want: []string{"panic: sync: negative WaitGroup counter"}},
	{name: "Add of a negative number", cells: []string{"var wg sync.WaitGroup\nwg.Add(-1)"}, class: "panic", want: []string{"sync: negative WaitGroup counter"}},
	{name: "negative make", cells: []string{"n := -1\n_ = make([]int, n)"}, class: "panic", want: []string{"makeslice: len out of range"}},
	{name: "negative shift", cells: []string{"n := -1\nfmt.Println(1 << n)"}, class: "panic", want: []string{"negative shift amount"}},
	{name: "unhashable key", cells: []string{"m := map[any]int{}\nm[[]int{1}] = 1"}, class: "panic", want: []string{"hash of unhashable type []int"}},
	{name: "uncomparable", cells: []string{"var a, b any = []int{1}, []int{1}\nfmt.Println(a == b)"}, class: "panic", want: []string{"comparing uncomparable type []int"}},
	{name: "strings.Repeat", cells: []string{`strings.Repeat("x", -1)`}, class: "panic", want: []string{"strings: negative Repeat count"}},
	{name: "regexp.MustCompile", cells: []string{`regexp.MustCompile("(")`}, class: "panic", want: []string{"missing closing )"}},

	// panics in goroutines
	{name: "panic in a goroutine", cells: []string{"done := make(chan int)\ngo func() {\n\tpanic(\"inside\")\n}()\n<-done"}, class: "panic", want: []string{"panic: inside", "created by main", "cell "}},
	{name: "panic in a named goroutine", cells: []string{"func worker() {\n\tvar m map[int]int\n\tm[1]++\n}", "go worker()\nselect {}"}, class: "panic", want: []string{"assignment to entry in nil map", "main.worker"}},
	{name: "panic in wg.Go", cells: []string{"var wg sync.WaitGroup\nwg.Go(func() { panic(\"in Go\") })\nwg.Wait()"}, class: "panic", want: []string{"panic: in Go"}},
	{name: "panic in AfterFunc", cells: []string{"time.AfterFunc(time.Millisecond, func() { panic(\"late\") })\ntime.Sleep(time.Second)"}, class: "panic", want: []string{"panic: late"}},
	{name: "one of many goroutines panics", cells: []string{"var wg sync.WaitGroup\nfor i := range 10 {\n\twg.Go(func() {\n\t\tif i == 7 {\n\t\t\tpanic(fmt.Sprint(\"worker \", i))\n\t\t}\n\t\ttime.Sleep(50 * time.Millisecond)\n\t})\n}\nwg.Wait()"}, class: "panic", want: []string{"panic: worker 7"}},
	{name: "Done in a goroutine too often", cells: []string{"var wg sync.WaitGroup\nwg.Add(1)\ngo func() {\n\twg.Done()\n\twg.Done()\n}()\nwg.Wait()\ntime.Sleep(100 * time.Millisecond)"}, class: "panic", want: []string{"sync: negative WaitGroup counter"}},
	{name: "panic in a method goroutine", cells: []string{"type W struct{ s []int }\nfunc (w *W) Run() { _ = w.s[3] }", "w := &W{}\ngo w.Run()\nselect {}"}, class: "panic", want: []string{"index out of range [3] with length 0", "main.(*W).Run"}},

	// deadlocks
	{name: "receive without a sender", cells: []string{"c := make(chan int)\n<-c"}, class: "fatal error", want: []string{"all goroutines are asleep - deadlock!", "chan receive", "c"}},
	{name: "send without a receiver", cells: []string{"c := make(chan int)\nc <- 1"}, class: "fatal error", want: []string{"all goroutines are asleep - deadlock!", "chan send"}},
	{name: "full buffer", cells: []string{"c := make(chan string, 2)\nc <- \"a\"\nc <- \"b\"\nc <- \"c\""}, class: "fatal error", want: []string{"deadlock!", "2"}},
	{name: "nil channel", cells: []string{"var c chan int\n<-c"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "empty select", cells: []string{"select {}"}, class: "fatal error", want: []string{"deadlock!", "select"}},
	{name: "select of two", cells: []string{"a, b := make(chan int), make(chan int)\nselect {\ncase <-a:\ncase b <- 1:\n}"}, class: "fatal error", want: []string{"deadlock!", "select"}},
	{name: "forgotten Unlock", cells: []string{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()"}, class: "fatal error", want: []string{"deadlock!", "utex"}},
	{name: "forgotten Unlock in a function", cells: []string{"var mu sync.Mutex\nfunc add() { mu.Lock() }", "add()\nadd()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "Add more often than Done", cells: []string{"var wg sync.WaitGroup\nwg.Add(3)\nfor range 2 {\n\tgo wg.Done()\n}\nwg.Wait()"}, class: "fatal error", want: []string{"deadlock!", "WaitGroup", "1"}},
	{name: "WaitGroup by value", cells: []string{"func work(wg sync.WaitGroup) { wg.Done() }", "var wg sync.WaitGroup\nwg.Add(1)\ngo work(wg)\nwg.Wait()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "two locks in different order", cells: []string{"var a, b sync.Mutex\ngo func() {\n\ta.Lock()\n\ttime.Sleep(20 * time.Millisecond)\n\tb.Lock()\n}()\nb.Lock()\ntime.Sleep(20 * time.Millisecond)\na.Lock()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "range over a channel that nobody closes", cells: []string{"c := make(chan int)\ngo func() {\n\tfor i := range 3 {\n\t\tc <- i\n\t}\n}()\nfor v := range c {\n\tfmt.Println(v)\n}"}, class: "fatal error", want: []string{"deadlock!", "2"}},
	{name: "both wait for the other", cells: []string{"a, b := make(chan int), make(chan int)\ngo func() {\n\t<-a\n\tb <- 1\n}()\n<-b\na <- 1"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "RWMutex upgraded", cells: []string{"var m sync.RWMutex\nm.RLock()\nm.Lock()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "Cond without a signal", cells: []string{"var m sync.Mutex\nc := sync.NewCond(&m)\nm.Lock()\nc.Wait()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "deadlock after work", cells: []string{"c := make(chan int)\ntime.Sleep(100 * time.Millisecond)\nfmt.Println(\"worked\")\n<-c"}, class: "fatal error", want: []string{"deadlock!", "worked"}},
	{name: "many goroutines asleep", cells: []string{"c := make(chan int)\nfor range 100 {\n\tgo func() { c <- 1 }()\n}\nfor range 101 {\n\t<-c\n}"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "worker pool without close", cells: []string{"jobs, results := make(chan int), make(chan int)\nvar wg sync.WaitGroup\nfor range 3 {\n\twg.Go(func() {\n\t\tfor j := range jobs {\n\t\t\tresults <- j * j\n\t\t}\n\t})\n}\ngo func() {\n\twg.Wait()\n\tclose(results)\n}()\ngo func() {\n\tfor i := range 5 {\n\t\tjobs <- i\n\t}\n}()\nfor r := range results {\n\t_ = r\n}"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "Once inside itself", cells: []string{"var o sync.Once\nvar f func()\nf = func() { o.Do(f) }\nf()"}, class: "fatal error", want: []string{"deadlock!"}},
	{name: "main leaves by Goexit", cells: []string{"runtime.Goexit()"}, class: "fatal error", want: []string{"no goroutines (main called runtime.Goexit) - deadlock!"}},
	{name: "go of a nil function", cells: []string{"var f func()\ngo f()\ntime.Sleep(time.Second)"}, class: "fatal error", want: []string{"go of nil func value"}, fatal: true},

	// fatal errors
	{name: "concurrent map writes", cells: []string{"m := map[int]int{}\nvar wg sync.WaitGroup\nfor g := range 8 {\n\twg.Go(func() {\n\t\tfor i := range 1000000 {\n\t\t\tm[i%7] = g\n\t\t}\n\t})\n}\nwg.Wait()"}, class: "fatal error", want: []string{"concurrent map writes"}, fatal: true},
	{name: "concurrent map read and write", cells: []string{"m := map[int]int{1: 1}\ngo func() {\n\tfor {\n\t\tm[1]++\n\t}\n}()\nx := 0\nfor {\n\tx += m[1]\n}"}, class: "fatal error", want: []string{"concurrent map"}, fatal: true},
	{name: "unlock of an unlocked mutex", cells: []string{"var mu sync.Mutex\nmu.Unlock()"}, class: "fatal error", want: []string{"sync: unlock of unlocked mutex"}, fatal: true},
	{name: "RUnlock of an unlocked RWMutex", cells: []string{"var mu sync.RWMutex\nmu.RUnlock()"}, class: "fatal error", want: []string{"RUnlock of unlocked RWMutex"}, fatal: true},
	{name: "stack overflow", cells: []string{"func f(n int) int { return f(n+1) + 1 }\nf(0)"}, class: "fatal error", want: []string{"stack overflow"}, fatal: true},
	{name: "mutual recursion", cells: []string{"func a() int { return b() + 1 }\nfunc b() int { return a() + 1 }\na()"}, class: "fatal error", want: []string{"stack overflow"}, fatal: true},
	{name: "out of memory", cells: []string{"var keep [][]byte\nfor {\n\tb := make([]byte, 64<<20)\n\tfor i := range 1 << 14 {\n\t\tb[i<<12] = 1\n\t}\n\tkeep = append(keep, b)\n}"}, class: "fatal error", want: []string{"memory"}, fatal: true},

	// exits
	{name: "os.Exit", cells: []string{"fmt.Println(\"bye\")\nos.Exit(3)"}, class: "exit status 3", want: []string{"bye", "exit status 3"}},
	{name: "os.Exit in a goroutine", cells: []string{"go os.Exit(4)\nselect {}"}, class: "exit status 4", want: []string{"exit status 4"}},
	{name: "log.Fatal", cells: []string{"log.Fatal(\"no way\")"}, class: "exit status 1", want: []string{"no way", "exit status 1"}},
	{name: "log.Fatalf after a defer", cells: []string{"defer fmt.Println(\"not printed\")\nlog.Fatalf(\"stop %d\", 7)"}, class: "exit status 1", want: []string{"stop 7"}},
	{name: "log.Panic", cells: []string{"log.Panic(\"aha\")"}, class: "panic", want: []string{"aha"}},

	// compile errors
	{name: "undefined", cells: []string{"x := nothing + 1"}, class: "compile error", want: []string{"undefined: nothing"}},
	{name: "wrong type", cells: []string{"var s string = 1"}, class: "compile error", want: []string{"cannot use 1 (untyped int constant) as string value in variable declaration"}},
	{name: "send on a receive-only channel", cells: []string{"func f(c <-chan int) { c <- 1 }"}, class: "compile error", want: []string{"invalid operation: cannot send to receive-only channel"}},
	{name: "missing brace", cells: []string{"func f() {\n\tfmt.Println(1)"}, class: "compile error", want: []string{"syntax error"}},
	{name: "missing return", cells: []string{"func f() int {\n}"}, class: "compile error", want: []string{"missing return"}},
}
