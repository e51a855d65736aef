// Package failing holds cells that go wrong in the ways the course teaches. The
// tests of a session and those of a kernel under Jupyter run the same table.
package failing

// A Program is some cells of which the last one fails, or leaves something behind that does.
type Program struct {
	Name  string
	Cells []string // the last one fails
	Class string   // Error.Name; "" if the last one ends well and what it did goes on in the background
	Want  []string // in the traceback or in what any of the cells printed
	Fatal bool     // the process that runs cells dies: variables are lost, declarations stay
}

// Programs is the table of what the course breaks on purpose, in variations.
func Programs() []Program {
	return []Program{
		// panics
		{Name: "panic with a string", Cells: []string{`panic("boom")`}, Class: "panic", Want: []string{"panic: boom", "goroutine ", "cell "}},
		{Name: "panic with an error", Cells: []string{`panic(errors.New("bad"))`}, Class: "panic", Want: []string{"panic: ", "bad"}},
		{Name: "panic with fmt.Errorf", Cells: []string{`panic(fmt.Errorf("wrap: %w", io.EOF))`}, Class: "panic", Want: []string{"wrap: EOF"}},
		{Name: "panic with an int", Cells: []string{`panic(42)`}, Class: "panic", Want: []string{"panic: 42"}},
		{Name: "panic with nil", Cells: []string{`panic(nil)`}, Class: "panic", Want: []string{"panic called with nil argument"}},
		{Name: "panic with a named type", Cells: []string{"type code int\npanic(code(3))"}, Class: "panic", Want: []string{"panic: main.code(3)"}},
		{Name: "panic with a Stringer error", Cells: []string{"type E struct{ n int }\nfunc (e E) Error() string { return fmt.Sprint(\"E\", e.n) }\npanic(E{7})"}, Class: "panic", Want: []string{"E7"}},
		{Name: "panic two calls deep", Cells: []string{"func deep(n int) {\n\tif n == 0 {\n\t\tpanic(\"deep\")\n\t}\n\tdeep(n - 1)\n}", `deep(2)`}, Class: "panic", Want: []string{"panic: deep", "main.deep"}},
		{Name: "index out of range", Cells: []string{"s := []int{1, 2, 3}\ni := 5\nfmt.Println(s[i])"}, Class: "panic", Want: []string{"runtime error: index out of range [5] with length 3"}},
		{Name: "slice bounds", Cells: []string{"s := []int{1}\nn := 4\n_ = s[:n]"}, Class: "panic", Want: []string{"slice bounds out of range [:4] with capacity 1"}},
		{Name: "nil map", Cells: []string{"var m map[string]int\nm[\"a\"] = 1"}, Class: "panic", Want: []string{"assignment to entry in nil map"}},
		{Name: "nil pointer", Cells: []string{"type T struct{ n int }\nvar p *T\nfmt.Println(p.n)"}, Class: "panic", Want: []string{"invalid memory address or nil pointer dereference"}},
		{Name: "nil func", Cells: []string{"var f func()\nf()"}, Class: "panic", Want: []string{"invalid memory address or nil pointer dereference"}},
		{Name: "division by zero", Cells: []string{"a, b := 1, 0\nfmt.Println(a / b)"}, Class: "panic", Want: []string{"integer divide by zero"}},
		{Name: "type assertion", Cells: []string{"var v any = 1\nfmt.Println(v.(string))"}, Class: "panic", Want: []string{"interface conversion: interface {} is int, not string"}},
		{Name: "panic in a deferred function", Cells: []string{"func f() {\n\tdefer func() { panic(\"second\") }()\n\tpanic(\"first\")\n}\nf()"}, Class: "panic", Want: []string{"panic: first", "panic: second"}},
		{Name: "re-panic", Cells: []string{"func f() {\n\tdefer func() { panic(recover()) }()\n\tpanic(\"again\")\n}\nf()"}, Class: "panic", Want: []string{"again", "recovered"}},
		{Name: "closed channel sent on", Cells: []string{"c := make(chan int, 1)\nclose(c)\nc <- 1"}, Class: "panic", Want: []string{"panic: send on closed channel"}},
		{Name: "channel closed twice", Cells: []string{"c := make(chan int)\nclose(c)\nclose(c)"}, Class: "panic", Want: []string{"panic: close of closed channel"}},
		{Name: "nil channel closed", Cells: []string{"var c chan int\nclose(c)"}, Class: "panic", Want: []string{"panic: close of nil channel"}},
		{Name: "Done more often than Add", Cells: []string{"var wg sync.WaitGroup\nwg.Add(1)\nwg.Done()\nwg.Done()"}, Class: "panic", Want: []string{"panic: sync: negative WaitGroup counter"}},
		{Name: "Add of a negative number", Cells: []string{"var wg sync.WaitGroup\nwg.Add(-1)"}, Class: "panic", Want: []string{"sync: negative WaitGroup counter"}},
		{Name: "negative make", Cells: []string{"n := -1\n_ = make([]int, n)"}, Class: "panic", Want: []string{"makeslice: len out of range"}},
		{Name: "negative shift", Cells: []string{"n := -1\nfmt.Println(1 << n)"}, Class: "panic", Want: []string{"negative shift amount"}},
		{Name: "unhashable key", Cells: []string{"m := map[any]int{}\nm[[]int{1}] = 1"}, Class: "panic", Want: []string{"hash of unhashable type []int"}},
		{Name: "uncomparable", Cells: []string{"var a, b any = []int{1}, []int{1}\nfmt.Println(a == b)"}, Class: "panic", Want: []string{"comparing uncomparable type []int"}},
		{Name: "strings.Repeat", Cells: []string{`strings.Repeat("x", -1)`}, Class: "panic", Want: []string{"strings: negative Repeat count"}},
		{Name: "regexp.MustCompile", Cells: []string{`regexp.MustCompile("(")`}, Class: "panic", Want: []string{"missing closing )"}},

		// panics in goroutines
		{Name: "panic in a goroutine", Cells: []string{"done := make(chan int)\ngo func() {\n\tpanic(\"inside\")\n}()\n<-done"}, Class: "panic", Want: []string{"panic: inside", "created by main", "cell "}},
		{Name: "panic in a named goroutine", Cells: []string{"func worker() {\n\tvar m map[int]int\n\tm[1]++\n}", "go worker()\nselect {}"}, Class: "panic", Want: []string{"assignment to entry in nil map", "main.worker"}},
		{Name: "panic in wg.Go", Cells: []string{"var wg sync.WaitGroup\nwg.Go(func() { panic(\"in Go\") })\nwg.Wait()"}, Class: "panic", Want: []string{"panic: in Go"}},
		{Name: "panic in AfterFunc", Cells: []string{"time.AfterFunc(time.Millisecond, func() { panic(\"late\") })\ntime.Sleep(time.Second)"}, Class: "panic", Want: []string{"panic: late"}},
		{Name: "one of many goroutines panics", Cells: []string{"var wg sync.WaitGroup\nfor i := range 10 {\n\twg.Go(func() {\n\t\tif i == 7 {\n\t\t\tpanic(fmt.Sprint(\"worker \", i))\n\t\t}\n\t\ttime.Sleep(50 * time.Millisecond)\n\t})\n}\nwg.Wait()"}, Class: "panic", Want: []string{"panic: worker 7"}},
		{Name: "Done in a goroutine too often", Cells: []string{"var wg sync.WaitGroup\nwg.Add(1)\ngo func() {\n\twg.Done()\n\twg.Done()\n}()\nwg.Wait()\ntime.Sleep(100 * time.Millisecond)"}, Class: "panic", Want: []string{"sync: negative WaitGroup counter"}},
		{Name: "panic in a method goroutine", Cells: []string{"type W struct{ s []int }\nfunc (w *W) Run() { _ = w.s[3] }", "w := &W{}\ngo w.Run()\nselect {}"}, Class: "panic", Want: []string{"index out of range [3] with length 0", "main.(*W).Run"}},

		// deadlocks
		{Name: "receive without a sender", Cells: []string{"c := make(chan int)\n<-c"}, Class: "fatal error", Want: []string{"all goroutines are asleep - deadlock!", "chan receive", "c"}},
		{Name: "send without a receiver", Cells: []string{"c := make(chan int)\nc <- 1"}, Class: "fatal error", Want: []string{"all goroutines are asleep - deadlock!", "chan send"}},
		{Name: "full buffer", Cells: []string{"c := make(chan string, 2)\nc <- \"a\"\nc <- \"b\"\nc <- \"c\""}, Class: "fatal error", Want: []string{"deadlock!", "2"}},
		{Name: "nil channel", Cells: []string{"var c chan int\n<-c"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "empty select", Cells: []string{"select {}"}, Class: "fatal error", Want: []string{"deadlock!", "select"}},
		{Name: "select of two", Cells: []string{"a, b := make(chan int), make(chan int)\nselect {\ncase <-a:\ncase b <- 1:\n}"}, Class: "fatal error", Want: []string{"deadlock!", "select"}},
		{Name: "forgotten Unlock", Cells: []string{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()"}, Class: "fatal error", Want: []string{"deadlock!", "utex"}},
		{Name: "forgotten Unlock in a function", Cells: []string{"var mu sync.Mutex\nfunc add() { mu.Lock() }", "add()\nadd()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "Add more often than Done", Cells: []string{"var wg sync.WaitGroup\nwg.Add(3)\nfor range 2 {\n\tgo wg.Done()\n}\nwg.Wait()"}, Class: "fatal error", Want: []string{"deadlock!", "WaitGroup", "1"}},
		{Name: "WaitGroup by value", Cells: []string{"func work(wg sync.WaitGroup) { wg.Done() }", "var wg sync.WaitGroup\nwg.Add(1)\ngo work(wg)\nwg.Wait()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "two locks in different order", Cells: []string{"var a, b sync.Mutex\ngo func() {\n\ta.Lock()\n\ttime.Sleep(20 * time.Millisecond)\n\tb.Lock()\n}()\nb.Lock()\ntime.Sleep(20 * time.Millisecond)\na.Lock()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "range over a channel that nobody closes", Cells: []string{"c := make(chan int)\ngo func() {\n\tfor i := range 3 {\n\t\tc <- i\n\t}\n}()\nfor v := range c {\n\tfmt.Println(v)\n}"}, Class: "fatal error", Want: []string{"deadlock!", "2"}},
		{Name: "both wait for the other", Cells: []string{"a, b := make(chan int), make(chan int)\ngo func() {\n\t<-a\n\tb <- 1\n}()\n<-b\na <- 1"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "RWMutex upgraded", Cells: []string{"var m sync.RWMutex\nm.RLock()\nm.Lock()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "Cond without a signal", Cells: []string{"var m sync.Mutex\nc := sync.NewCond(&m)\nm.Lock()\nc.Wait()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "deadlock after work", Cells: []string{"c := make(chan int)\ntime.Sleep(100 * time.Millisecond)\nfmt.Println(\"worked\")\n<-c"}, Class: "fatal error", Want: []string{"deadlock!", "worked"}},
		{Name: "many goroutines asleep", Cells: []string{"c := make(chan int)\nfor range 100 {\n\tgo func() { c <- 1 }()\n}\nfor range 101 {\n\t<-c\n}"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "worker pool without close", Cells: []string{"jobs, results := make(chan int), make(chan int)\nvar wg sync.WaitGroup\nfor range 3 {\n\twg.Go(func() {\n\t\tfor j := range jobs {\n\t\t\tresults <- j * j\n\t\t}\n\t})\n}\ngo func() {\n\twg.Wait()\n\tclose(results)\n}()\ngo func() {\n\tfor i := range 5 {\n\t\tjobs <- i\n\t}\n}()\nfor r := range results {\n\t_ = r\n}"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "Once inside itself", Cells: []string{"var o sync.Once\nvar f func()\nf = func() { o.Do(f) }\nf()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "main leaves by Goexit", Cells: []string{"runtime.Goexit()"}, Class: "fatal error", Want: []string{"no goroutines (main called runtime.Goexit) - deadlock!"}},
		{Name: "go of a nil function", Cells: []string{"var f func()\ngo f()\ntime.Sleep(time.Second)"}, Class: "fatal error", Want: []string{"go of nil func value"}, Fatal: true},

		// fatal errors
		{Name: "concurrent map writes", Cells: []string{"m := map[int]int{}\nvar wg sync.WaitGroup\nfor g := range 8 {\n\twg.Go(func() {\n\t\tfor i := range 1000000 {\n\t\t\tm[i%7] = g\n\t\t}\n\t})\n}\nwg.Wait()"}, Class: "fatal error", Want: []string{"concurrent map writes"}, Fatal: true},
		{Name: "concurrent map read and write", Cells: []string{"m := map[int]int{1: 1}\ngo func() {\n\tfor {\n\t\tm[1]++\n\t}\n}()\nx := 0\nfor {\n\tx += m[1]\n}"}, Class: "fatal error", Want: []string{"concurrent map"}, Fatal: true},
		{Name: "unlock of an unlocked mutex", Cells: []string{"var mu sync.Mutex\nmu.Unlock()"}, Class: "fatal error", Want: []string{"sync: unlock of unlocked mutex"}, Fatal: true},
		{Name: "RUnlock of an unlocked RWMutex", Cells: []string{"var mu sync.RWMutex\nmu.RUnlock()"}, Class: "fatal error", Want: []string{"RUnlock of unlocked RWMutex"}, Fatal: true},
		{Name: "stack overflow", Cells: []string{"func f(n int) int { return f(n+1) + 1 }\nf(0)"}, Class: "fatal error", Want: []string{"stack overflow"}, Fatal: true},
		{Name: "mutual recursion", Cells: []string{"func a() int { return b() + 1 }\nfunc b() int { return a() + 1 }\na()"}, Class: "fatal error", Want: []string{"stack overflow"}, Fatal: true},
		{Name: "out of memory", Cells: []string{"var keep [][]byte\nfor {\n\tb := make([]byte, 64<<20)\n\tfor i := range 1 << 14 {\n\t\tb[i<<12] = 1\n\t}\n\tkeep = append(keep, b)\n}"}, Class: "fatal error", Want: []string{"memory"}, Fatal: true},

		// exits
		{Name: "os.Exit", Cells: []string{"fmt.Println(\"bye\")\nos.Exit(3)"}, Class: "exit status 3", Want: []string{"bye", "exit status 3"}},
		{Name: "os.Exit in a goroutine", Cells: []string{"go os.Exit(4)\nselect {}"}, Class: "exit status 4", Want: []string{"exit status 4"}},
		{Name: "log.Fatal", Cells: []string{"log.Fatal(\"no way\")"}, Class: "exit status 1", Want: []string{"no way", "exit status 1"}},
		{Name: "log.Fatalf after a defer", Cells: []string{"defer fmt.Println(\"not printed\")\nlog.Fatalf(\"stop %d\", 7)"}, Class: "exit status 1", Want: []string{"stop 7"}},
		{Name: "log.Panic", Cells: []string{"log.Panic(\"aha\")"}, Class: "panic", Want: []string{"aha"}},

		// background goroutines and several failures at once
		{Name: "panic after the cell's end", Cells: []string{"go func() {\n\ttime.Sleep(20 * time.Millisecond)\n\tpanic(\"after all\")\n}()", "time.Sleep(100 * time.Millisecond)"}, Want: []string{"panic: after all", "created by main.main"}},
		{Name: "panic under another cell", Cells: []string{"bell := make(chan int)\ngo func() {\n\t<-bell\n\tpanic(\"rung\")\n}()", "bell <- 1\ntime.Sleep(50 * time.Millisecond)\nfmt.Println(\"went on\")"}, Want: []string{"panic: rung", "went on"}},
		{Name: "three goroutines panic", Cells: []string{"for i := range 3 {\n\tgo func() {\n\t\tpanic(fmt.Sprint(\"number \", i))\n\t}()\n}\ntime.Sleep(time.Second)"}, Class: "panic", Want: []string{"panic: number "}},
		{Name: "panic beside a leak", Cells: []string{"never := make(chan int)\nfor range 10 {\n\tgo func() { <-never }()\n}\npanic(\"with company\")"}, Class: "panic", Want: []string{"panic: with company"}},
		{Name: "leaks", Cells: []string{"silent := make(chan string)\nfor range 20 {\n\tgo func() { silent <- \"x\" }()\n}"}, Want: []string{"20 goroutines", "chan send"}},
		{Name: "deadlock beside leaks of earlier cells", Cells: []string{"quiet := make(chan int)\ngo func() { <-quiet }()", "var wg sync.WaitGroup\nwg.Add(1)\nwg.Wait()"}, Class: "fatal error", Want: []string{"deadlock!", "WaitGroup"}},
		{Name: "deadlock in the background", Cells: []string{"var l1, l2 sync.Mutex\ngo func() { l1.Lock(); time.Sleep(10 * time.Millisecond); l2.Lock() }()\ngo func() { l2.Lock(); time.Sleep(10 * time.Millisecond); l1.Lock() }()", "time.Sleep(50 * time.Millisecond)\n1 + 1"}},
		{Name: "os.Exit in the background", Cells: []string{"go func() {\n\ttime.Sleep(20 * time.Millisecond)\n\tos.Exit(5)\n}()", "time.Sleep(100 * time.Millisecond)"}, Want: []string{"exit status 5"}},
		{Name: "Goexit in a goroutine", Cells: []string{"var wg sync.WaitGroup\nwg.Add(1)\ngo func() {\n\tdefer wg.Done()\n\truntime.Goexit()\n}()\nwg.Wait()\nfmt.Println(\"all done\")"}, Want: []string{"all done"}},
		{Name: "recovered panics", Cells: []string{"n := 0\nfor range 100 {\n\tfunc() {\n\t\tdefer func() {\n\t\t\tif recover() != nil {\n\t\t\t\tn++\n\t\t\t}\n\t\t}()\n\t\tvar m map[int]int\n\t\tm[0] = 1\n\t}()\n}\nfmt.Println(n)"}, Want: []string{"100"}},
		{Name: "unlock in the background", Cells: []string{"go func() {\n\ttime.Sleep(20 * time.Millisecond)\n\tvar mu sync.Mutex\n\tmu.Unlock()\n}()\ntime.Sleep(5 * time.Second)"}, Class: "fatal error", Want: []string{"sync: unlock of unlocked mutex"}, Fatal: true},
		{Name: "map writes of two cells", Cells: []string{"shared := map[int]int{}\ngo func() {\n\tfor i := 0; ; i++ {\n\t\tshared[i%5] = i\n\t}\n}()", "for i := 0; ; i++ {\n\tshared[i%5] = i\n}"}, Class: "fatal error", Want: []string{"concurrent map"}, Fatal: true},
		{Name: "fatal error among panics", Cells: []string{"for range 5 {\n\tgo func() {\n\t\tdefer func() { recover() }()\n\t\tpanic(1)\n\t}()\n}\nvar rw sync.RWMutex\nrw.Unlock()"}, Class: "fatal error", Want: []string{"sync: Unlock of unlocked RWMutex"}, Fatal: true},
		{Name: "map iteration and write", Cells: []string{"m := map[int]int{1: 1, 2: 2}\ngo func() {\n\tfor {\n\t\tm[3]++\n\t}\n}()\nfor {\n\tfor range m {\n\t}\n}"}, Class: "fatal error", Want: []string{"concurrent map"}, Fatal: true},
		{Name: "misused WaitGroup", Cells: []string{"var wg sync.WaitGroup\nfor range 3 {\n\twg.Add(1)\n\tgo func(wg sync.WaitGroup) { wg.Done() }(wg)\n}\nwg.Wait()"}, Class: "fatal error", Want: []string{"deadlock!", "counter 3"}},
		{Name: "semaphore never released", Cells: []string{"sem := make(chan struct{}, 2)\nvar wg sync.WaitGroup\nfor range 3 {\n\twg.Go(func() { sem <- struct{}{} })\n}\nwg.Wait()"}, Class: "fatal error", Want: []string{"deadlock!", "2 of 2"}},
		{Name: "context that nobody cancels", Cells: []string{"ctx, cancel := context.WithCancel(context.Background())\n_ = cancel\n<-ctx.Done()"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "pipe without a writer", Cells: []string{"r, w := io.Pipe()\n_ = w\nio.ReadAll(r)"}, Class: "fatal error", Want: []string{"deadlock!"}},
		{Name: "whole program that deadlocks", Cells: []string{"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tc := make(chan int)\n\tfmt.Println(<-c)\n}"}, Class: "fatal error", Want: []string{"deadlock!", "main.main"}},
		{Name: "whole program that panics", Cells: []string{"package main\n\nimport \"sync\"\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\twg.Done()\n}"}, Class: "panic", Want: []string{"sync: negative WaitGroup counter"}},

		// compile errors
		{Name: "undefined", Cells: []string{"x := nothing + 1"}, Class: "compile error", Want: []string{"undefined: nothing"}},
		{Name: "wrong type", Cells: []string{"var s string = 1"}, Class: "compile error", Want: []string{"cannot use 1 (untyped int constant) as string value in variable declaration"}},
		{Name: "send on a receive-only channel", Cells: []string{"func f(c <-chan int) { c <- 1 }"}, Class: "compile error", Want: []string{"invalid operation: cannot send to receive-only channel"}},
		{Name: "missing brace", Cells: []string{"func f() {\n\tfmt.Println(1)"}, Class: "compile error", Want: []string{"syntax error"}},
		{Name: "missing return", Cells: []string{"func f() int {\n}"}, Class: "compile error", Want: []string{"missing return"}},
	}
}
