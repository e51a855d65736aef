package interp

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestLeftBehind: what an interrupt cannot end is named with the function that it is inside and the line that called it,
// as are waits inside packages of the standard library and golang.org/x in the table of a deadlock.
func TestLeftBehind(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		stop bool
		want []string
	}{
		"network":   {"l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nfunc wait() {\n\tl.Accept()\n}\nfmt.Println(\"ready\")\nwait()", true, []string{"inside net.(*TCPListener).Accept", "main.wait(...)", "cell 1:3:10"}},
		"pipe":      {"r, w, _ := os.Pipe()\n_ = w\nfmt.Println(\"ready\")\nio.ReadAll(r)", true, []string{"inside io.ReadAll", "cell 1:4:11"}},
		"semaphore": {"sem := semaphore.NewWeighted(1)\nfunc get() {\n\tsem.Acquire(context.Background(), 1)\n}\nget()\nget()", false, []string{"goroutine 1 [select]:", "main.get(...)", "cell 1:3:13"}},
		"errgroup":  {"g := new(errgroup.Group)\ng.Go(func() error { select {} })\n\ng.Wait()", false, []string{"goroutine 1 [sync.WaitGroup.Wait]:", "cell 1:4:7"}},
		"io.Pipe":   {"pr, _ := io.Pipe()\nio.ReadAll(pr)", false, []string{"inside io.(*pipe).read", "cell 1:2:11"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, r := start(t, Options{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if c.stop {
				go func() {
					for !strings.Contains(r.text(), "ready") && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					for ctx.Err() == nil { // until the program says that it is there
						gs, err := s.proc.Goroutines(ctx, 1)
						if err == nil && len(gs) > 0 && gs[0].On != "" {
							cancel()
						}
					}
				}()
			}
			res := s.Execute(ctx, Request{ID: 1, Count: 1, Code: c.code})
			if res.Err == nil {
				t.Fatal("it ended well")
			}
			text := colours.ReplaceAllString(strings.Join(res.Err.Traceback, "\n"), "")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in\n%s", want, text)
				}
			}
		})
	}
}
