package jupytertest

import (
	"testing"
	"time"
)

// TestSubshells asks everything in subshells while the main shell's cell computes, sleeps and waits for input.
func TestSubshells(t *testing.T) {
	t.Log("median milliseconds\n" + finish(t, env.PythonCommand(within(t, 3*time.Minute), "testdata/subshell.py")))
}
