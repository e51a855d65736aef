package timeline

import (
	"fmt"
	"html"
	"strings"
)

// Geometry of the picture, in pixels.
const (
	gutter = 240 // names of the lanes
	plot   = 720 // the time axis
	lane   = 22
	top    = 34 // title and ticks
)

// style serves the still picture and the page; both follow the reader's light or dark theme. The
// still one is an image of its own, which knows the system's theme only, so it has its own background.
const style = `
.gt text{font:11px ui-monospace,Menlo,Consolas,"Noto Sans Mono CJK KR",monospace;fill:var(--gt-ink)}
.gt{--gt-ink:#24292f;--gt-soft:#6e7781;--gt-line:#d0d7de;--gt-lane:#f6f8fa;--gt-run:#2da44e;--gt-able:#d4a72c;--gt-block:#cf222e;--gt-sleep:#54aeff;--gt-sys:#8250df;--gt-msg:#0550ae;--gt-new:#6e7781;--gt-gc:rgba(130,80,223,.15)}
@media (prefers-color-scheme:dark){.gt{--gt-ink:#e6edf3;--gt-soft:#8d96a0;--gt-line:#3d444d;--gt-lane:#161b22;--gt-run:#3fb950;--gt-able:#d29922;--gt-block:#f85149;--gt-sleep:#58a6ff;--gt-sys:#a371f7;--gt-msg:#79c0ff;--gt-new:#8d96a0}}
[data-jp-theme-light="true"] .gt{--gt-ink:#24292f;--gt-soft:#6e7781;--gt-line:#d0d7de;--gt-lane:#f6f8fa;--gt-run:#2da44e;--gt-able:#d4a72c;--gt-block:#cf222e;--gt-sleep:#54aeff;--gt-sys:#8250df;--gt-msg:#0550ae;--gt-new:#6e7781}
[data-jp-theme-light="false"] .gt,.vscode-dark .gt{--gt-ink:#e6edf3;--gt-soft:#8d96a0;--gt-line:#3d444d;--gt-lane:#161b22;--gt-run:#3fb950;--gt-able:#d29922;--gt-block:#f85149;--gt-sleep:#58a6ff;--gt-sys:#a371f7;--gt-msg:#79c0ff;--gt-new:#8d96a0}
.gt-paper{background:#fff}
@media (prefers-color-scheme:dark){.gt-paper{background:#0d1117}}
.gt .s0{fill:var(--gt-run)}.gt .s1{fill:var(--gt-able)}.gt .s2{fill:var(--gt-block);fill-opacity:.75}.gt .s3{fill:var(--gt-sleep);fill-opacity:.6}.gt .s4{fill:var(--gt-sys);fill-opacity:.6}
.gt .lane{fill:var(--gt-lane)}.gt .gc{fill:var(--gt-gc)}.gt .tick{stroke:var(--gt-line)}.gt .soft{fill:var(--gt-soft)}
.gt .a{fill:none;stroke:var(--gt-msg);stroke-width:1.3}.gt .a0{stroke:var(--gt-new);stroke-dasharray:3 2}.gt .a2,.gt .a4{stroke:var(--gt-sleep)}.gt .a3{stroke:var(--gt-able)}
.gt .val{fill:var(--gt-msg);font-size:10px;paint-order:stroke;stroke:var(--gt-lane);stroke-width:3px}
`

func esc(s string) string { return html.EscapeString(s) }

// short cuts a name to what fits into n columns.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// ticks are round times along the axis.
func ticks(total int64) (at []int64) {
	step := int64(1)
	for total/step > 8 {
		switch {
		case total/(step*2) <= 8:
			step *= 2
		case total/(step*5) <= 8:
			step *= 5
		default:
			step *= 10
		}
	}
	for x := int64(0); x <= total; x += step {
		at = append(at, x)
	}
	return at
}

// still is the picture as one SVG without scripts: titles tell what the mouse would.
func still(t Trace, notes []string) string {
	var b strings.Builder
	h := top + lane*len(t.Goroutines) + 30 + 14*len(notes)
	w := gutter + plot + 20
	x := func(ns int64) float64 { return gutter + float64(plot)*float64(ns)/float64(t.Total) }
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="gt gt-paper" viewBox="0 0 %d %d" width="%d" height="%d" role="img"><style>%s</style>`, w, h, w, h, style)
	fmt.Fprintf(&b, `<text x="4" y="14">%s</text>`, esc(short(t.Title, 60)))
	row := map[int64]int{}
	for i, g := range t.Goroutines {
		row[g.ID] = i
		y := top + lane*i
		end := g.End
		if end == 0 {
			end = t.Total
		}
		fmt.Fprintf(&b, `<rect class="lane" x="%.1f" y="%d" width="%.1f" height="%d"/>`, x(g.Start), y+2, max(x(end)-x(g.Start), 1), lane-4)
		fmt.Fprintf(&b, `<text x="4" y="%d">%s<title>%s</title></text>`, y+15, esc(short(laneName(g), 36)), esc(laneName(g)))
	}
	for _, at := range ticks(t.Total) {
		fmt.Fprintf(&b, `<line class="tick" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/><text class="soft" x="%.1f" y="28">%s</text>`, x(at), x(at), top-4, top+lane*len(t.Goroutines), x(at)+2, dur(at))
	}
	for _, g := range t.GCs {
		fmt.Fprintf(&b, `<rect class="gc" x="%.1f" y="%d" width="%.1f" height="%d"><title>garbage collection, %s</title></rect>`, x(g.From), top, max(x(g.To)-x(g.From), 1), lane*len(t.Goroutines), dur(g.To-g.From))
	}
	for _, s := range t.Spans {
		fmt.Fprintf(&b, `<rect class="s%d" x="%.2f" y="%d" width="%.2f" height="%d"><title>%s</title></rect>`, s.State, x(s.From), top+lane*row[s.G]+5, max(x(s.To)-x(s.From), .6), lane-10, esc(spanTitle(s)))
	}
	b.WriteString(`<defs><marker id="gt-head" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L6 3L0 6z" fill="context-stroke"/></marker></defs>`)
	labels := len(t.Arrows) <= 60
	for _, a := range t.Arrows {
		x1, y1, x2, y2 := x(a.At), top+lane*row[a.From]+lane/2, x(a.Got), top+lane*row[a.To]+lane/2
		fmt.Fprintf(&b, `<path class="a a%d" marker-end="url(#gt-head)" d="M%.1f %dL%.1f %d"><title>%s</title></path>`, a.Kind, x1, y1, x2, y2, esc(arrowTitle(a)))
		if labels && a.Label != "" && a.Kind == Message {
			fmt.Fprintf(&b, `<text class="val" x="%.1f" y="%d">%s</text>`, (x1+x2)/2+3, (y1+y2)/2+3, esc(short(a.Label, 14)))
		}
	}
	y := top + lane*len(t.Goroutines) + 18
	lx := 4
	for st := Running; st <= System; st++ {
		fmt.Fprintf(&b, `<rect class="s%d" x="%d" y="%d" width="10" height="10"/><text class="soft" x="%d" y="%d">%s</text>`, st, lx, y-9, lx+14, y, st)
		lx += 30 + 7*len(st.String())
	}
	for i, n := range notes {
		fmt.Fprintf(&b, `<text class="soft" x="4" y="%d">%s</text>`, y+14*(i+1), esc(n))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func spanTitle(s Span) string {
	d := fmt.Sprintf("G%d %s %s (from %s)", s.G, s.State, dur(s.To-s.From), dur(s.From))
	if s.On != "" {
		d += ": " + s.On
	}
	if s.Place != "" {
		d += " at " + s.Place
	}
	if s.P >= 0 && s.State == Running {
		d += fmt.Sprintf(" on P%d", s.P)
	}
	return d
}

func arrowTitle(a Arrow) string {
	what := [...]string{"starts", "sends to", "closes for", "hands the lock to", "wakes"}[a.Kind]
	s := fmt.Sprintf("G%d %s G%d", a.From, what, a.To)
	if a.Label != "" {
		s += ": " + a.Label
	}
	return s + " at " + dur(a.At)
}
