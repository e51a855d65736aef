package jupytertest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// shownCells show one thing each, in all the ways in which cells can; drawn selects what JupyterLab makes of it.
var shownCells = []struct{ name, drawn, code string }{
	{"HTML", `h3`, `display.HTML("<h3>Heading</h3><p>A paragraph with <b>bold</b>, <code>code</code> and <a href='https://go.dev'>a link</a>.</p>")`},
	{"Markdown", `.jp-RenderedMarkdown table`, "display.Markdown(\"### Heading\\n\\n* one\\n* two with `code`\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\n$e^{i\\\\pi} = -1$\")"},
	{"LaTeX", `.jp-RenderedLatex mjx-container`, `display.Math("\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}")`},
	{"SVG", `.jp-RenderedSVG`, `display.SVG("<svg xmlns='http://www.w3.org/2000/svg' width='200' height='60'><circle cx='30' cy='30' r='25' fill='teal'/><text x='70' y='35' fill='currentColor'>a drawing</text></svg>")`},
	{"image", `img`, `pic := image.NewRGBA(image.Rect(0, 0, 160, 60))
for x := range 160 { for y := range 60 { pic.Set(x, y, color.RGBA{uint8(x), uint8(4 * y), 128, 255}) } }
pic`},
	{"JPEG", `img[src^="data:image/jpeg"]`, `var photo bytes.Buffer
jpeg.Encode(&photo, pic, nil)
display.JPEG(photo.Bytes())`},
	{"JSON", `.jp-RenderedJSON`, `display.JSON(map[string]any{"name": "Anna", "ages": []int{1, 2, 3}, "nested": map[string]any{"ok": true}})`},
	{"Mermaid", `.jp-RenderedMermaid img`, `display.Mermaid("graph LR\n  producer --> channel --> consumer\n  channel --> second")`},
	{"VegaLite", `.vega-embed canvas`, "display.VegaLite(`{\"$schema\":\"https://vega.github.io/schema/vega-lite/v5.json\",\"data\":{\"values\":[{\"a\":\"x\",\"b\":3},{\"a\":\"y\",\"b\":7}]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"a\",\"type\":\"nominal\"},\"y\":{\"field\":\"b\",\"type\":\"quantitative\"}}}`)"},
	{"table", `td`, `type Row struct { Name string; Took time.Duration; Tries int }
display.Table([]Row{{"fetch", 1200 * time.Millisecond, 3}, {"parse", 35 * time.Microsecond, 1}, {"저장 🙂", 2 * time.Second, 12}})`},
	{"line", `.vega-embed svg`, `display.Line("line", []float64{1, 4, 9, 16, 25}, display.Series{Name: "other", X: []float64{0, 2, 4}, Y: []float64{20, 5, 10}})`},
	{"bars", `.vega-embed svg`, `display.Bars("bars", []string{"one", "two", "a longer label"}, []int{3, 7, 5})`},
	{"scatter", `.vega-embed svg`, `display.Scatter("scatter", []float64{3, 1, 4, 1, 5, 9, 2, 6})`},
	{"histogram", `.vega-embed svg`, `display.Histogram("histogram", []float64{1, 2, 2, 3, 3, 3, 4, 4, 5, 9}, 5)`},
	{"progress", `progress`, `for range display.Progress(20).Label("work").Range() { time.Sleep(time.Millisecond) }`},
	{"handle", `strong`, `note := display.HTML("<i>first</i>")
note.Markdown("**updated** in its place")`},
	{"struct", `pre`, `type Team struct { Name string; Members []string; Scores map[string]int; Lead *Team }
Team{"Gophers", []string{"Anna", "Bo"}, map[string]int{"go": 3, "c": 1}, &Team{Name: "Lead"}}`},
	{"trace", `.gt svg rect.s0`, `%%trace
jobs, results := make(chan int), make(chan int, 2)
var wg sync.WaitGroup
for range 3 {
	wg.Go(func() {
		for j := range jobs { time.Sleep(time.Millisecond); results <- j * j }
	})
}
go func() { for i := range 6 { jobs <- i }; close(jobs); wg.Wait(); close(results) }()
sum := 0
for r := range results { sum += r }
fmt.Println(sum)`},
	{"many", `.vega-embed svg`, `%%many 50
c := make(chan string, 2)
go func() { c <- "first" }()
go func() { c <- "second" }()
fmt.Println(<-c, <-c)`},
	{"goroutines", `table`, `block := make(chan int)
for i := range 3 { go func() { block <- i }() }
time.Sleep(10 * time.Millisecond)
%goroutines`},
}

// looks is a function of an element that lists what is wrong with how it looks:
// words that hardly differ from what is behind them, and what is cut off or
// makes the page wider. It reads the page, so words inside a picture escape it.
const looks = `((root, ownBackground) => {
	const bad = []
	const colour = c => {
		const n = (c.match(/[\d.]+/g) ?? []).map(Number)
		return n.length < 3 ? null : c.startsWith("color(srgb") ? [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1] : [n[0], n[1], n[2], n[3] ?? 1]
	}
	const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1)
	const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => sum + w * (c[i] <= 10.3 ? c[i] / 255 / 12.92 : ((c[i] / 255 + 0.055) / 1.055) ** 2.4), 0)
	const behind = e => {
		const layers = []
		for (; e; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor)
			if (c && c[3] > 0) layers.push(c)
			if (c && c[3] === 1) break
		}
		return layers.reduceRight((below, c) => over(c, below), [255, 255, 255, 1])
	}
	const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
	for (let n; n = words.nextNode();) {
		const e = n.parentElement
		if (!n.data.trim() || e.closest("script, style, title, button, input, .jp-OutputPrompt, mjx-assistive-mml") || !e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue
		const style = getComputedStyle(e), ink = colour(e instanceof SVGElement && style.fill !== "none" ? style.fill : style.color)
		if (!ink) continue
		const page = behind(e), [x, y] = [light(over(ink, page)), light(page)]
		const contrast = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
		if (contrast < 4) bad.push(n.data.trim().slice(0, 30) + ": contrast " + contrast.toFixed(1) + " of " + ink + " on " + page)
	}
	for (const img of root.querySelectorAll("img")) if (!img.complete || img.naturalWidth === 0) bad.push("an image is broken: " + img.src.slice(0, 60))
	// A drawing that is an image has the page's theme from nowhere: it must stand on a background of its own.
	for (const img of root.querySelectorAll("img[src^='data:image/svg']:not(.jp-RenderedMermaid img)")) {
		const canvas = document.createElement("canvas"), paint = canvas.getContext("2d")
		canvas.width = canvas.height = 20
		paint.drawImage(img, 0, 0, 20, 20)
		if (ownBackground && paint.getImageData(1, 1, 1, 1).data[3] < 255) bad.push("a drawing without a background")
	}
	const box = root.getBoundingClientRect()
	if (box.width < 5 || box.height < 5) bad.push("nothing is to be seen")
	if (box.right > innerWidth) bad.push("it leaves the page")
	for (const e of [root, ...root.querySelectorAll("*")]) {
		if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible" && e.clientWidth > 0 && !e.closest("mjx-container")) bad.push(e.tagName + "." + e.className + " is cut off: " + e.scrollWidth + " in " + e.clientWidth)
	}
	return bad
})`

// outputArea is what a cell shows, and renders a selector of what it is drawn as in JupyterLab.
func outputArea(n int) string { return cellJS(n) + `.querySelector(".jp-Cell-outputArea")` }

// testShown runs every kind of display and looks at it in both themes, the
// dark one after the notebook has been opened anew.
func (l *lab) testShown(t *testing.T) {
	var cells []string
	for _, c := range shownCells {
		cells = append(cells, c.code)
	}
	l.write(t, "shown.ipynb", cells...)
	p := l.open(t, "shown", "shown.ipynb")
	p.must("running all", command("notebook:run-all-cells", "{}"), js(fmt.Sprintf(`/\[%d\]/.test(%s)`, len(cells), promptJS(len(cells)-1))))
	p.look("light")
	p.must("saving", command("docmanager:save", "{}"), js(`window.jupyterapp.shell.currentWidget.context.model.dirty === false`))
	p.must("the dark theme", do(`void window.jupyterapp.commands.execute("apputils:change-theme", {theme: "JupyterLab Dark"})`), js(`document.body.dataset.jpThemeName === "JupyterLab Dark"`))
	dark := l.open(t, "dark", "shown.ipynb")
	dark.must("the dark theme", js(`document.body.dataset.jpThemeName === "JupyterLab Dark"`))
	dark.look("dark")
	dark.must("the light theme", do(`void window.jupyterapp.commands.execute("apputils:change-theme", {theme: "JupyterLab Light"})`), js(`document.body.dataset.jpThemeName === "JupyterLab Light"`))
}

// look waits until everything is drawn and reports what does not look right.
func (p *tab) look(theme string) {
	p.t.Helper()
	if *pictures != "" {
		p.must("all of it "+theme, chromedp.EmulateViewport(1280, 5200), do(cellJS(0)+`.scrollIntoView()`), chromedp.Sleep(2*time.Second))
	}
	for i, c := range shownCells {
		p.must(c.name+" "+theme, js(outputArea(i)+`?.querySelector(`+"`"+c.drawn+"`"+`) != null`))
		for _, bad := range ask[[]string](p, looks+`(`+outputArea(i)+`, true)`) {
			p.t.Errorf("%s, %s: %s", c.name, theme, bad)
		}
	}
}

// testStatic looks at the notebook that testShown has run and saved where no
// kernel is: as the page that nbconvert makes, in both its themes, and as a
// forge shows it, without scripts and styles of its own.
func (l *lab) testStatic(t *testing.T) {
	notebook := filepath.Join(l.dir, "shown.ipynb")
	for _, theme := range []string{"light", "dark"} {
		finish(t, env.Jupyter(within(t, time.Minute), "nbconvert", "--to", "html", "--theme", theme, "--output", theme, notebook))
		p := l.visit(t, "file://"+filepath.Join(l.dir, theme+".html"))
		p.must("all of nbconvert's page "+theme, chromedp.EmulateViewport(1280, 5200), js(cellJS(len(shownCells)-1)+` !== undefined`))
		p.staticLook("nbconvert, "+theme, func(i int) string { return cellJS(i) + `.querySelector(".jp-Cell-outputWrapper")` })
	}
	page := filepath.Join(l.dir, "forge.html")
	if err := os.WriteFile(page, []byte(forgePage(t, notebook)), 0o644); err != nil {
		t.Fatal(err)
	}
	p := l.visit(t, "file://"+page)
	p.must("all of the forge's page", chromedp.EmulateViewport(1280, 5200), js(`document.querySelectorAll(".cell").length === `+fmt.Sprint(len(shownCells))))
	p.staticLook("forge", func(i int) string { return fmt.Sprintf(`document.querySelectorAll(".cell")[%d]`, i) })
}

// visit opens a page that is no JupyterLab.
func (l *lab) visit(t *testing.T, url string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(l.browser)
	t.Cleanup(closeTab)
	p := &tab{t, ctx}
	p.must("opening a page", chromedp.Navigate(url))
	return p
}

// asSource are the kinds that a page without scripts from elsewhere shows as they were written.
var asSource = map[string]string{"LaTeX": `\sum_{k=1}`, "JSON": `"name"`}

// staticLook reports what does not look right on a page. Charts must be
// pictures, and tables tables.
func (p *tab) staticLook(page string, output func(i int) string) {
	p.t.Helper()
	drawn := map[string]string{
		"HTML": "h3", "SVG": "svg, img", "Mermaid": "svg, img", "image": "img", "JPEG": "img", "VegaLite": "", "table": "td", "line": "svg, img", "bars": "svg, img",
		"scatter": "svg, img", "histogram": "svg, img", "trace": "svg, img", "many": "svg, img", "goroutines": "td",
	}
	for i, c := range shownCells {
		if s := drawn[c.name]; s != "" && !ask[bool](p, output(i)+`?.querySelector("`+s+`") != null`) {
			p.t.Errorf("%s, %s: it is not drawn", c.name, page)
			continue
		}
		if s := asSource[c.name]; s != "" && !ask[bool](p, fmt.Sprintf(`%s.innerText.includes(%q)`, output(i), s)) {
			p.t.Errorf("%s, %s: it is not there as text", c.name, page)
		}
		for _, bad := range ask[[]string](p, fmt.Sprintf("%s(%s, %t)", looks, output(i), c.name != "Mermaid")) {
			p.t.Errorf("%s, %s: %s", c.name, page, bad)
		}
	}
}

// forgePage is a notebook's outputs as GitHub and GitLab show them: the richest
// form that stands still, HTML without scripts, styles and classes, drawings as images.
func forgePage(t *testing.T, notebook string) string {
	t.Helper()
	text, err := os.ReadFile(notebook)
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			Outputs []struct {
				Text joined            `json:"text"`
				Data map[string]joined `json:"data"`
			} `json:"outputs"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(text, &nb); err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString(`<!doctype html><meta charset="utf-8"><style>body{font:14px sans-serif;width:900px}img{max-width:100%}pre{white-space:pre-wrap}</style>`)
	for _, c := range nb.Cells {
		page.WriteString(`<div class="cell">`)
		for _, o := range c.Outputs {
			switch {
			case o.Data["text/html"] != "":
				page.WriteString(unsafeParts.ReplaceAllString(string(o.Data["text/html"]), ""))
			case o.Data["image/svg+xml"] != "":
				fmt.Fprintf(&page, `<img src="data:image/svg+xml;base64,%s">`, base64.StdEncoding.EncodeToString([]byte(o.Data["image/svg+xml"])))
			case o.Data["image/png"] != "":
				fmt.Fprintf(&page, `<img src="data:image/png;base64,%s">`, o.Data["image/png"])
			case o.Data["image/jpeg"] != "":
				fmt.Fprintf(&page, `<img src="data:image/jpeg;base64,%s">`, o.Data["image/jpeg"])
			default:
				fmt.Fprintf(&page, "<pre>%s</pre>", html.EscapeString(string(o.Text+o.Data["text/plain"])))
			}
		}
		page.WriteString("</div>")
	}
	return page.String()
}

// unsafeParts are what a forge takes out of a notebook's HTML.
var unsafeParts = regexp.MustCompile(`(?is)<script\b.*?</script>|<style\b.*?</style>|\s(style|class|id|on\w+)="[^"]*"`)

// joined is a text that a notebook may hold as a list of lines; anything else is "".
type joined string

// UnmarshalJSON joins the lines.
func (j *joined) UnmarshalJSON(b []byte) error {
	var lines []string
	var text string
	if json.Unmarshal(b, &lines) == nil {
		text = strings.Join(lines, "")
	} else if json.Unmarshal(b, &text) != nil {
		text = ""
	}
	*j = joined(text)
	return nil
}
