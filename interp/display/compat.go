package display

import (
	"fmt"
	"maps"
	"net/http"
	"os"
)

// The names of this file are those that cells written for other Go kernels use;
// they show at once, so a cell that also passes the result to Display shows it once.

// Display is Show.
func Display(v any) *Handle { return Show(v) }

// Latex is LaTeX.
func Latex(s string) *Handle { return LaTeX(s) }

// Any shows data as the given MIME type, or as what it looks like if mime is "".
func Any(mime string, data any) *Handle {
	if mime == "" {
		if b, ok := data.([]byte); ok {
			mime = http.DetectContentType(b)
		} else {
			return Show(data)
		}
	}
	if b, ok := data.([]byte); ok {
		switch mime {
		case "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp":
			return show(rasterOf(mime, b))
		}
		data = string(b)
	}
	return show(map[string]any{mime: data})
}

// Auto shows data as what it looks like.
func Auto(data any) *Handle { return Any("", data) }

// File shows what a file holds; mime "" means what it looks like.
func File(mime, path string) (*Handle, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("display.File: %w", err)
	}
	return Any(mime, b), nil
}

// MIME shows a bundle of several forms of one thing.
func MIME(data, metadata map[string]any) *Handle {
	h := &Handle{NewID()}
	if err := Publish(Data{MIME: maps.Clone(data), Metadata: metadata, ID: h.id}); err != nil {
		fmt.Println(err)
	}
	return h
}

// MakeData makes a bundle of one form without showing it.
func MakeData(mime string, data any) Data { return Data{MIME: map[string]any{mime: data}} }

// MakeData3 makes a bundle of one form and its plain text without showing it.
func MakeData3(mime, plain string, data any) Data {
	return Data{MIME: map[string]any{mime: data, "text/plain": plain}}
}
