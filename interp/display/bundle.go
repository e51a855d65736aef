package display

import (
	"encoding/json"
	"fmt"
	"image"
	"maps"
)

// The methods by which a type says how it wants to be shown. A value may have several;
// the front-end picks the richest form it can draw.
type (
	htmler     interface{ HTML() string }
	svger      interface{ SVG() string }
	markdowner interface{ Markdown() string }
	latexer    interface{ LaTeX() string }
	pnger      interface{ PNG() []byte }
	jsoner     interface{ JSON() any }
	bundler    interface{ MIMEBundle() map[string]any }
)

// Bundle is the form in which a value shows itself: what its methods HTML, SVG,
// Markdown, LaTeX, PNG, JSON and MIMEBundle say, a picture for images, and always
// text/plain (see Text). A method that panics shows as Text does such a value.
func Bundle(v any) Data {
	switch v := v.(type) {
	case Data:
		if v.MIME == nil {
			v.MIME = map[string]any{}
		}
		return v
	case *Handle:
		return Data{MIME: map[string]any{}}
	}
	m := map[string]any{}
	rich(m, v)
	if _, ok := m["text/plain"]; !ok {
		m["text/plain"] = Text(v)
	}
	return Data{MIME: m}
}

// rich adds what the value's methods say; a panic in one of them leaves the others out.
func rich(m map[string]any, v any) {
	defer func() {
		if r := recover(); r != nil {
			clear(m)
			m["text/plain"] = fmt.Sprintf("%s\n(showing it panicked: %v)", Text(v), r)
		}
	}()
	if x, ok := v.(bundler); ok {
		maps.Copy(m, x.MIMEBundle())
	}
	if x, ok := v.(htmler); ok {
		m["text/html"] = x.HTML()
	}
	if x, ok := v.(svger); ok {
		m["image/svg+xml"] = onPaper(x.SVG())
	}
	if x, ok := v.(markdowner); ok {
		m["text/markdown"] = x.Markdown()
	}
	if x, ok := v.(latexer); ok {
		m["text/latex"] = x.LaTeX()
	}
	if x, ok := v.(pnger); ok {
		maps.Copy(m, rasterOf("image/png", x.PNG()))
		delete(m, "text/plain")
	}
	if x, ok := v.(jsoner); ok {
		if b, err := json.Marshal(x.JSON()); err == nil {
			m["application/json"] = json.RawMessage(b)
		}
	}
	if x, ok := v.(image.Image); ok && len(m) == 0 {
		maps.Copy(m, imageOf(x))
	}
}
