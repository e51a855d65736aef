package display

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"image"
	"image/jpeg"
	"image/png"
	"regexp"
	"strings"
	"sync/atomic"
)

// ErrNotBound is reported when something is shown in a process that no front-end listens to.
var ErrNotBound = errors.New("display: there is no notebook to show this in")

// A Handle is something that has been shown and can be shown anew in the same place.
// Its methods may be called from any goroutine, also after the cell has ended.
type Handle struct{ id string }

// ID is the display_id under which front-ends know what was shown.
func (h *Handle) ID() string { return h.id }

var lastID atomic.Uint64

// NewID is an identifier that no other call in this process returns, for elements of HTML and for display IDs.
func NewID() string { return fmt.Sprintf("gokernel-%d", lastID.Add(1)) }

func publisher() (Publisher, error) {
	p := bound.Load()
	if p == nil {
		return nil, ErrNotBound
	}
	return *p, nil
}

// Publish sends a bundle as it is. Every bundle gets a text/plain form if it has none.
func Publish(d Data) error {
	p, err := publisher()
	if err != nil {
		return err
	}
	if _, ok := d.MIME["text/plain"]; !ok {
		m := map[string]any{"text/plain": plainOf(d.MIME)}
		for k, v := range d.MIME {
			m[k] = v
		}
		d.MIME = m
	}
	if d.ID != "" {
		known.Store(d.ID, true)
	}
	return p.Publish(d)
}

// plainOf is what a terminal shows of a bundle.
func plainOf(m map[string]any) string {
	for _, k := range []string{"text/markdown", "text/latex", "text/vnd.mermaid", "application/javascript"} {
		if s, ok := m[k].(string); ok {
			return s
		}
	}
	for k := range m {
		return "[" + k + "]"
	}
	return ""
}

// show publishes m under a new ID.
func show(m map[string]any) *Handle {
	h := &Handle{NewID()}
	h.put(m, false)
	return h
}

func (h *Handle) put(m map[string]any, update bool) {
	if err := Publish(Data{MIME: m, ID: h.id, Update: update}); err != nil {
		fmt.Println(err) // the cell's own output is the one place left where the learner looks
	}
}

// Update shows v in place of what the handle shows.
func (h *Handle) Update(v any) { h.put(Bundle(v).MIME, true) }

// Show shows any value in its richest form and returns a handle to it. What is shown already is not shown again.
func Show(v any) *Handle {
	if h, ok := v.(*Handle); ok && h != nil {
		return h
	}
	return show(Bundle(v).MIME)
}

// HTML shows a piece of HTML.
func HTML(s string) *Handle { return show(htmlOf(s)) }

// HTML shows s in place of what the handle shows.
func (h *Handle) HTML(s string) { h.put(htmlOf(s), true) }

func htmlOf(s string) map[string]any {
	return map[string]any{"text/html": s, "text/plain": stripTags(s)}
}

// stripTags leaves the words of a piece of HTML, for terminals.
func stripTags(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		switch {
		case r == '<':
			in = true
		case r == '>' && in:
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(html.UnescapeString(b.String()))
}

// Markdown shows Markdown text; front-ends draw formulas and Mermaid fences in it.
func Markdown(s string) *Handle { return show(markdownOf(s)) }

// Markdown shows s in place of what the handle shows.
func (h *Handle) Markdown(s string) { h.put(markdownOf(s), true) }

func markdownOf(s string) map[string]any {
	return map[string]any{"text/markdown": s, "text/plain": s}
}

// Text shows plain text.
func (h *Handle) Text(s string) { h.put(map[string]any{"text/plain": s}, true) }

// LaTeX shows a formula, with or without the dollar signs around it.
func LaTeX(s string) *Handle { return show(latexOf(s)) }

// Math shows a formula in display style.
func Math(s string) *Handle { return LaTeX("$$" + strings.Trim(s, "$") + "$$") }

func latexOf(s string) map[string]any {
	if !strings.Contains(s, "$") && !strings.Contains(s, `\begin`) {
		s = "$" + s + "$"
	}
	return map[string]any{"text/latex": s, "text/plain": s}
}

// SVG shows a drawing.
func SVG(s string) *Handle { return show(svgOf(s)) }

// SVG shows s in place of what the handle shows.
func (h *Handle) SVG(s string) { h.put(svgOf(s), true) }

func svgOf(s string) map[string]any {
	return map[string]any{"image/svg+xml": onPaper(s), "text/plain": "[SVG image]"}
}

// onPaper gives a drawing that names no background a white one: front-ends draw
// it as an image of its own, in which what has no colour is black in every theme.
func onPaper(s string) string {
	tag := svgTag.FindStringIndex(s)
	if tag == nil || strings.Contains(s[tag[0]:tag[1]], "style=") || strings.Contains(s, "prefers-color-scheme") {
		return s
	}
	at := tag[0] + len("<svg")
	return s[:at] + ` style="background:#fff"` + s[at:]
}

var svgTag = regexp.MustCompile(`<svg\b[^>]*>`)

// PNG shows an encoded PNG image.
func PNG(b []byte) *Handle { return show(rasterOf("image/png", b)) }

// JPEG shows an encoded JPEG image.
func JPEG(b []byte) *Handle { return show(rasterOf("image/jpeg", b)) }

// GIF shows an encoded GIF image, animated or not.
func GIF(b []byte) *Handle { return show(rasterOf("image/gif", b)) }

// PNG shows b in place of what the handle shows.
func (h *Handle) PNG(b []byte) { h.put(rasterOf("image/png", b), true) }

func rasterOf(kind string, b []byte) map[string]any {
	text := "[" + kind + "]"
	if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil {
		text = fmt.Sprintf("[%s, %d×%d]", kind, c.Width, c.Height)
	}
	return map[string]any{kind: base64.StdEncoding.EncodeToString(b), "text/plain": text}
}

// Image shows any picture.
func Image(m image.Image) *Handle { return show(imageOf(m)) }

// Image shows m in place of what the handle shows.
func (h *Handle) Image(m image.Image) { h.put(imageOf(m), true) }

// photo is the number of pixels from which a picture without transparency is sent as JPEG.
const photo = 2_000_000

func imageOf(m image.Image) map[string]any {
	var b bytes.Buffer
	if r := m.Bounds(); r.Dx()*r.Dy() >= photo {
		if o, ok := m.(interface{ Opaque() bool }); ok && o.Opaque() {
			if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err == nil {
				return rasterOf("image/jpeg", b.Bytes())
			}
			b.Reset()
		}
	}
	if err := png.Encode(&b, m); err != nil {
		return map[string]any{"text/plain": fmt.Sprintf("[image: %v]", err)}
	}
	return rasterOf("image/png", b.Bytes())
}

// JSON shows v as a tree that can be folded. v is anything encoding/json can write,
// or the JSON text itself as []byte or json.RawMessage.
func JSON(v any) *Handle { return show(jsonOf(v)) }

func jsonOf(v any) map[string]any {
	if b, ok := v.([]byte); ok {
		v = json.RawMessage(b)
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return map[string]any{"text/plain": fmt.Sprintf("display.JSON: %v", err)}
	}
	return map[string]any{"application/json": json.RawMessage(text), "text/plain": string(text)}
}

// Mermaid shows a diagram written in Mermaid.
func Mermaid(s string) *Handle { return show(mermaidOf(s)) }

// Mermaid shows s in place of what the handle shows.
func (h *Handle) Mermaid(s string) { h.put(mermaidOf(s), true) }

func mermaidOf(s string) map[string]any {
	return map[string]any{"text/vnd.mermaid": s, "text/plain": s}
}

// JavaScript runs a script in the front-end's page, where that allows it.
func JavaScript(s string) *Handle {
	return show(map[string]any{"application/javascript": s, "text/plain": "[script]"})
}

// VegaLite shows a chart given as Vega-Lite version 5 JSON, or as a value that marshals to it.
func VegaLite(spec any) *Handle { return show(vegaOf(spec)) }

// VegaLite shows spec in place of what the handle shows.
func (h *Handle) VegaLite(spec any) { h.put(vegaOf(spec), true) }

const vegaLiteMIME = "application/vnd.vegalite.v5+json"

func vegaOf(spec any) map[string]any {
	var raw []byte
	switch s := spec.(type) {
	case string:
		raw = []byte(s)
	case []byte:
		raw = s
	default:
		b, err := json.Marshal(spec)
		if err != nil {
			return map[string]any{"text/plain": fmt.Sprintf("display.VegaLite: %v", err)}
		}
		raw = b
	}
	if !json.Valid(raw) {
		var v any
		return map[string]any{"text/plain": fmt.Sprintf("display.VegaLite: the chart is not valid JSON: %v", json.Unmarshal(raw, &v))}
	}
	return map[string]any{vegaLiteMIME: json.RawMessage(raw), "text/plain": "[Vega-Lite chart]"}
}

// Clear empties the cell's output now.
func Clear() { clearOutput(false) }

// ClearNext empties the cell's output when the next output comes, so that it is replaced without a flicker.
func ClearNext() { clearOutput(true) }

func clearOutput(wait bool) {
	p, err := publisher()
	if err == nil {
		err = p.Clear(wait)
	}
	if err != nil {
		fmt.Println(err)
	}
}

// Input asks the user for a line of text.
func Input(prompt string) (string, error) { return ask(prompt, false) }

// Password asks for a line of text that is not shown while it is typed.
func Password(prompt string) (string, error) { return ask(prompt, true) }

func ask(prompt string, password bool) (string, error) {
	p, err := publisher()
	if err != nil {
		return "", err
	}
	return p.Input(prompt, password)
}
