package interp

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"gokernel/interp/display"
	"gokernel/interp/hint"
)

// speech is the language of the kernel's own sentences around Go's text, which stays as it is.
type speech struct{ korean bool }

// speech is that of the notebook, as for hints; it is spoken also where hints are switched off.
func (s *Session) speech() speech {
	l, ok := s.hintLanguage()
	if !ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		return speech{s.hangul || koreanLocale()}
	}
	return speech{l == hint.Korean}
}

// say gives the sentence of the language, filled in as by Sprintf; the Korean one may take its arguments in another order.
func (l speech) say(en, ko string, args ...any) string {
	if l.korean {
		en = ko
	}
	return fmt.Sprintf(en, args...)
}

// aside tells something that is no error and no output of the program: small and grey below the cell, not in the red of
// standard error.
func (s *Session) aside(id CellID, lines []string) {
	text := colours.ReplaceAllString(strings.Join(lines, "\n"), "")
	s.opts.Sink.Display(id, display.Data{MIME: map[string]any{
		"text/plain": text,
		"text/html":  `<pre style="opacity: 0.65; font-size: 90%; line-height: 1.3">` + html.EscapeString(text) + "</pre>",
	}, Metadata: map[string]any{"gokernel": "aside"}}) // for those who compare what programs show
}

// phrases are what the tables of goroutines say besides names and Go's own words, with the Korean for it.
var phrases = []struct {
	en *regexp.Regexp
	ko string
}{
	{regexp.MustCompile(`, locked for reading by `), `, 읽기 잠금: `},
	{regexp.MustCompile(`, locked by `), `, 잠금: `},
	{regexp.MustCompile(`, locked\b`), `, 잠겨 있음`},
	{regexp.MustCompile(`this goroutine itself in (cell \d+ line \d+)`), `이 고루틴 자신(${1})`},
	{regexp.MustCompile(`goroutine (\d+) in (cell \d+ line \d+)`), `고루틴 ${1}(${2})`},
	{regexp.MustCompile(`; goroutine (\d+) waits to lock it for writing, and who reads next waits behind it`), `; 고루틴 ${1}이(가) 쓰기 잠금을 기다리고, 그다음 읽기는 그 뒤에서 기다림`},
	{regexp.MustCompile(`, which has ended\b`), `, 이미 끝남`},
	{regexp.MustCompile(` and (\d+) others`), ` 외 ${1}개`},
	{regexp.MustCompile(`(\)|자신\)|끝남) and (고루틴|이 고루틴)`), `${1}, ${2}`},
	{regexp.MustCompile(`, counter (-?\d+)`), `, 카운터 ${1}`},
	{regexp.MustCompile(`, unbuffered`), `, 버퍼 없음`},
	{regexp.MustCompile(`, (\d+) of (\d+)\b`), `, ${2}칸 중 ${1}칸 참`},
	{regexp.MustCompile(`\breceive from ([^,(]+ \([^)]*\)|[^,]+, [^,]+)`), `${1}에서 받기`},
	{regexp.MustCompile(`\bsend on ([^,(]+ \([^)]*\)|[^,]+, [^,]+)`), `${1}(으)로 보내기`},
	{regexp.MustCompile(`^(\S+) left$`), `${1} 남음`},
}

// phrase is what guest says of a wait, in the language.
func (l speech) phrase(s string) string {
	if l.korean {
		for _, p := range phrases {
			s = p.en.ReplaceAllString(s, p.ko)
		}
	}
	return s
}
