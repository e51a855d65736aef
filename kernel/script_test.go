package kernel

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"gokernel/interp"
	"gokernel/interp/display"
)

// A script is a Session whose cells say themselves what happens, a line each:
//
//	print TEXT, stderr TEXT     text and a newline on a stream
//	raw TEXT                    text in Go quotes, as it is, on stdout
//	lines N                     N numbered lines
//	value TEXT                  the cell's value
//	fail NAME TEXT              the cell's error; it ends there
//	panic TEXT                  a bug of the session
//	show ID TEXT, update ID TEXT, clear, clear wait
//	page TEXT, next TEXT, replace TEXT
//	input PROMPT, password PROMPT   asks and prints the answer
//	open NAME, wait NAME        opens a gate of the test, waits for one
//	later NAME TEXT             a goroutine that prints when the gate opens
//	ask later NAME PROMPT       a goroutine that asks then
//	forever                     until it is interrupted
//	sleep DURATION
//	deaf NAME                   waits for a gate and minds no interrupt
//	comm TARGET                 opens a comm
//
// A cell that begins with "print beside" does not wait for its turn.
type script struct {
	t    testing.TB
	host Host

	mu         sync.Mutex
	gates      map[string]chan struct{}
	counts     []int // of all requests
	interrupts int
	closed     bool
	background sync.WaitGroup
	variables  []interp.Variable
}

func (s *script) gate(name string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gates[name] == nil {
		s.gates[name] = make(chan struct{})
	}
	return s.gates[name]
}

// open opens a gate: whoever waits for it, now or later, goes on.
func (s *script) open(name string) { close(s.gate(name)) }

func (s *script) Execute(ctx context.Context, r interp.Request) (result interp.Result) {
	s.mu.Lock()
	s.counts = append(s.counts, r.Count)
	s.mu.Unlock()
	for line := range strings.Lines(r.Code) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch err := s.step(ctx, r, word, rest, &result); {
		case errors.Is(err, context.Canceled):
			result.Err = &interp.Error{Name: "interrupted", Value: "the cell was stopped", Traceback: []string{"interrupted"}}
			return result
		case err != nil:
			result.Err = &interp.Error{Name: "error", Value: err.Error(), Traceback: []string{err.Error()}}
			return result
		}
		if result.Err != nil {
			return result
		}
	}
	return result
}

func (s *script) step(ctx context.Context, r interp.Request, word, rest string, result *interp.Result) error {
	name, text, _ := strings.Cut(rest, " ")
	switch word {
	case "print":
		s.host.Stream(r.ID, "stdout", []byte(rest+"\n"))
	case "stderr":
		s.host.Stream(r.ID, "stderr", []byte(rest+"\n"))
	case "raw":
		text, err := strconv.Unquote(rest)
		s.host.Stream(r.ID, "stdout", []byte(text))
		return err
	case "lines":
		n, err := strconv.Atoi(rest)
		for i := range n {
			s.host.Stream(r.ID, "stdout", fmt.Appendf(nil, "line %d\n", i))
		}
		return err
	case "value":
		result.Value = &display.Data{MIME: map[string]any{"text/plain": rest}}
	case "fail":
		result.Err = &interp.Error{Name: name, Value: text, Traceback: []string{name + ": " + text}}
	case "panic":
		panic(rest)
	case "show", "update":
		s.host.Display(r.ID, display.Data{MIME: map[string]any{"text/plain": text}, ID: name, Update: word == "update"})
	case "clear":
		s.host.Clear(r.ID, rest == "wait")
	case "page":
		result.Pages = append(result.Pages, display.Data{MIME: map[string]any{"text/plain": rest}})
	case "next", "replace":
		result.Next = &interp.NextInput{Text: rest, Replace: word == "replace"}
	case "input", "password":
		answer, err := s.host.Input(ctx, r.ID, rest, word == "password")
		if err != nil {
			return err
		}
		s.host.Stream(r.ID, "stdout", []byte("got "+answer+"\n"))
	case "open":
		s.open(name)
	case "wait":
		select {
		case <-s.gate(name):
		case <-ctx.Done():
			return ctx.Err()
		}
	case "sleep":
		d, err := time.ParseDuration(rest)
		time.Sleep(d)
		return err
	case "deaf":
		<-s.gate(name)
	case "later":
		s.background.Go(func() {
			<-s.gate(name)
			s.host.Stream(r.ID, "stdout", []byte(text+"\n"))
		})
	case "forever":
		<-ctx.Done()
		return ctx.Err()
	case "comm":
		c, err := s.host.Comms().Open(r.ID, name, map[string]any{"opened": true}, nil)
		if err != nil {
			return err
		}
		c.OnMessage(func(c *Comm, m CommMessage) {
			if err := c.Reply(m, map[string]any{"echo": m.Data}, m.Buffers...); err != nil {
				s.t.Errorf("echo: %v", err)
			}
		})
	case "":
	default:
		return fmt.Errorf("no such step: %s", word)
	}
	return nil
}

func (s *script) OutOfTurn(code string) bool { return strings.HasPrefix(code, "print beside") }

func (s *script) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupts++
}

// Complete completes the identifier before the cursor with itself, doubled.
func (s *script) Complete(code string, cursor int) interp.Completion {
	start := strings.LastIndexAny(code[:cursor], " .(") + 1
	word := code[start:cursor]
	if word == "" {
		return interp.Completion{}
	}
	if word == "boom" {
		panic("a bug in completion")
	}
	return interp.Completion{Start: start, End: cursor, Matches: []interp.Match{
		{Text: word + word, Kind: "function", Signature: "func()"}, {Text: word + "!", Kind: "variable"},
	}}
}

func (s *script) Inspect(_ context.Context, code string, cursor, detail int) interp.Inspection {
	word := code[cursor:]
	if word == "" {
		return interp.Inspection{}
	}
	r, _ := utf8.DecodeRuneInString(word)
	return interp.Inspection{Found: true, MIME: map[string]any{"text/plain": fmt.Sprintf("%c %d", r, detail)}}
}

func (s *script) IsComplete(code string) interp.Completeness {
	if strings.HasSuffix(code, "{") {
		return interp.Completeness{Status: "incomplete", Indent: "\t"}
	}
	return interp.Completeness{Status: "complete"}
}

func (s *script) Evaluate(_ context.Context, id interp.CellID, expr string) (*display.Data, *interp.Error) {
	if strings.HasPrefix(expr, "bad") {
		return nil, &interp.Error{Name: "compile error", Value: expr, Traceback: []string{expr}}
	}
	return &display.Data{MIME: map[string]any{"text/plain": "<" + expr + ">"}}, nil
}

func (s *script) Variables(context.Context) ([]interp.Variable, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.variables, nil
}

func (s *script) Children(_ context.Context, ref int) ([]interp.Variable, error) {
	if ref != 7 {
		return nil, fmt.Errorf("no variable has the reference %d", ref)
	}
	return []interp.Variable{{Name: "[0]", Type: "int", Value: "41"}}, nil
}

func (s *script) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.t.Error("the session was closed twice")
	}
	s.closed = true
	return nil
}

var _ Session = (*script)(nil)
