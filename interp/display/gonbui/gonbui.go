// Package gonbui answers the names that cells written for the GoNB kernel import as
// "github.com/janpfeifer/gonb/gonbui", so that such cells run unchanged. Each function
// is a few words over package display; what that kernel needs because its cells are
// processes of their own (Open, Sync) does nothing here.
package gonbui

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"

	"gokernel/interp/display"
)

//go:generate go run gokernel/interp/symbols/gen -package gokernel/interp/display/gonbui -as github.com/janpfeifer/gonb/gonbui -out symbols.go

// Path is the import path that cells use.
const Path = "github.com/janpfeifer/gonb/gonbui"

//go:embed gonbui.go
var source embed.FS

// Source are the files whose declarations cells may use.
func Source() fs.FS { return source }

// IsNotebook tells that the code runs in a notebook.
var IsNotebook = true

// Debug has no effect.
var Debug bool

// Open has nothing to open.
func Open() error { return nil }

// Sync has nothing to wait for: what a cell shows arrives before the cell ends.
func Sync() {}

// Error is always nil.
func Error() error { return nil }

// Logf writes to the cell's standard error.
func Logf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// UniqueId is an identifier for an element that is updated later.
func UniqueId() string { return display.NewID() }

// UniqueID is UniqueId.
func UniqueID() string { return display.NewID() }

// DisplayHtml shows HTML.
func DisplayHtml(html string) { display.HTML(html) }

// DisplayHTML shows HTML.
func DisplayHTML(html string) { display.HTML(html) }

// DisplayHtmlf shows formatted HTML.
func DisplayHtmlf(format string, args ...any) { display.HTML(fmt.Sprintf(format, args...)) }

// DisplayMarkdown shows Markdown.
func DisplayMarkdown(markdown string) { display.Markdown(markdown) }

// DisplayPng shows an encoded PNG image.
func DisplayPng(png []byte) { display.PNG(png) }

// DisplayPNG shows an encoded PNG image.
func DisplayPNG(png []byte) { display.PNG(png) }

// DisplaySvg shows a drawing.
func DisplaySvg(svg string) { display.SVG(svg) }

// DisplaySVG shows a drawing.
func DisplaySVG(svg string) { display.SVG(svg) }

// DisplayImage shows a picture.
func DisplayImage(m image.Image) error { display.Image(m); return nil }

// EmbedImageAsPNGSrc is a picture as the src attribute of an <img> element.
func EmbedImageAsPNGSrc(m image.Image) (string, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return "", fmt.Errorf("encoding the image: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// UpdateHtml shows html in the place named id: a new one at the first call, the same one later.
func UpdateHtml(id, html string) { update(id, map[string]any{"text/html": html}) }

// UpdateHTML is UpdateHtml.
func UpdateHTML(id, html string) { UpdateHtml(id, html) }

// UpdateMarkdown shows markdown in the place named id: a new one at the first call, the same one later.
func UpdateMarkdown(id, markdown string) { update(id, map[string]any{"text/markdown": markdown}) }

func update(id string, mime map[string]any) {
	d := display.Data{MIME: mime, ID: id, Update: display.Known(id)}
	if err := display.Publish(d); err != nil {
		fmt.Println(err)
	}
}

// ScriptJavascript runs a script in the page.
func ScriptJavascript(js string) { display.JavaScript(js) }

// RequestInput asks the user for a line, which the cell then reads from os.Stdin.
func RequestInput(prompt string, password bool) {
	if err := display.RequestInput(prompt, password); err != nil {
		fmt.Println(err)
	}
}
