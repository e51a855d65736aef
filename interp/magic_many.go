package interp

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/display"
)

// manyMagics show that one output is not the only one.
func manyMagics() []Magic {
	return []Magic{{
		Name: "many", Cell: true, Args: "N | seed=SEED | N seed=SEED",
		Help: "Run the cell N times and show how often each output came.\nEach run has variables of its own; an error counts as an output. What the cell declares does not stay.\n" +
			"Beside a rare output stands the seed of its run, if the run drew random numbers: %%many seed=SEED runs the cell once with the same ones.\n" +
			"A seed is for what the functions of math/rand and math/rand/v2 draw, in each goroutine; which goroutine runs first, which ready case select takes, the order of a map and generators that the cell makes itself are not repeated by it.",
		Run: runMany,
	}}
}

// firstRound is above the numbers of rounds: no front-end's cell is negative, and an
// expression evaluated by itself has a number between.
const firstRound = -1 << 40

// maxRuns bounds %%many: more runs show nothing that these do not.
const maxRuns = 100_000

// seeds bounds a seed that is chosen, so that it can be typed.
const seeds = 1_000_000_000

// outcomes counts what the runs of a cell printed.
type outcomes struct {
	count map[string]int
	order []string          // as they first came
	seed  map[string]uint64 // of the first run that printed it, 0 if it drew no random numbers
}

func (o *outcomes) add(text string, seed uint64) {
	if o.count[text] == 0 {
		o.order = append(o.order, text)
		o.seed[text] = seed
	}
	o.count[text]++
}

// rarest is the output that came least often, the first of several, and the seed of
// its run; 0 if that drew no random numbers, or if there is but one output.
func (o *outcomes) rarest() (text string, seed uint64) {
	if len(o.order) == 0 {
		return "", 0
	}
	text = slices.MinFunc(o.order, func(a, b string) int { return cmp.Compare(o.count[a], o.count[b]) })
	if len(o.order) > 1 {
		seed = o.seed[text]
	}
	return text, seed
}

func runMany(ctx context.Context, m *MagicCall) error {
	n, seed, ok := manyArgs(m.Args)
	if !ok || !m.IsCell {
		return usageError{}
	}
	if n > maxRuns {
		return fmt.Errorf("%d runs are more than the %d that show something", n, maxRuns)
	}
	s, text := m.Session, m.bodyText()
	if e := cell.CheckSyntax(text); e != nil {
		_, bad := s.prepare(execution{Request: m.Request, text: text})
		return bad
	}
	x := execution{Request: m.Request, text: text, wrap: cell.Wrap{Before: "func() {", After: "}()"}}
	x.Silent = true
	if cell.HasDeclarations(text) {
		x.wrap = cell.Wrap{} // functions and types cannot stand inside a function: they stay as they are from run to run
	}
	if n == 0 { // that run again, for its own sake
		x.seed, x.drew = seed, new(bool)
		s.runGo(ctx, x, m.Result)
		if !*x.drew {
			m.Warnf("the cell drew no random numbers that a seed repeats\n")
		}
		return nil
	}
	if seed == 0 {
		seed = 1 + rand.Uint64N(seeds)
	}
	seen := outcomes{count: map[string]int{}, seed: map[string]uint64{}}
	for i := range n {
		x.seed, x.drew = seed+uint64(i), new(bool)
		out, e := s.runCaptured(ctx, x, i)
		if ctx.Err() != nil {
			m.Warnf("stopped after %d of %d runs\n", i, n)
			break
		}
		if e != nil && e.Name == "compile error" {
			return e
		}
		if e != nil {
			out += e.Error()
		}
		if !*x.drew {
			x.seed = 0
		}
		seen.add(strings.TrimRight(out, "\n"), x.seed)
	}
	s.opts.Sink.Display(m.Request.ID, seen.show(n))
	if _, seed := seen.rarest(); seed != 0 {
		m.Printf("%%%%many seed=%d draws the random numbers of the rarest output's run again; the order of goroutines is not repeated.\n", seed)
	}
	return nil
}

// manyArgs are the number of runs, 0 for one that is shown as an ordinary cell, and the seed of the first, 0 for none.
func manyArgs(args string) (n int, seed uint64, ok bool) {
	for _, a := range strings.Fields(args) {
		var err error
		if text, is := strings.CutPrefix(a, "seed="); is && seed == 0 {
			seed, err = strconv.ParseUint(text, 10, 63)
			ok = err == nil && seed != 0
		} else if n == 0 {
			n, err = strconv.Atoi(a)
			ok = err == nil && n > 0
		} else {
			ok = false
		}
		if !ok {
			return 0, 0, false
		}
	}
	return n, seed, ok
}

// runCaptured runs one round of a repeated cell under an ID of its own and gives what it printed.
func (s *Session) runCaptured(ctx context.Context, x execution, round int) (string, *Error) {
	x.ID = firstRound - (x.ID<<20 + CellID(round) + 1)
	var out bytes.Buffer
	s.mu.Lock()
	if s.captured == nil {
		s.captured = map[CellID]*bytes.Buffer{}
	}
	s.captured[x.ID] = &out
	s.mu.Unlock()
	var res Result
	s.runGo(ctx, x, &res)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.captured, x.ID)
	return out.String(), res.Err
}

// capture takes the output of a round; it says whether the cell is one.
func (s *Session) capture(id CellID, text []byte) bool {
	if id >= 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.captured[id]; b != nil {
		b.Write(text)
	}
	return true // what a round's goroutines print after its end has no place
}

// show is the distribution as a chart and as a table.
func (o *outcomes) show(n int) display.Data {
	texts := slices.Clone(o.order)
	slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(o.count[b], o.count[a]) })
	const most = 24
	shown := texts
	rare, seed := o.rarest()
	if len(texts) > most {
		shown = slices.Clone(texts[:most])
		if !slices.Contains(shown, rare) {
			shown[most-1] = rare
		}
	}
	var labels []string
	var counts []int
	rest := 0
	for _, c := range o.count {
		rest += c
	}
	for _, t := range shown {
		label := outputLabel(t)
		if t == rare && seed != 0 {
			label += fmt.Sprintf(" (seed=%d)", seed)
		}
		labels, counts = append(labels, label), append(counts, o.count[t])
		rest -= o.count[t]
	}
	if len(shown) < len(texts) {
		labels, counts = append(labels, fmt.Sprintf("%d other outputs", len(texts)-most)), append(counts, rest)
	}
	title := fmt.Sprintf("%d runs, %d different outputs", n, len(texts))
	if len(texts) == 1 {
		title = fmt.Sprintf("%d runs, always the same output", n)
	}
	return display.Counts(title, labels, counts)
}

// outputLabel is an output in one line.
func outputLabel(t string) string {
	if t == "" {
		return "(nothing)"
	}
	r := []rune(strings.ReplaceAll(t, "\n", " ⏎ "))
	if len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return string(r)
}
