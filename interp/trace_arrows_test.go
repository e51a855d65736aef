package interp

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gokernel/interp/display/timeline"
)

// picture is what the page of a %%trace is drawn from.
type picture struct {
	Total int64
	Rows  []struct {
		N    string
		A, Z int64
	}
	Spans  [][]any // row, from, to, state, title, P
	Arrows [][]any // kind, row, row, at, got, label, title
}

// passing is an arrow of a picture; goroutines are their rows.
type passing struct {
	kind     timeline.Kind
	from, to int
	at, got  int64
	label    string
}

// line is what a row is called: where its goroutine was started, main for the cell's own.
func (p *picture) line(row int) string {
	if _, place, ok := strings.Cut(p.Rows[row].N, "cell 1 line "); ok {
		return place
	}
	return "main"
}

// passed are the arrows in the order in which they left.
func (p *picture) passed() (as []passing) {
	num := func(x any) int64 { return int64(x.(float64)) }
	for _, a := range p.Arrows {
		as = append(as, passing{timeline.Kind(num(a[0])), int(num(a[1])), int(num(a[2])), num(a[3]), num(a[4]), a[5].(string)})
	}
	slices.SortStableFunc(as, func(a, b passing) int { return cmp.Compare(a.at, b.at) })
	return as
}

var pageData = regexp.MustCompile(`(?s)document\.getElementById\("[^"]*"\),(\{.*\})\)</script>`)

// traceCell runs the cell with %%trace and gives what was drawn and what it printed.
func traceCell(t *testing.T, body string) (*picture, string) {
	t.Helper()
	s, sink := startShown(t)
	if res := execute(s, 1, "%%trace\n"+body); res.Err != nil {
		t.Fatal(res.Err)
	}
	m := pageData.FindStringSubmatch(fmt.Sprint(sink.last().MIME["text/html"]))
	if m == nil {
		t.Fatal("no picture")
	}
	p := &picture{}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(m[1], `<\/`, "</")), p); err != nil {
		t.Fatal(err)
	}
	for _, a := range p.passed() {
		from, to := p.Rows[a.from], p.Rows[a.to]
		if a.at > a.got || a.at < from.A || a.at > from.Z || a.got < to.A || a.got > to.Z {
			t.Errorf("arrow %+v lies outside of its goroutines' lives %+v and %+v", a, from, to)
		}
	}
	return p, sink.take()
}

// TestTraceArrows runs programs whose order is known and holds every arrow to it: from which goroutine (by the line
// that started it) to which, with what, in the order in which they left. go, ch, close stand for their kinds.
func TestTraceArrows(t *testing.T) {
	kinds := map[timeline.Kind]string{timeline.Create: "go", timeline.Message: "ch", timeline.Close: "close", timeline.Unlock: "unlock", timeline.Wake: "wake"}
	for _, c := range []struct{ name, body, want string }{
		{"unbuffered", `c, done := make(chan int), make(chan bool)
go func() {
	for range c {
	}
	close(done)
}()
for i := range 3 {
	c <- i * 10
}
close(c)
<-done`, "go main>3, ch main>3 0, ch main>3 10, ch main>3 20, close main>3, close 3>main"},
		{"ping pong", `ping, pong := make(chan string), make(chan string)
go func() {
	for s := range ping {
		pong <- s + "!"
	}
	close(pong)
}()
for _, s := range []string{"a", "b"} {
	ping <- s
	<-pong
}
close(ping)
<-pong`, `go main>3, ch main>3 "a", ch 3>main "a!", ch main>3 "b", ch 3>main "b!", close main>3, close 3>main`},
		{"buffered", `c, done := make(chan int, 3), make(chan bool)
for i := range 3 {
	c <- i * i
}
close(c)
go func() {
	for range c {
	}
	done <- true
}()
<-done`, "ch main>7 0, ch main>7 1, ch main>7 4, close main>7, go main>7, ch 7>main true"},
		{"the same values", `c, done := make(chan int, 2), make(chan bool)
go func() {
	for range 4 {
		<-c
	}
	close(done)
}()
for range 4 {
	c <- 5
}
<-done`, "go main>3, ch main>3 5, ch main>3 5, ch main>3 5, ch main>3 5, close 3>main"},
		{"select", `a, b, quit := make(chan int), make(chan string), make(chan bool)
go func() {
	a <- 1
	b <- "x"
	a <- 2
	close(quit)
}()
for open := true; open; {
	select {
	case <-a:
	case <-b:
	case <-quit:
		open = false
	}
}`, `go main>3, ch 3>main 1, ch 3>main "x", ch 3>main 2, close 3>main`},
		{"select that sends", `a, b, never, done := make(chan int), make(chan int), make(chan int), make(chan bool)
go func() {
	<-b
	<-a
	close(done)
}()
for range 2 {
	select {
	case a <- 1:
	case b <- 2:
	case <-never:
	}
}
<-done`, "go main>3, ch main>3 2, ch main>3 1, close 3>main"},
		{"select with default", `c, done := make(chan int, 1), make(chan bool)
for i := range 3 {
	select {
	case c <- i:
	default: // the buffer is full
	}
}
go func() {
	<-c
	close(done)
}()
<-done`, "ch main>9 0, go main>9, close 9>main"},
		{"close", `gate, out := make(chan struct{}), make(chan bool, 3)
for range 3 {
	go func() {
		<-gate
		out <- true
	}()
}
close(gate)
for range 3 {
	<-out
}`, "go main>4, go main>4, go main>4, close main>4, close main>4, close main>4, ch 4>main true, ch 4>main true, ch 4>main true"},
		{"pipeline", `a, b := make(chan int), make(chan int)
go func() {
	for i := range 3 {
		a <- i + 1
	}
	close(a)
}()
go func() {
	for v := range a {
		b <- v * v * 10
	}
	close(b)
}()
for range b {
}`, "go main>3, go main>9, ch 3>9 1, ch 3>9 2, ch 3>9 3, ch 9>main 10, ch 9>main 40, ch 9>main 90, close 3>9, close 9>main"},
		{"a group", `var wg sync.WaitGroup
wg.Add(1)
go func() {
	defer wg.Done()
	time.Sleep(50 * time.Millisecond)
}()
wg.Wait()`, "go main>4, wake 4>main"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := traceCell(t, c.body)
			var got []string
			for _, a := range p.passed() {
				s := fmt.Sprintf("%s %s>%s", kinds[a.kind], p.line(a.from), p.line(a.to))
				if a.kind == timeline.Message {
					s += " " + a.label
				}
				got = append(got, s)
			}
			want := strings.Split(c.want, ", ")
			if c.name == "pipeline" { // its stages run at the same time: each has its order
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
			}
			if c.name == "close" {
				ends := map[int]bool{}
				for _, a := range p.passed() {
					if a.kind == timeline.Close {
						ends[a.to] = true
					}
				}
				if len(ends) != 3 {
					t.Errorf("the end of the gate arrived at %d goroutines, want 3", len(ends))
				}
			}
		})
	}
}

// TestTraceArrowsOfPool: the pool tells which worker took which job; every arrow must agree.
func TestTraceArrowsOfPool(t *testing.T) {
	p, out := traceCell(t, `jobs, results := make(chan int), make(chan string)
var wg sync.WaitGroup
for w := range 3 {
	wg.Go(func() {
		for j := range jobs {
			results <- fmt.Sprint(w, " ", j)
		}
	})
}
go func() {
	for j := range 30 {
		jobs <- j
	}
	close(jobs)
	wg.Wait()
	close(results)
}()
for r := range results {
	fmt.Println(r)
}`)
	worker := map[string]string{} // of a job
	for line := range strings.Lines(out) {
		w, j, _ := strings.Cut(strings.TrimSpace(line), " ")
		worker[j] = w
	}
	row := map[string]int{} // of a worker
	jobs, results, ends, last := 0, 0, map[int]bool{}, int64(-1)
	agree := func(w string, at int) {
		if r, ok := row[w]; ok && r != at {
			t.Errorf("worker %s is in rows %d and %d", w, r, at)
		}
		row[w] = at
	}
	for _, a := range p.passed() {
		switch from, to := p.line(a.from), p.line(a.to); {
		case a.kind == timeline.Message && from == "11" && to == "5":
			if a.label != fmt.Sprint(jobs) || a.at < last {
				t.Errorf("job %s comes as number %d", a.label, jobs)
			}
			jobs, last = jobs+1, a.at
			agree(worker[a.label], a.to)
		case a.kind == timeline.Message && from == "5" && to == "main":
			results++
			w, j, _ := strings.Cut(strings.Trim(a.label, `"`), " ")
			if worker[j] != w {
				t.Errorf("result %s of job %s", a.label, j)
			}
			agree(w, a.from)
		case a.kind == timeline.Close && from == "11" && to == "5":
			ends[a.to] = true
		case a.kind == timeline.Message:
			t.Errorf("%s goes from line %s to line %s", a.label, from, to)
		}
	}
	if jobs != 30 || results != 30 || len(worker) != 30 || len(ends) != 3 || len(row) > 3 {
		t.Errorf("%d jobs, %d results, %d printed, %d workers saw the end, %d worked", jobs, results, len(worker), len(ends), len(row))
	}
}

// TestTraceArrowsOfMutex: who waited for the lock got it from the one that held it before.
func TestTraceArrowsOfMutex(t *testing.T) {
	p, out := traceCell(t, `var mu sync.Mutex
var order []int
ids := make(chan int, 4)
done := make(chan bool, 4)
mu.Lock()
for i := range 4 {
	go func() {
		ids <- i
		mu.Lock()
		order = append(order, i)
		time.Sleep(time.Millisecond)
		mu.Unlock()
		done <- true
	}()
}
for range 4 {
	<-ids
}
time.Sleep(20 * time.Millisecond)
mu.Unlock()
for range 4 {
	<-done
}
for _, i := range order {
	fmt.Println(i)
}`)
	row := map[string]int{} // of a goroutine, by what it sent
	main := -1
	for _, a := range p.passed() {
		if a.kind == timeline.Message && a.label != "true" {
			row[a.label], main = a.from, a.to
		}
	}
	before := map[int]int{} // whom a goroutine has the lock from
	holder := main
	for line := range strings.Lines(out) {
		r := row[strings.TrimSpace(line)]
		before[r] = holder
		holder = r
	}
	waited := map[int]bool{}
	for _, s := range p.Spans {
		if strings.Contains(s[4].(string), "sync.Mutex.Lock") {
			waited[int(s[0].(float64))] = true
		}
	}
	unlocks := map[int]bool{}
	for _, a := range p.passed() {
		if a.kind != timeline.Unlock {
			continue
		}
		if from, ok := before[a.to]; !ok || from != a.from || unlocks[a.to] {
			t.Errorf("row %d has the lock from row %d, not %d; again: %v", a.to, from, a.from, unlocks[a.to])
		}
		unlocks[a.to] = true
	}
	if len(before) != 4 || len(waited) == 0 || len(unlocks) != len(waited) {
		t.Errorf("%d goroutines had the lock, %d waited for it, %d arrows", len(before), len(waited), len(unlocks))
	}
}
