package interp

import (
	"context"
	"strings"
)

// clockMagics run cells on another clock.
func clockMagics() []Magic {
	return []Magic{{
		Name: "fast", Cell: true,
		Help: "Run the cell on a clock that jumps ahead whenever all its goroutines wait for time.\n" +
			"Sleeps, timers, tickers and deadlines take no real time, come in their order, and time.Now and time.Since show the time that would have passed.",
		Run: func(ctx context.Context, m *MagicCall) error {
			if strings.TrimSpace(m.Args) != "" {
				return usageError{}
			}
			m.Session.runGo(ctx, execution{Request: m.Request, text: m.Text, fast: true}, m.Result)
			return nil
		},
	}}
}
