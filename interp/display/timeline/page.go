package timeline

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"gokernel/interp/display"
)

//go:embed timeline.js
var script string

// page is the picture that can be zoomed, hovered and played. It carries the still picture as
// what is seen where scripts do not run: as an image, because front-ends that do not trust a
// notebook take SVG elements out of HTML and leave the text of their titles (JupyterLab does, GitHub too).
func page(t Trace, notes []string) string {
	type row struct {
		Name  string `json:"n"`
		Start int64  `json:"a"`
		End   int64  `json:"z"`
	}
	at := map[int64]int{}
	var rows []row
	for i, g := range t.Goroutines {
		at[g.ID] = i
		end := g.End
		if end == 0 {
			end = t.Total
		}
		rows = append(rows, row{laneName(g), g.Start, end})
	}
	procs := 0
	spans := make([][]any, 0, len(t.Spans)) // row, from, to, state, title, P
	for _, s := range t.Spans {
		spans = append(spans, []any{at[s.G], s.From, s.To, s.State, spanTitle(s), s.P})
		if s.State == Running {
			procs = max(procs, s.P+1)
		}
	}
	arrows := make([][]any, 0, len(t.Arrows)) // kind, row, row, at, got, label, title
	for _, a := range t.Arrows {
		arrows = append(arrows, []any{a.Kind, at[a.From], at[a.To], a.At, a.Got, short(a.Label, 20), arrowTitle(a)})
	}
	gcs := make([][2]int64, 0, len(t.GCs))
	for _, g := range t.GCs {
		gcs = append(gcs, [2]int64{g.From, g.To})
	}
	data, err := json.Marshal(map[string]any{"title": t.Title, "total": t.Total, "rows": rows, "spans": spans, "arrows": arrows, "gcs": gcs, "procs": procs, "notes": notes})
	if err != nil {
		return still(t, notes)
	}
	id := display.NewID()
	text := strings.ReplaceAll(string(data), "</", `<\/`)
	image := base64.StdEncoding.EncodeToString([]byte(still(t, notes)))
	return fmt.Sprintf(`<div id="%s" class="gt" style="overflow-x:auto;max-width:100%%"><style>%s</style><div class="gt-still"><img alt="%s" src="data:image/svg+xml;base64,%s"></div></div>
<script>(%s)(document.getElementById(%q),%s)</script>`, id, style, esc(t.Title), image, strings.TrimSuffix(strings.TrimSpace(script), ";"), id, text)
}
