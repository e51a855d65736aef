package jupytertest

import (
	"testing"
)

// floodCells show something anew far more often than a page can be drawn, for as long as they are let.
var floodCells = []struct{ name, code string }{
	{"a handle", `note := display.HTML("it begins")
tick := time.NewTicker(time.Millisecond)
for i := 0; ; i++ { <-tick.C; note.HTML(fmt.Sprintf("<b>update %d</b>", i)) }`},
	{"a bar", `bar := display.Progress(1 << 40)
for { time.Sleep(time.Millisecond); bar.Add(1) }`},
}

// testFlood updates a display and a bar a thousand times a second:
// the page goes on being drawn, completion is answered, and Stop stops at once.
func (l *lab) testFlood(t *testing.T) {
	var cells []string
	for _, c := range floodCells {
		cells = append(cells, c.code)
	}
	l.write(t, "flood.ipynb", append(cells, `fmt.Print`, `"the session goes on"`)...)
	p := l.open(t, "flood", "flood.ipynb")
	for i, c := range floodCells {
		p.must(c.name, runCell(i), js(`(`+outputJS(i)+`) !== ""`))
		// The page's own measure: frames drawn and the longest wait for one, while it shows ten states of what is updated.
		p.must(c.name+" is drawn", do(`window.frames_ = {n: 0, worst: 0, last: performance.now(), texts: new Set()}; (function frame() {
			const f = window.frames_, now = performance.now()
			f.n++; f.worst = Math.max(f.worst, now - f.last); f.last = now; f.texts.add(`+outputJS(i)+`)
			f.stop || requestAnimationFrame(frame)
		})()`), js(`window.frames_.texts.size >= 10`))
		p.must("Tab meanwhile", tabIn(len(floodCells)), js(offered("Println")), escape)
		frames := ask[struct {
			N     int
			Worst float64
		}](p, `(() => { window.frames_.stop = true; return {N: window.frames_.n, Worst: window.frames_.worst} })()`)
		t.Logf("%s: %d frames, the longest took %.0f ms", c.name, frames.N, frames.Worst)
		if frames.Worst > 3000 {
			t.Errorf("%s: the page stood still for %.0f ms", c.name, frames.Worst)
		}
		p.must("Stop", click(stopButton, 0), js(`!`+promptJS(i)+`.includes("*")`), js(`/interrupt/i.test(`+outputJS(i)+`)`))
	}
	p.must("the next cell", runCell(len(floodCells)+1), js(`(`+outputJS(len(floodCells)+1)+`).includes("the session goes on")`))
}
