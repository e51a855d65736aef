package worker

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestLastWords: of what the process writes when it dies, the sentence is kept and no register.
func TestLastWords(t *testing.T) {
	for name, c := range map[string]struct{ wrote, text, trace string }{
		"fatal error": {"fatal error: concurrent map writes\n\ngoroutine 7 [running]:\nmain.f()\n", "fatal error: concurrent map writes", "\ngoroutine 7 [running]:\nmain.f()\n"},
		"memory":      {"runtime: out of memory: cannot allocate 4194304-byte block (67108864 in use)\nfatal error: out of memory\n\nruntime stack:\nx\n", "runtime: out of memory: cannot allocate 4194304-byte block (67108864 in use)\nfatal error: out of memory", "\nruntime stack:\nx\n"},
		"no thread": {"runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort\nPC=0x7f m=3 sigcode=1\n\ngoroutine 0 gp=0x1 m=3 mp=0x2 [idle]:\nstack: frame\n",
			"fatal error: runtime: out of memory, or too many threads: cannot start another thread\nruntime/cgo: pthread_create failed: Resource temporarily unavailable", "\ngoroutine 0 gp=0x1 m=3 mp=0x2 [idle]:\nstack: frame\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			cap := newCapture(r, true, func(b []byte, _ bool) { shown.Write(b) }, func() {})
			if _, err := w.WriteString("the program's own\n" + c.wrote); err != nil {
				t.Fatal(err)
			}
			w.Close()
			select {
			case <-cap.ended:
			case <-time.After(time.Minute):
				t.Fatal("the end was not seen")
			}
			text, trace := splitDeath(string(cap.lastWords()))
			if text = noThread(text); text != c.text || trace != c.trace || shown.String() != "the program's own\n" {
				t.Errorf("said %q, trace %q, shown %q", text, trace, shown.String())
			}
		})
	}
}
