package interp

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// limitMagics bound what cells may use.
func limitMagics() []Magic {
	return []Magic{
		{
			Name: "timeout", Line: true, Args: "[5s | off]",
			Help: "Stop cells that run longer than this; without an argument, show the limit.\nA cell that is stopped ends with an error; its deferred functions run, everything else stays.",
			Run:  timeoutMagic,
		},
		{
			Name: "memory", Line: true, Args: "[2GiB | off]",
			Help: "Limit the memory that cells may use; without an argument, show the limit and what is used.\nA program that needs more ends with Go's own error, and the session goes on with its declarations.",
			Run:  memoryMagic,
		},
	}
}

func timeoutMagic(_ context.Context, m *MagicCall) error {
	s := m.Session
	switch arg := strings.TrimSpace(m.Args); arg {
	case "":
		if d := time.Duration(s.timeout.Load()); d > 0 {
			m.Printf("a cell may run for %v\n", d)
		} else {
			m.Printf("a cell may run as long as it likes\n")
		}
	case "off", "0", "none":
		s.SetTimeLimit(0)
	default:
		d, err := time.ParseDuration(arg)
		if err != nil {
			if n, e := strconv.ParseFloat(arg, 64); e == nil {
				d, err = time.Duration(n*float64(time.Second)), nil
			}
		}
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no duration: write 5s, 300ms or off", arg)
		}
		s.SetTimeLimit(d)
	}
	return nil
}

func memoryMagic(ctx context.Context, m *MagicCall) error {
	s := m.Session
	switch arg := strings.TrimSpace(m.Args); arg {
	case "":
		u, err := s.proc.Usage(ctx)
		if err != nil {
			return fmt.Errorf("asking what is used: %w", err)
		}
		m.Printf("in use: %s (Go objects %s)\n", sizeText(u.RSS), sizeText(u.Heap))
		if u.Limit > 0 {
			m.Printf("limit:  %s\n", sizeText(u.Limit))
		} else {
			m.Printf("limit:  none\n")
		}
	case "off", "none":
		return s.proc.SetMemory(ctx, 0)
	default:
		n, err := parseSize(arg)
		if err != nil {
			return err
		}
		if n < 64<<20 {
			return fmt.Errorf("%s is too little to run Go in: give 64MiB or more", arg)
		}
		return s.proc.SetMemory(ctx, n)
	}
	return nil
}

// units of memory, as GOMEMLIMIT has them, and the short forms that people type.
var sizeUnits = []struct {
	name string
	n    int64
}{{"GIB", 1 << 30}, {"MIB", 1 << 20}, {"KIB", 1 << 10}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"B", 1}, {"", 1}}

func parseSize(s string) (int64, error) {
	up := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(up, u.name); ok {
			if x, err := strconv.ParseFloat(rest, 64); err == nil && x > 0 && x*float64(u.n) < 1<<62 {
				return int64(x * float64(u.n)), nil
			}
			break
		}
	}
	return 0, fmt.Errorf("%q is no amount of memory: write 512MiB, 2GiB or off", s)
}

func sizeText(n int64) string {
	for _, u := range sizeUnits[:3] {
		if n >= u.n {
			return fmt.Sprintf("%.1f %s%s", float64(n)/float64(u.n), u.name[:1], "iB")
		}
	}
	return fmt.Sprintf("%d B", n)
}
