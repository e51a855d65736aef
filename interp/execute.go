package interp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/compile"
	"gokernel/interp/display"
	"gokernel/interp/guest"
	"gokernel/interp/unit"
	"gokernel/interp/worker"
)

// Execute runs one cell and returns when it has ended; what it prints goes to
// the Sink. The end of ctx interrupts it.
func (s *Session) Execute(ctx context.Context, r Request) (res Result) {
	defer func() {
		if res.Err != nil {
			s.addHints(r.Code, res.Err)
		} else {
			s.quietHint(r.ID, r.Code)
		}
	}()
	turn, err := s.takeOrBeside(ctx, &r)
	if err != nil {
		res.Err = interrupted("before it began")
		return
	}
	defer turn.give()
	s.remember(r.Count, r.Code)
	parts := cell.Split(r.Code, func(name string) bool { return s.prog.Knows(name) || cell.Declares(r.Code, name) })
	if len(parts) > 1 { // nothing runs if a later part is not even Go
		for _, p := range parts {
			if p.Kind == cell.Go {
				if err := cell.CheckSyntax(p.Text); err != nil {
					res.Err = s.compileError([]check.Diagnostic{check.Syntax(r.Count, p.Text, err)})
					return
				}
			}
		}
	}
	for i, p := range parts {
		res.Value = nil
		x := execution{Request: r, text: p.Text, turn: turn}
		x.Silent = r.Silent || i+1 < len(parts)
		switch p.Kind {
		case cell.Go:
			s.runGo(ctx, x, &res)
		case cell.Help:
			s.help(ctx, p, &res)
		default:
			s.runMagic(ctx, r, p, &res)
		}
		if res.Err != nil {
			res.Value = nil
			return
		}
	}
	return
}

// execution is one stretch of Go that runs.
type execution struct {
	Request
	text  string
	wrap  cell.Wrap // what stands around the statements
	took  *time.Duration
	fast  bool    // on a clock that jumps ahead when all goroutines wait for it
	trace *traced // receives what its goroutines do, nil for nothing
	seed  uint64  // of its random numbers, 0 for none
	drew  *bool   // tells whether there were any, not nil if there is a seed
	turn  *turn   // what Execute holds of the session's turn, if it has called
}

// prepared is a stretch of Go that is ready to run, or that needs no running.
type prepared struct {
	unit  *check.Unit
	code  *unit.Unit
	slot  string
	ints  []string
	value *display.Data
	done  bool // nothing to run
	whole bool // a whole program with its main function
	notes []string
	calls []string // functions that the statements mention

	release func() // to be called when the unit has been loaded; nil if there is none
}

// runGo checks, compiles and runs Go text.
func (s *Session) runGo(ctx context.Context, x execution, res *Result) {
	p, e := s.prepare(x)
	if e == errDeclares {
		if err := x.turn.wait(ctx); err != nil {
			res.Err = interrupted("before it began")
			return
		}
		x.Beside = false
		p, e = s.prepare(x)
	}
	if e != nil {
		res.Err = e
		return
	}
	s.notes(x.ID, p.notes)
	if p.done {
		res.Value = p.value
		return
	}
	if s.opts.NativeFirst && p.code != nil {
		if res.Err = s.nativeFirst(ctx, p); res.Err != nil {
			return
		}
	}
	s.begin(x.ID, x.Count)
	started := time.Now()
	out, err := s.proc.Run(ctx, worker.Cell{Loaded: p.release, ID: int64(x.ID), Number: x.Count, Unit: p.code, Slot: p.slot, Ints: p.ints, Silent: x.Silent, Whole: p.whole, Fast: x.fast, Trace: x.trace != nil, Seed: x.seed, Limit: time.Duration(s.timeout.Load())})
	if x.trace != nil {
		x.trace.rec, x.trace.exec = out.Trace, out.Exec
	}
	if x.drew != nil {
		*x.drew = out.End.Drew
	}
	if x.took != nil {
		*x.took = time.Since(started)
	}
	if p.release != nil {
		p.release() // it has not been loaded, or the worker has not told
	}
	if out.Died != nil {
		s.awaitRestart(ctx)
	}
	s.end(x.ID)
	s.finish(x, p, out, err, res)
}

// prepare makes the unit of a cell and commits its declarations: from here on the session has them.
//
// If there is a unit to load, the lock on compiling is kept until release is called: units must be
// loaded in the order in which they were compiled, also when an expression is evaluated beside a cell.
//
// A panic in go/types, go/ssa or the compiler costs the cell, not the session.
func (s *Session) prepare(x execution) (done *prepared, e *Error) {
	s.compiling.Lock()
	release := sync.OnceFunc(s.compiling.Unlock)
	var u *check.Unit
	defer func() {
		if done == nil || done.code == nil {
			release()
		} else {
			done.release = release
		}
	}()
	defer func() {
		if r := recover(); r != nil {
			s.opts.Logf("preparing cell %d: %v\n%s", x.Count, r, debug.Stack())
			s.compiler.Rollback()
			if u != nil {
				u.Rollback()
			}
			done, e = nil, internalError(fmt.Sprint(r))
		}
	}()
	c, err := cell.ParseIn(s.prog.Fset(), x.Count, x.text, x.wrap)
	if err != nil {
		var syntax *cell.Error
		if !errors.As(err, &syntax) {
			return nil, internalError(err.Error())
		}
		return nil, s.compileError([]check.Diagnostic{check.Syntax(x.Count, x.text, syntax)})
	}
	if x.Beside && s.namesRunning(x.text) {
		c.Forget(s.prog.Fset())
		return nil, errDeclares
	}
	var diags []check.Diagnostic
	u, diags = s.prog.Check(c, check.Options{Strict: s.strict.Load(), NoValue: x.Silent})
	if len(diags) > 0 {
		c.Forget(s.prog.Fset())
		return nil, s.compileError(diags)
	}
	if x.Beside && (u.Declares() || u.DeclaresVars()) {
		u.Rollback()
		c.Forget(s.prog.Fset())
		return nil, errDeclares
	}
	p := &prepared{unit: u, whole: c.Program && c.Main != nil}
	if v, t, ok := u.Constant(); ok {
		d := display.Bundle(constantValue(v, t))
		u.Rollback()
		c.Forget(s.prog.Fset())
		if x.Silent {
			return &prepared{done: true}, nil
		}
		return &prepared{done: true, value: &d}, nil
	}
	if v, ok := u.Variable(); ok {
		if name, ok := s.compiler.GlobalName(v); ok {
			p.slot = name
			u.Commit()
			c.Forget(s.prog.Fset())
			return p, nil
		}
	}
	if !u.HasCode() {
		u.Commit()
		u.CommitVars(-1)
		return &prepared{done: true, notes: u.Notes()}, nil
	}
	if e := s.compileUnit(x, u, p); e != nil {
		u.Rollback()
		return nil, e
	}
	s.compiler.Commit()
	u.Commit()
	if name, ok := s.compiler.GlobalName(s.prog.ReachedVar()); ok && u.DeclaresVars() {
		p.ints = []string{name}
	}
	if !u.Declares() {
		c.Forget(s.prog.Fset())
	}
	p.notes = u.Notes()
	s.tier.declared(worthCompiling(c), u.Changed())
	if s.opts.NativeFirst {
		p.calls = called(c)
	}
	return p, nil
}

// compileUnit builds the cell's ssa program and compiles it.
func (s *Session) compileUnit(x execution, u *check.Unit, p *prepared) *Error {
	s.prog.Lock()
	defer s.prog.Unlock()
	for v, old := range u.Share {
		s.compiler.Share(v, old)
	}
	s.compiler.Commit() // the shared slots: Compile forgets what is not committed
	b := u.Build()
	code, err := s.compiler.Compile(compile.Cell{
		Number: x.Count, Fset: s.prog.Fset(), Prog: b.Prog, Own: s.prog.Own, Funcs: b.Funcs, Init: b.Init, Body: b.Body,
		Forward: b.Forward, Alias: b.Alias, Unread: b.Unread, Fresh: b.Fresh, Local: s.prog.Local,
	})
	if err != nil {
		var refused *compile.Refused
		if errors.As(err, &refused) {
			return s.refusedError(refused)
		}
		return internalError(err.Error())
	}
	for v, old := range u.Share { // now that all have slots
		s.compiler.Share(v, old)
	}
	p.code = code
	return nil
}

// finish tells how a cell ended, and gives the session the variables that it declared.
func (s *Session) finish(x execution, p *prepared, out worker.Outcome, err error, res *Result) {
	if err != nil {
		s.retract(p)
		res.Err = internalError(err.Error())
		return
	}
	if out.Failed != "" {
		s.retract(p)
		res.Err = internalError(out.Failed)
		return
	}
	s.endedWithMain(x, out.End.Ended)
	s.leaks(x, out.End.Left)
	well := out.Died == nil && (out.End.Kind == guest.Returned || out.End.Kind == guest.Exited && out.End.Code == 0)
	reached := -1
	if !well && len(p.ints) > 0 {
		reached = 0
		if len(out.Ints) == 1 && out.Died == nil {
			reached = out.Ints[0]
		}
	}
	missing := p.unit.CommitVars(reached)
	if well {
		if !x.Silent {
			res.Value = out.Value
		}
		return
	}
	res.Err = s.endError(out, time.Duration(s.timeout.Load()), missing)
}

// retract takes back the declarations of a cell that has not been loaded.
func (s *Session) retract(p *prepared) {
	s.compiling.Lock()
	defer s.compiling.Unlock()
	if p.code != nil {
		s.compiler.Retract()
	}
	p.unit.Retract()
}

// notes tells what a cell's declarations did to others.
func (s *Session) notes(id CellID, notes []string) {
	for _, n := range notes {
		s.opts.Sink.Stream(id, "stderr", []byte("note: "+strings.ReplaceAll(n, "\n", "\n  ")+"\n"))
	}
}

// Evaluate gives the value of an expression with the session's names as they are
// now; it declares nothing. It does not wait for a cell that runs.
func (s *Session) Evaluate(ctx context.Context, id CellID, expr string) (*display.Data, *Error) {
	text := strings.TrimSpace(expr)
	var res Result
	if text == "" {
		return nil, &Error{Name: "compile error", Value: "no expression"}
	}
	if e := cell.IsExpression(text); e != nil {
		return nil, s.compileError([]check.Diagnostic{check.Syntax(0, text, e)})
	}
	if id == 0 {
		id = CellID(s.evals.Add(-1))
	}
	s.runGo(ctx, execution{Request: Request{ID: id, Code: text}, text: text}, &res)
	return res.Value, res.Err
}
