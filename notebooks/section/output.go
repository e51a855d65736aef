package section

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Output is what of one output of a code cell is the same in every run.
type Output struct {
	Kind string // stdout, result, display, error
	Text string
}

// Steady is what a cell's outputs say in every run: standard output, the text
// of values, and errors with the numbers of goroutines left out, because those
// count what the session did before. Notices, such as that of goroutines that
// live on, are marked as the kernel's asides; they and what is written to
// standard error are not compared.
func (c NotebookCell) Steady() ([]Output, error) {
	var all []Output
	for _, raw := range c.Outputs {
		var o struct {
			Type      string                     `json:"output_type"`
			Name      string                     `json:"name"`
			Text      json.RawMessage            `json:"text"`
			Data      map[string]json.RawMessage `json:"data"`
			Value     string                     `json:"evalue"`
			Class     string                     `json:"ename"`
			Traceback []string                   `json:"traceback"`
			Metadata  struct {
				Kernel string `json:"gokernel"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(raw, &o); err != nil {
			return nil, fmt.Errorf("decoding an output of %s: %w", c.ID, err)
		}
		if o.Metadata.Kernel == "aside" {
			continue
		}
		switch o.Type {
		case "stream":
			text, err := Joined(o.Text)
			if err != nil {
				return nil, fmt.Errorf("decoding an output of %s: %w", c.ID, err)
			}
			if o.Name != "stdout" {
				continue
			}
			if n := len(all); n > 0 && all[n-1].Kind == "stdout" {
				all[n-1].Text += text
			} else {
				all = append(all, Output{"stdout", text})
			}
		case "error":
			all = append(all, Output{"error", o.Class + ": " + o.Value + "\n" + steadyTrace(o.Traceback)})
		default:
			text, err := Joined(o.Data["text/plain"])
			if err != nil {
				return nil, fmt.Errorf("decoding an output of %s: %w", c.ID, err)
			}
			kind := "display"
			if o.Type == "execute_result" {
				kind = "result"
			}
			all = append(all, Output{kind, text})
		}
	}
	return all, nil
}

var (
	colour    = regexp.MustCompile("\x1b\\[[0-9;]*m")
	goroutine = regexp.MustCompile(`(?:goroutines?|고루틴) \d+`)
	waited    = regexp.MustCompile(`, for [0-9][0-9a-zµ.]*|, [0-9][0-9a-zµ.]* 동안`)
)

// steadyTrace is a traceback without colours, times and numbers of goroutines, without
// the goroutines that have touched something before (which ones is a matter of
// timing) and without hints, which are the kernel's to word. Its lines are
// sorted, because nothing determines the order of goroutines.
func steadyTrace(lines []string) string {
	text := waited.ReplaceAllString(colour.ReplaceAllString(strings.Join(lines, "\n"), ""), "")
	parts := strings.Split(goroutine.ReplaceAllString(text, "goroutine N"), "\n")
	parts = slices.DeleteFunc(parts, func(line string) bool {
		return line == "" || strings.Contains(line, "has used it at") || strings.Contains(line, "에서 사용함") || strings.HasPrefix(line, "Hint: ") || strings.HasPrefix(line, "힌트: ")
	})
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "\n")
}
