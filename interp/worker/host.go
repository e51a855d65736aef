package worker

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"unsafe"

	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// A child is guest's Host: what cells do that must be seen outside goes up the pipe.

// Write is text of the builtins print and println and of stack dumps.
func (c *child) Write(g *guest.Cell, stderr bool, text []byte) {
	out := c.outOf(g)
	out.box.write(out, stderr, text)
}

// Crashed reports a panic of a goroutine that outlived its cell.
func (c *child) Crashed(g *guest.Cell, crash *guest.Crash) {
	c.report(g, Report{Kind: Crashed, Crash: crash})
}

// Exited reports os.Exit in a goroutine that outlived its cell.
func (c *child) Exited(g *guest.Cell, code int) {
	c.report(g, Report{Kind: Exited, Code: code})
}

// Notice reports a cell that waits for what cannot come any more while other cells' goroutines live.
func (c *child) Notice(g *guest.Cell, r *guest.Deadlock) {
	c.report(g, Report{Kind: Waiting, Deadlock: r})
}

// Fatal ends the process with one of Go's errors that end a program.
func (c *child) Fatal(g *guest.Cell, text string) {
	if !strings.HasPrefix(text, "fatal error: ") {
		text = "fatal error: " + text
	}
	c.box.flush()
	fmt.Fprintln(c.realErr, text)
	os.Exit(2)
}

func (c *child) report(g *guest.Cell, r Report) {
	c.box.send(msgReport, reported{Cell: c.outOf(g).id, Report: r})
}

// publisher is where cells' displays go.
type publisher struct{ c *child }

func (p publisher) out() *cellOut { return p.c.current() }

// Publish sends a bundle up, behind what the cell has printed.
func (p publisher) Publish(d display.Data) error {
	b, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("showing a value: %w", err)
	}
	out := p.out()
	out.drain()
	out.box.sendText(out, msgDisplay, shown{out.id, b}, len(b))
	return nil
}

// Clear empties the cell's output.
func (p publisher) Clear(wait bool) error {
	out := p.out()
	out.drain()
	out.box.send(msgClear, cleared{out.id, wait})
	return nil
}

// Input asks the user.
func (p publisher) Input(prompt string, password bool) (string, error) {
	return p.c.stdin.ask(p.out(), prompt, password)
}

// askUp is the Asker.
func (c *child) askUp(what string, args ...string) (string, error) {
	return c.stdin.question(inputRequest{Cell: c.current().id, What: what, Args: args})
}

// NextPrompt sets the prompt of the next read of standard input.
func (p publisher) NextPrompt(prompt string, password bool) { p.c.stdin.next(prompt, password) }

// chanStmt is forge's Chan: guest runs channel statements.
func chanStmt(o unit.Op, types []reflect.Type, operands reflect.Type) (func(unsafe.Pointer), error) {
	cases := make([]guest.ChanCase, len(o.Chans))
	for i, c := range o.Chans {
		cases[i] = guest.ChanCase{Send: c.Send, Type: types[i]}
	}
	return guest.NewChanStmt(guest.ChanStmt{Place: o.Place, Select: o.Select, Blocking: o.Blocking}, cases, operands)
}
