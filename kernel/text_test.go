package kernel

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCursorPositions(t *testing.T) {
	const code = "한글 := \"🐹\" // e\u0301"
	for points, want := range map[int]int{-1: 0, 0: 0, 1: 3, 2: 6, 3: 7, 7: 11, 8: 15, 99: len(code)} {
		if got := byteOffset(code, points); got != want {
			t.Errorf("byteOffset(%d) = %d, want %d", points, got, want)
		}
	}
	n := 0
	for offset := range code {
		if got := codePoints(code, offset); got != n {
			t.Errorf("codePoints(%d) = %d, want %d", offset, got, n)
		}
		if got := byteOffset(code, n); got != offset {
			t.Errorf("byteOffset(%d) = %d, want %d", n, got, offset)
		}
		n++
	}
	if codePoints(code, -3) != 0 || codePoints(code, 999) != n {
		t.Error("offsets outside the text are not moved to its edges")
	}
}

func TestWholeText(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 1, "가": 3, "가\xea": 3, "가\xea\xb0": 3, "\xf0\x9f\x90": 0, "🐹": 4,
		"a\xff": 2, "a\x80\x80": 3, "a\x80\x80\x80\x80": 5, "\xea\xb0a": 3,
	} {
		if got := wholeText([]byte(text)); got != want {
			t.Errorf("wholeText(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestCutText(t *testing.T) {
	text := strings.Repeat("가🐹", 5)
	for limit := range len(text) + 2 {
		got := cutText(text, limit)
		if len(got) > limit || !utf8.ValidString(got) || !strings.HasPrefix(text, got) {
			t.Errorf("cutText(%d) = %q", limit, got)
		}
	}
}

func TestMatchGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"*", "a\nb", true}, {"", "", true}, {"", "a", false},
		{"fmt.*", "fmt.Println()", true}, {"fmt.*", "x fmt.", false}, {"*fmt*", "x fmt.", true},
		{"?", "가", true}, {"??", "가", false}, {"가*글", "가나다글", true},
		{"a*b*c", "aXbXbc", true}, {"a*b*c", "aXcXb", false},
		{"[abc]x", "bx", true}, {"[abc]x", "dx", false}, {"[^abc]x", "dx", true}, {"[^abc]x", "ax", false},
		{"[a-c]", "b", true}, {"[a-c]", "-", false}, {"[]]", "]", true}, {"[a-]", "-", true},
		{"x[1", "x[1", true}, {"x[1", "x1", false}, {"A", "a", false}, {"/*", "/a/b", true}, {`\*`, `\x`, true},
	} {
		if got := matchGlob(c.pattern, c.text); got != c.want {
			t.Errorf("matchGlob(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
	// Must not take exponential time.
	if matchGlob(strings.Repeat("*a", 200), strings.Repeat("a", 199)+"b") {
		t.Error("199 a match 200")
	}
}

func FuzzMatchGlob(f *testing.F) {
	f.Add("a*b?", "aXXbY")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsAny(pattern, "[]") || !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return
		}
		expr := strings.NewReplacer(`\*`, `(?s:.*)`, `\?`, `(?s:.)`).Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`\A(?:` + expr + `)\z`).MatchString(text)
		if got := matchGlob(pattern, text); got != want {
			t.Errorf("matchGlob(%q, %q) = %v", pattern, text, got)
		}
	})
}

func TestMurmur2(t *testing.T) {
	// As ipykernel.compiler.murmur2_x86 computes them.
	for text, want := range map[string]uint32{
		"": 0xedd39288, "a": 0x8129eeee, "ab": 0xa73301b9, "abc": 0xc7bbdbb5,
		"abcd": 0x2ff70f61, "x := 1": 0xb1e6ad9c, "한글 🐹": 0x00cff916,
	} {
		if got := murmur2([]byte(text), debugHashSeed); got != want {
			t.Errorf("murmur2(%q) = %#x, want %#x", text, got, want)
		}
	}
}
