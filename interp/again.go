package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gokernel/interp/cell"
	"gokernel/interp/native"
)

// answer answers what packages of the worker ask about the cell that runs.
//
//	race PATH FUNC ARG: the cell's call of FUNC of package PATH with ARG (a string) as first argument, once more as
//	the only statement of a compiled program under the race detector. The answer is what the detector wrote to
//	standard error, "" if it found nothing; how the program ends otherwise does not count. The error begins with
//	"toolchain: " if there is none, with "slow: " if it took too long.
func (s *Session) answer(ctx context.Context, id int64, what string, args []string) (string, error) {
	if what != "race" || len(args) != 3 {
		return "", fmt.Errorf("no answer to %q", what)
	}
	s.mu.Lock()
	number, ok := s.running[CellID(id)]
	code := s.codes[number]
	s.mu.Unlock()
	if !ok {
		return "", errors.New("the cell has ended")
	}
	return s.raceAgain(ctx, number, s.goOf(code), args[0], args[1], args[2])
}

func (s *Session) raceAgain(ctx context.Context, number int, code, path, function, arg string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, raceLimit, errors.New("slow: preparing it takes long the first time; what is done is kept, so run the cell again"))
	defer cancel()
	tc, err := native.Find(ctx)
	if errors.Is(err, native.ErrNoToolchain) {
		return "", fmt.Errorf("toolchain: %w", err)
	}
	if err != nil {
		return "", err
	}
	p, err := s.prog.TwinOfCall(number, code, path, function, arg)
	if err != nil {
		return "", err
	}
	t := s.newTwin(true)
	t.Halt = true
	t.Flags = []string{"-ldflags=-w"} // nobody debugs it, and linking takes half the time
	t.Env = []string{raceAgain + "=1"}
	zero, err := s.carry(ctx, p, t, number)
	if err != nil {
		return "", err
	}
	if len(zero) > 0 {
		return "", fmt.Errorf("the values of %s cannot be carried over to a compiled program", strings.Join(zero, ", "))
	}
	var out bytes.Buffer
	end, err := tc.Run(ctx, t, nil, io.Discard, &out)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", err
	case end != "exit status 66":
		return "", nil
	}
	return out.String(), nil
}

// raceLimit is how long a call may take once more. The toolchain compiles the standard library for the race detector
// when it is used for the first time, which can take longer; it goes on where it was the next time.
const raceLimit = 25 * time.Second

// raceAgain is the environment variable by which a function knows that it is called once more under the race detector.
const raceAgain = "GOKERNEL_RACE"

// goOf is a cell's text with everything but Go blanked, so that positions are those of the cell.
func (s *Session) goOf(code string) string {
	b := []byte(code)
	for i, c := range b {
		if c != '\n' {
			b[i] = ' '
		}
	}
	for _, p := range cell.Split(code, func(name string) bool { return s.prog.Knows(name) || cell.Declares(code, name) }) {
		switch p.Kind {
		case cell.Go:
			for i := range p.Text {
				if p.Text[i] != ' ' {
					b[i] = p.Text[i]
				}
			}
		case cell.CellMagic:
			copy(b[len(code)-len(p.Body):], s.goOf(p.Body))
		}
	}
	return string(b)
}
