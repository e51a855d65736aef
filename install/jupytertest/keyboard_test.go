package jupytertest

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The cells of the notebook at whose keyboard somebody sits.
const (
	cellDeclare = iota
	cellTab
	cellTabBusy
	cellTabSecond
	cellHelp
	cellHelpBusy
	cellEndless
	cellAfter
)

var keyboardCells = []string{
	cellDeclare: `type Address struct { City string; Zip int }
type Person struct { Name string; Home Address; Friends []*Person }
anna := &Person{Name: "Anna", Home: Address{"Seoul", 4524}, Friends: []*Person{{Name: "Bo"}}}
ages := map[string]int{"Anna": 31, "Bo": 27}
mailbox := make(chan int, 4)
mailbox <- 7
var crew sync.WaitGroup
crew.Add(2)
fmt.Println("declared")`,
	cellTab:       `fmt.Println("🙂 한글", anna.Ho`,
	cellTabBusy:   `fmt.Println("🙂 한글", anna.Ho`,
	cellTabSecond: `fmt.Println("🙂 한글", anna.Ho`,
	cellHelp:      `strings.Join`,
	cellHelpBusy:  `anna`,
	cellEndless:   "fmt.Println(\"it began\")\nfor {\n}",
	cellAfter:     `len(ages)`,
}

// tooltip is what Shift-Tab shows, and inspector what Contextual Help shows.
const (
	tooltip   = `(document.querySelector(".jp-Tooltip")?.innerText ?? "")`
	inspector = `(document.querySelector(".jp-Inspector")?.innerText ?? "")`
)

// offered is true when the list of completions is open and has the name; a
// closed one keeps the items of the last time in the page.
func offered(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item")].some(i => i.getClientRects().length > 0 && i.innerText.includes(%q))`, name)
}

// completed presses Tab in an editor, and takes the name from the list unless
// JupyterLab has put it in by itself, as it does with the only one.
func completed(cell, name, text string) step {
	is := fmt.Sprintf(`%s.querySelector(".cm-content").innerText.trim() === %q`, cell, text)
	return chromedp.Steps(chromedp.KeyEvent(kb.Tab), js(`(`+is+`) || `+offered(name)),
		func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			if in, err := chromedp.Evaluate[bool](is)(ctx, t); in || err != nil {
				return chromedp.Void{}, err
			}
			return chromedp.KeyEvent(kb.Enter)(ctx, t)
		}, js(is))
}

// testKeyboard presses the keys and opens the panels, first while nothing runs,
// then while a cell of pure computation does.
func (l *lab) testKeyboard(t *testing.T) {
	l.write(t, "keyboard.ipynb", keyboardCells...)
	p := l.open(t, "keyboard", "keyboard.ipynb")
	p.must("running the declarations", runCell(cellDeclare), js(`(`+outputJS(cellDeclare)+`).includes("declared")`))
	p.keys("", cellTab, cellHelp, "Join")
	p.variables("")
	second := l.open(t, "second", "keyboard.ipynb")
	second.must("the second tab sees the session", runCell(cellAfter), js(`(`+outputJS(cellAfter)+`).includes("2")`))
	p.must("the panel's end", do(`document.querySelector(".jp-DebuggerBugButton").click()`))
	p.console("")
	p.must("running in the console", shiftEnter, js(consoleShows("map[Anna:31 Bo:27]")), do(`window.jupyterapp.shell.currentWidget.close()`))

	p.must("an endless cell", runCell(cellEndless), js(`(`+outputJS(cellEndless)+`).includes("it began")`))
	p.keys(" while a cell runs", cellTabBusy, cellHelpBusy, "Person")
	p.variables(" while a cell runs")
	second.keys(" in the second tab while a cell runs", cellTabSecond, cellHelp, "Join")
	p.console(" while a cell runs")
	p.must("Stop", click(stopButton, 0), js(`/interrupt/i.test(`+outputJS(cellEndless)+`)`))
	p.must("running in the console after the cell", enterEditor(consolePrompt, 0), shiftEnter, js(consoleShows("map[Anna:31 Bo:27]")))
}

// keys presses Tab and Shift-Tab and opens Contextual Help in a cell each.
func (p *tab) keys(when string, complete, help int, want string) {
	p.t.Helper()
	p.must("Tab"+when, enter(complete), completed(cellJS(complete), "Home", `fmt.Println("🙂 한글", anna.Home`))
	p.must("Shift-Tab"+when, enter(help), chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)),
		js(tooltip+`.includes("`+want+`")`))
	p.must("closing the tooltip"+when, chromedp.KeyEvent(kb.Escape), js(`document.querySelector(".jp-Tooltip") === null`))
	p.must("Contextual Help"+when, command("inspector:open", "{}"), js(`document.querySelector(".jp-Inspector") !== null`), enter(help), js(inspector+`.includes("`+want+`")`))
	p.must("closing Contextual Help"+when, command("inspector:close", "{}"))
}

// variables opens the debugger's panel and unfolds what it lists.
func (p *tab) variables(when string) {
	p.t.Helper()
	is := func(name, detail string) string {
		return fmt.Sprintf(`[...document.querySelectorAll(".jp-DebuggerVariables-name")].some(n => n.innerText === %q && n.nextSibling.innerText === %q)`, name, detail)
	}
	// says waits for a line of the tree.
	says := func(name, detail string) step { return js(is(name, detail)) }
	// unfold opens a line until another one below it shows. JupyterLab draws the tree anew, with
	// everything closed, when it asks the kernel once more: then it is opened again.
	unfold := func(parent, name, detail string) step {
		return js(fmt.Sprintf(`(() => {
			if (%s) return true;
			const line = [...document.querySelectorAll(".jp-DebuggerVariables-name")].find(n => n.innerText === %q);
			if (line && Date.now() - (line.opened ?? 0) > 5000) {
				line.opened = Date.now();
				line.click();
			}
			return false;
		})()`, is(name, detail), parent))
	}
	p.must("variables"+when,
		do(`if (!document.querySelector(".jp-DebuggerVariables")?.innerText.includes("anna")) document.querySelector(".jp-DebuggerBugButton").click()`),
		do(`window.jupyterapp.shell.activateById("jp-debugger-sidebar")`),
		says("ages", "map[string]int (2)"), says("mailbox", "chan int = 1 of 4"), says("crew", "sync.WaitGroup = counter 2"))
	p.must("nested variables"+when,
		unfold("ages", `["Bo"]`, "int = 27"),
		unfold("anna", "Name", `string = "Anna"`), unfold("anna", "Friends", "[]*Person (1)"),
		unfold("Home", "City", `string = "Seoul"`))
	p.must("closing the variables"+when, do(`window.jupyterapp.shell.collapseRight()`))
}

// consoleShows is true when the console has answered with the text.
func consoleShows(text string) string {
	return fmt.Sprintf(`document.querySelector(".jp-CodeConsole-content").innerText.includes(%q)`, text)
}

// consolePrompt is the console's cell that is typed into.
const consolePrompt = `document.querySelector(".jp-CodeConsole-promptCell")`

// shiftEnter runs what a console was told.
var shiftEnter = chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift))

// console opens a console on the notebook's kernel and completes in it.
func (p *tab) console(when string) {
	p.t.Helper()
	p.must("a console"+when, command("notebook:create-console", "{}"), js(consolePrompt+` !== null`), enterEditor(consolePrompt, 0))
	p.must("Tab in the console"+when, chromedp.KeyEvent("fmt.Sprint(ag"), completed(consolePrompt, "ages", "fmt.Sprint(ages"),
		chromedp.KeyEvent(")"), js(consolePrompt+`.innerText.includes("fmt.Sprint(ages)")`))
}
