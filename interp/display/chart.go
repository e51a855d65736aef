package display

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	chart "github.com/wcharczuk/go-chart/v2"
)

// A Series is a named row of numbers for a chart: Y over X, or over 0, 1, 2 … if X is empty.
type Series struct {
	Name string
	X, Y []float64
}

// Line draws lines. Each of data is a Series, or a slice of numbers (Y values).
func Line(title string, data ...any) *Handle { return drawXY("line", title, data) }

// Scatter draws points. Each of data is a Series, or a slice of numbers (Y values).
func Scatter(title string, data ...any) *Handle { return drawXY("point", title, data) }

// Bars draws a bar for each label.
func Bars(title string, labels []string, values any) *Handle {
	ys, err := numbers(values)
	if err == nil && len(labels) != len(ys) {
		err = fmt.Errorf("%d labels for %d values", len(labels), len(ys))
	}
	if err != nil {
		return show(map[string]any{"text/plain": "display.Bars: " + err.Error()})
	}
	return show(barsOf(title, labels, ys))
}

// Count draws how often each value stands in values, the most frequent first.
func Count(title string, values any) *Handle {
	v := reflect.ValueOf(values)
	if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
		return show(map[string]any{"text/plain": fmt.Sprintf("display.Count: want a slice, not %T", values)})
	}
	at := map[string]int{}
	var labels []string
	var n []float64
	for i := range v.Len() {
		s := cell(v.Index(i))
		j, ok := at[s]
		if !ok {
			j = len(labels)
			at[s] = j
			labels, n = append(labels, s), append(n, 0)
		}
		n[j]++
	}
	sortByCount(labels, n)
	return show(barsOf(title, labels, n))
}

func sortByCount(labels []string, n []float64) {
	for i := 1; i < len(n); i++ { // few bars: insertion keeps the order of equals
		for j := i; j > 0 && n[j] > n[j-1]; j-- {
			n[j], n[j-1] = n[j-1], n[j]
			labels[j], labels[j-1] = labels[j-1], labels[j]
		}
	}
}

// Histogram draws how many values fall into each of bins ranges of equal width.
func Histogram(title string, values any, bins int) *Handle {
	ys, err := numbers(values)
	if err == nil && len(ys) == 0 {
		err = fmt.Errorf("no values")
	}
	if err != nil {
		return show(map[string]any{"text/plain": "display.Histogram: " + err.Error()})
	}
	if bins <= 0 {
		bins = max(5, int(math.Sqrt(float64(len(ys)))))
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, y := range ys {
		lo, hi = min(lo, y), max(hi, y)
	}
	if hi == lo {
		hi = lo + 1
	}
	n := make([]float64, bins)
	labels := make([]string, bins)
	step := (hi - lo) / float64(bins)
	for i := range labels {
		labels[i] = fmt.Sprintf("%.4g–%.4g", lo+float64(i)*step, lo+float64(i+1)*step)
	}
	for _, y := range ys {
		n[min(int((y-lo)/step), bins-1)]++
	}
	return show(barsOf(title, labels, n))
}

// numbers turns a slice of any numeric kind (durations too) into float64s.
func numbers(values any) ([]float64, error) {
	v := reflect.ValueOf(values)
	if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
		return nil, fmt.Errorf("want a slice of numbers, not %T", values)
	}
	ys := make([]float64, v.Len())
	for i := range ys {
		x := v.Index(i)
		for x.Kind() == reflect.Interface {
			x = x.Elem()
		}
		switch {
		case !x.IsValid():
			return nil, fmt.Errorf("value %d is nil", i)
		case x.CanInt():
			ys[i] = float64(x.Int())
		case x.CanUint():
			ys[i] = float64(x.Uint())
		case x.CanFloat():
			ys[i] = x.Float()
		default:
			return nil, fmt.Errorf("value %d is a %v, not a number", i, x.Type())
		}
	}
	return ys, nil
}

func drawXY(mark, title string, data []any) *Handle {
	var series []Series
	for i, d := range data {
		s, ok := d.(Series)
		if !ok {
			ys, err := numbers(d)
			if err != nil {
				return show(map[string]any{"text/plain": "display: " + err.Error()})
			}
			s.Y = ys
		}
		if len(s.X) == 0 {
			for j := range s.Y {
				s.X = append(s.X, float64(j))
			}
		}
		if len(s.X) != len(s.Y) {
			return show(map[string]any{"text/plain": fmt.Sprintf("display: series %d has %d X for %d Y values", i, len(s.X), len(s.Y))})
		}
		if s.Name == "" && len(data) > 1 {
			s.Name = fmt.Sprintf("series %d", i+1)
		}
		series = append(series, s)
	}
	return show(xyOf(mark, title, series))
}

type object = map[string]any

// Size of a still picture, in pixels.
const (
	stillWidth  = 640
	stillHeight = 360
)

func xyOf(mark, title string, series []Series) map[string]any {
	var rows []object
	var drawn []chart.Series
	for _, s := range series {
		for i := range s.X {
			if finite(s.X[i]) && finite(s.Y[i]) {
				rows = append(rows, object{"x": s.X[i], "y": s.Y[i], "series": s.Name})
			}
		}
		style := chart.Style{}
		if mark == "point" {
			style = chart.Style{StrokeWidth: chart.Disabled, DotWidth: 3}
		}
		drawn = append(drawn, chart.ContinuousSeries{Name: s.Name, XValues: s.X, YValues: s.Y, Style: style, YAxis: chart.YAxisSecondary})
	}
	enc := object{"x": object{"field": "x", "type": "quantitative"}, "y": object{"field": "y", "type": "quantitative"}}
	if len(series) > 1 {
		enc["color"] = object{"field": "series", "type": "nominal", "sort": nil, "title": nil}
	}
	m := vegaOf(vega(title, rows, object{"type": mark, "tooltip": true}, enc))
	c := chart.Chart{Title: title, Width: stillWidth, Height: stillHeight, Series: drawn, Background: chart.Style{Padding: chart.Box{Top: 40, Left: 10, Right: 20, Bottom: 10}}}
	c.TitleStyle = chart.Style{FontSize: 13}
	c.YAxis.Style = chart.Hidden() // the library has it on the right; the secondary one is on the left
	c.XAxis.Ticks, c.XAxis.Range = roundTicks(series, func(s Series) []float64 { return s.X }, false)
	c.YAxisSecondary.Ticks, c.YAxisSecondary.Range = roundTicks(series, func(s Series) []float64 { return s.Y }, true)
	c.YAxis.Range, c.YAxis.Ticks = c.YAxisSecondary.Range, c.YAxisSecondary.Ticks
	if len(series) > 1 {
		c.Elements = []chart.Renderable{chart.Legend(&c)}
	}
	still(m, title, c.Render)
	return m
}

// roundTicks are an axis over all values of the series, from one round number to another.
func roundTicks(series []Series, values func(Series) []float64, fromZero bool) (ticks []chart.Tick, over *chart.ContinuousRange) {
	lo, hi := math.Inf(1), math.Inf(-1)
	if fromZero {
		lo, hi = 0, 0
	}
	for _, s := range series {
		for _, x := range values(s) {
			if finite(x) {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
	}
	if lo > hi { // no values at all
		lo, hi = 0, 0
	}
	if lo == hi {
		lo, hi = lo-0.5, hi+0.5
	}
	if math.IsInf(hi-lo, 0) {
		lo, hi = lo/2, hi/2
	}
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/5)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (hi-lo)/(step*m) <= 8 {
			step *= m
			break
		}
	}
	first, last := math.Floor(lo/step), math.Ceil(hi/step)
	for k := first; k <= last; k++ {
		ticks = append(ticks, chart.Tick{Value: k * step, Label: strconv.FormatFloat(k*step, 'g', 6, 64)})
	}
	return ticks, &chart.ContinuousRange{Min: first * step, Max: last * step}
}

// barsOf draws horizontal bars: labels may be long, and are read without turning the head.
func barsOf(title string, labels []string, n []float64) map[string]any {
	rows := []object{}
	text := title + "\n"
	w, top := 0, 0.0
	for i, l := range labels {
		w, top = max(w, width(l)), max(top, n[i])
	}
	for i, l := range labels {
		rows = append(rows, object{"label": l, "count": n[i]})
		k := 0
		if top > 0 && n[i] > 0 {
			k = max(1, int(40*n[i]/top))
		}
		text += fmt.Sprintf("%s%s %s %v\n", l, repeat(' ', w-width(l)), repeat('█', k), n[i])
	}
	spec := vega(title, rows, object{"type": "bar", "tooltip": true}, object{
		"y": object{"field": "label", "type": "nominal", "sort": nil, "title": nil, "axis": object{"labelLimit": 420}},
		"x": object{"field": "count", "type": "quantitative", "title": nil, "axis": object{"tickMinStep": tickStep(n)}},
	})
	spec["height"] = object{"step": 22}
	m := vegaOf(spec)
	m["image/svg+xml"] = barsSVG(title, labels, n, w, top)
	m["text/plain"] = text
	return m
}

// tickStep keeps fractions off the axis of whole numbers.
func tickStep(n []float64) float64 {
	for _, x := range n {
		if x != math.Trunc(x) {
			return 0
		}
	}
	return 1
}

// barsSVG is the still picture of bars. It follows the reader's system, and has a
// background of its own, since the page around it may follow something else.
func barsSVG(title string, labels []string, n []float64, columns int, top float64) string {
	const row, bar = 24, 360
	left := min(7*columns, 420) + 12
	w, h := left+bar+80, 34+row*len(labels)+6
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img"><style>svg{background:#fff}text{font:12px ui-monospace,Menlo,Consolas,"Noto Sans Mono CJK KR",monospace;fill:#24292f}.b{fill:#4c8bc5}@media(prefers-color-scheme:dark){svg{background:#161b22}text{fill:#e6edf3}}</style>`, w, h, w, h)
	fmt.Fprintf(&b, `<text x="4" y="18" font-weight="bold">%s</text>`, html.EscapeString(title))
	for i, l := range labels {
		y, long := 34+row*i, 0.0
		if top > 0 {
			long = bar * max(n[i], 0) / top
		}
		if width(l) > 60 {
			l = string([]rune(l)[:58]) + "…"
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect class="b" x="%d" y="%d" width="%.1f" height="16"/><text x="%.1f" y="%d">%s</text>`,
			left-8, y+13, html.EscapeString(l), left, y, max(long, 1), float64(left)+long+6, y+13, strconv.FormatFloat(n[i], 'g', 6, 64))
	}
	b.WriteString("</svg>")
	return b.String()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func vega(title string, rows []object, mark, encoding object) object {
	if rows == nil {
		rows = []object{}
	}
	return themed(object{"title": title, "data": object{"values": rows}, "mark": mark, "encoding": encoding}, len(rows))
}

// fluid is the number of points up to which a chart is drawn as SVG, which
// follows a change of theme; a canvas draws more of them faster.
const fluid = 2000

// themed completes a chart: its size, and colours that read well on the page of
// a light and of a dark theme, whose text colour the words take.
func themed(spec object, points int) object {
	const line = "#8c959f"
	text := object{"labelColor": "currentColor", "titleColor": "currentColor"}
	axis := object{"domainColor": line, "tickColor": line, "gridColor": line, "gridOpacity": 0.35}
	for k, v := range text {
		axis[k] = v
	}
	renderer := "canvas"
	if points <= fluid {
		renderer = "svg"
	}
	spec["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json"
	spec["width"], spec["height"] = 480, 280
	spec["background"] = "transparent"
	spec["config"] = object{
		"axis": axis, "legend": text, "view": object{"stroke": line, "strokeOpacity": 0.5},
		"title": object{"color": "currentColor"}, "bar": object{"color": "#4c8bc5"}, "point": object{"color": "#4c8bc5", "filled": true, "size": 50, "opacity": 0.9}, "line": object{"color": "#4c8bc5"},
	}
	spec["usermeta"] = object{"embedOptions": object{"renderer": renderer}}
	return spec
}

// still adds the picture for front-ends without Vega-Lite (VS Code, forges, exported pages).
func still(m map[string]any, title string, render func(chart.RendererProvider, io.Writer) error) {
	var b bytes.Buffer
	err := func() (err error) {
		defer func() { // the library panics on some degenerate ranges
			if r := recover(); r != nil {
				err = fmt.Errorf("%v", r)
			}
		}()
		return render(chart.SVG, &b)
	}()
	if err != nil {
		m["text/plain"] = fmt.Sprintf("[chart %s; no picture: %v]", title, err)
		return
	}
	svg := b.String()
	if i := strings.Index(svg, "viewBox"); i >= 0 { // the library leaves the size to the page, which then fills it
		svg = svg[:i] + fmt.Sprintf(`width="%d" height="%d" `, stillWidth, stillHeight) + svg[i:]
	}
	m["image/svg+xml"] = svg
	m["text/plain"] = "[chart " + title + "]"
}

// Chart is a Vega-Lite chart from parts, for what Line, Scatter, Bars and Histogram do not do:
// rows is a slice of structs or maps, encoding the Vega-Lite channels.
func Chart(rows any, mark string, encoding map[string]any) *Handle {
	b, err := json.Marshal(rows)
	if err != nil {
		return show(map[string]any{"text/plain": "display.Chart: " + err.Error()})
	}
	n := 0
	if v := reflect.ValueOf(rows); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		n = v.Len()
	}
	return show(vegaOf(themed(object{"data": object{"values": json.RawMessage(b)}, "mark": object{"type": mark, "tooltip": true}, "encoding": encoding}, n)))
}
