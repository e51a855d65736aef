package interp

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/cell"
	"gokernel/interp/display"
)

// manyMagics show that one output is not the only one.
func manyMagics() []Magic {
	return []Magic{{
		Name: "many", Cell: true, Args: "N",
		Help: "Run the cell N times and show how often each output came.\nEach run has variables of its own; an error counts as an output. What the cell declares does not stay.",
		Run:  runMany,
	}}
}

// firstRound is above the numbers of rounds: no front-end's cell is negative, and an
// expression evaluated by itself has a number between.
const firstRound = -1 << 40

// maxRuns bounds %%many: more runs show nothing that these do not.
const maxRuns = 100_000

// outcomes counts what the runs of a cell printed.
type outcomes struct {
	count map[string]int
	order []string // as they first came
}

func (o *outcomes) add(text string) {
	if o.count[text] == 0 {
		o.order = append(o.order, text)
	}
	o.count[text]++
}

func runMany(ctx context.Context, m *MagicCall) error {
	n, err := strconv.Atoi(strings.TrimSpace(m.Args))
	if err != nil || n < 1 || !m.IsCell {
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
	seen := outcomes{count: map[string]int{}}
	for i := range n {
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
		seen.add(strings.TrimRight(out, "\n"))
	}
	s.opts.Sink.Display(m.Request.ID, seen.show(n))
	return nil
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
	var labels []string
	var counts []int
	for i, t := range texts {
		if i == most {
			rest := 0
			for _, t := range texts[most:] {
				rest += o.count[t]
			}
			labels, counts = append(labels, fmt.Sprintf("%d other outputs", len(texts)-most)), append(counts, rest)
			break
		}
		labels, counts = append(labels, outputLabel(t)), append(counts, o.count[t])
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
