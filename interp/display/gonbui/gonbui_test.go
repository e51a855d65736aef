package gonbui

import (
	"image"
	"strings"
	"testing"

	"gokernel/interp/display"
)

type recorder struct{ got []display.Data }

func (r *recorder) Publish(d display.Data) error       { r.got = append(r.got, d); return nil }
func (r *recorder) Clear(bool) error                   { return nil }
func (r *recorder) Input(string, bool) (string, error) { return "", nil }

func TestUpdateMakesThenReplaces(t *testing.T) {
	r := &recorder{}
	display.Bind(r)
	id := UniqueId()
	UpdateHtml(id, "1")
	UpdateHtml(id, "2")
	UpdateMarkdown(id, "3")
	if len(r.got) != 3 || r.got[0].Update || !r.got[1].Update || !r.got[2].Update || r.got[2].ID != id {
		t.Errorf("got %+v", r.got)
	}
	DisplayHtmlf("<b>%d</b>", 4)
	if r.got[3].MIME["text/html"] != "<b>4</b>" {
		t.Errorf("got %v", r.got[3].MIME)
	}
	if s, err := EmbedImageAsPNGSrc(image.NewGray(image.Rect(0, 0, 2, 2))); err != nil || !strings.HasPrefix(s, "data:image/png;base64,") {
		t.Errorf("source %q, %v", s, err)
	}
}
