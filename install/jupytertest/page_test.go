package jupytertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A lab is one JupyterLab server with one browser for all that is tested in it.
type lab struct {
	dir     string // the folder that the server shows
	server  string // http://host:port
	token   string
	browser context.Context
}

// settings are JupyterLab's, in the tests: cells that are not on the screen
// stay in the page, so that a test can ask what they show.
var settings = map[string]any{
	"notebook-extension/tracker.jupyterlab-settings": map[string]any{"windowingMode": "none"},
}

// openLab starts a browser and a server that shows a folder of its own.
func openLab(t *testing.T, d time.Duration) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir(), browser: browse(t, d)}
	config := filepath.Join(env.dir, "config")
	write := func(value any, path ...string) {
		t.Helper()
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(append([]string{config}, path...)...)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(file) })
	}
	for name, value := range settings {
		write(value, "lab", "user-settings", "@jupyterlab", name)
	}
	// window.jupyterapp runs the commands of the menus.
	write(map[string]any{"LabApp": map[string]any{"expose_app_in_browser": true}}, "jupyter_lab_config.json")
	url := startLab(t, "--jupyter", existing(), l.dir)
	var ok bool
	if l.server, l.token, ok = strings.Cut(url, "/lab?token="); !ok {
		t.Fatalf("lab is at %s, want a page with a token", url)
	}
	return l
}

// write makes a notebook of code cells.
func (l *lab) write(t *testing.T, name string, cells ...string) {
	t.Helper()
	code := []any{}
	for i, src := range cells {
		code = append(code, map[string]any{
			"cell_type": "code", "id": fmt.Sprintf("cell-%d", i), "metadata": map[string]any{},
			"execution_count": nil, "outputs": []any{}, "source": src,
		})
	}
	text, err := json.Marshal(map[string]any{
		"cells": code, "nbformat": 4, "nbformat_minor": 5,
		"metadata": map[string]any{"kernelspec": map[string]any{"display_name": "Go (yaegi)", "language": "go", "name": "gokernel"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.dir, name), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A tab is one page of the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open shows a notebook in a tab of its own, with a workspace of its own, and
// waits until the kernel is there. The tab closes with the test.
func (l *lab) open(t *testing.T, workspace, notebook string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(l.browser)
	t.Cleanup(closeTab)
	p := &tab{t, ctx}
	p.must("opening "+notebook,
		chromedp.Navigate(fmt.Sprintf("%s/lab/workspaces/%s/tree/%s?token=%s", l.server, workspace, notebook, l.token)),
		js(cellJS(0)+"!==undefined && window.jupyterapp !== undefined"), enter(0), js(idle))
	return p
}

// must carries out steps; when one fails, the test ends with what the page shows.
func (p *tab) must(name string, steps ...step) {
	p.t.Helper()
	p.front()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		shown, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		p.t.Fatalf("%s: %v (picture: %s)\nthe page shows:\n%s", name, err, p.picture(p.t.ArtifactDir(), "page"), shown)
	}
	if *pictures != "" {
		p.picture(*pictures, strings.ReplaceAll(p.t.Name(), "/", "-")+" "+name)
	}
}

// front makes the tab the one that is seen: a browser draws no other.
func (p *tab) front() {
	chromedp.Do(p.ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		return chromedp.Void{}, t.Call(ctx, "Page.bringToFront", nil, nil)
	})
}

// picture writes what is seen to a file and gives its name.
func (p *tab) picture(dir, name string) string {
	p.t.Helper()
	file := filepath.Join(dir, name+".png")
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		p.t.Logf("no picture: %v", err)
	}
	return file
}

// command runs a command of JupyterLab's menus.
func command(id, args string) step {
	return do(fmt.Sprintf("void window.jupyterapp.commands.execute(%q, %s)", id, args))
}

// ask gives the value of an expression on the page.
func ask[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("asking for %s: %v", expression, err)
	}
	return v
}

// A step is one action on the page.
type step = chromedp.Action[chromedp.Void]

// js waits until an expression is true on the page.
func js(expression string) step { return waitFor(expression, time.Minute) }

func waitFor(expression string, limit time.Duration) step {
	poll := chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(limit))
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := poll(ctx, t); err != nil {
			return chromedp.Void{}, fmt.Errorf("waiting for %s: %w", expression, err)
		}
		return chromedp.Void{}, nil
	}
}

// do evaluates an expression for its effect.
func do(expression string) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](expression)(ctx, t)
		return chromedp.Void{}, err
	}
}

// click presses the mouse in the middle of an element, or at its left edge plus dx.
func click(element string, dx int) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		at, err := chromedp.Evaluate[struct{ X, Y, W, H float64 }](`(() => { const r = `+element+`.getBoundingClientRect(); return {X: r.x, Y: r.y, W: r.width, H: r.height} })()`)(ctx, t)
		if err != nil {
			return chromedp.Void{}, err
		}
		x := at.X + at.W/2
		if dx > 0 {
			x = at.X + float64(dx)
		}
		return chromedp.MouseClickXY(x, at.Y+at.H/2)(ctx, t)
	}
}

// cellJS is the n-th code cell as an expression, and outputJS what it shows.
func cellJS(n int) string   { return fmt.Sprintf(`document.querySelectorAll(".jp-CodeCell")[%d]`, n) }
func outputJS(n int) string { return cellJS(n) + `.querySelector(".jp-OutputArea")?.innerText ?? ""` }
func promptJS(n int) string { return cellJS(n) + `.querySelector(".jp-InputPrompt").innerText` }

// stopButton is the toolbar's button that interrupts the kernel.
const stopButton = `document.querySelector('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')`

// idle is true when the kernel is connected: the toolbar's indicator says so from
// the start, the status bar (of the notebook that was clicked last) only when the kernel did.
const idle = `document.querySelector("#jp-main-statusbar")?.innerText.includes("Go (yaegi) | Idle")`

// enter puts the cursor at the end of the n-th code cell.
func enter(n int) step { return enterEditor(cellJS(n), 20) }

// enterEditor clicks into the editor of a cell and puts the cursor at its end. A
// page that is still being laid out moves the editor away from under the mouse: then it clicks again.
func enterEditor(cell string, dx int) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		var err error
		for range 30 {
			err = chromedp.Do(ctx,
				do(cell+`.scrollIntoView({block: "center"})`),
				click(cell+`.querySelector(".cm-content")`, dx),
				waitFor(cell+`.querySelector(".cm-editor").classList.contains("cm-focused")`, time.Second))
			if err == nil || ctx.Err() != nil {
				break
			}
		}
		if err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl))(ctx, t)
	}
}

// tabIn presses Tab at the end of the n-th code cell.
func tabIn(n int) step { return chromedp.Steps(enter(n), chromedp.KeyEvent(kb.Tab)) }

// escape closes what a key has opened.
var escape = chromedp.KeyEvent(kb.Escape)

// runCell presses Ctrl-Enter in the n-th code cell.
func runCell(n int) step {
	return chromedp.Steps(enter(n), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}
