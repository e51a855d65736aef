package interp

import (
	"context"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gokernel/interp/hint"
)

// Settings of %hints.
const (
	hintsOff     = "off"
	hintsEnglish = "en"
	hintsKorean  = "ko"
)

// hintMagics is the magic about hints.
func hintMagics() []Magic {
	return []Magic{{Name: "hints", Line: true, Args: "[on|off|en|ko]", Run: runHints,
		Help: "Switch the hints under errors on or off, or choose their language.\n" +
			"With on, the language is that of the notebook: Korean once a cell holds Hangul or where the\n" +
			"system's language is Korean (LC_ALL, LC_MESSAGES, LANG), English otherwise."}}
}

func runHints(_ context.Context, m *MagicCall) error {
	if !slices.Contains([]string{"", "on", hintsOff, hintsEnglish, hintsKorean}, m.Args) {
		return usageError{}
	}
	s := m.Session
	if m.Args != "" {
		s.mu.Lock()
		s.hints = strings.TrimPrefix(m.Args, "on")
		if m.Args == hintsOff {
			s.hints = hintsOff
		}
		s.mu.Unlock()
	}
	switch l, ok := s.hintLanguage(); {
	case !ok:
		m.Printf("Hints are off.\n")
	case l == hint.Korean:
		m.Printf("오류 아래에 힌트를 한국어로 보여 줍니다.\n")
	default:
		m.Printf("Hints are shown in English.\n")
	}
	return nil
}

// hintLanguage is as %hints has set it, or the language in which the notebook is
// written; ok is false for no hints.
func (s *Session) hintLanguage() (l hint.Language, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.hints == hintsOff:
		return 0, false
	case s.hints == hintsKorean, s.hints == "" && (s.hangul || koreanLocale()):
		return hint.Korean, true
	}
	return hint.English, true
}

// koreanLocale tells whether this process was started where messages are in Korean (POSIX, Locale, precedence of variables).
func koreanLocale() bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return strings.HasPrefix(v, "ko")
		}
	}
	return false
}

var (
	colours   = regexp.MustCompile("\x1b\\[[0-9;]*m")
	word      = regexp.MustCompile(`[\p{L}_][\p{L}\p{N}_]*`)
	namedCell = regexp.MustCompile(`\bcell (\d+):`)
)

// addHints puts what a teacher would say under an error.
func (s *Session) addHints(code string, e *Error) {
	l, ok := s.hintLanguage()
	if !ok || e == nil {
		return
	}
	said := e.Traceback
	if e.plain != nil {
		said = e.plain
	}
	text := colours.ReplaceAllString(e.Name+": "+e.Value+"\n"+strings.Join(said, "\n"), "")
	hints := hint.For(hint.Failure{Class: e.Name, Text: text, Cells: s.cellsIn(code, text)}, l)
	for i, h := range hints {
		if i == 0 {
			e.Traceback = append(e.Traceback, "")
		}
		e.Traceback = append(e.Traceback, hintLine(h, l))
	}
}

// quietHint says, once in a session, what is wrong with a cell that has ended well.
func (s *Session) quietHint(id CellID, code string) {
	l, ok := s.hintLanguage()
	if !ok {
		return
	}
	h := hint.Quiet(code, l)
	if h == "" {
		return
	}
	s.mu.Lock()
	said := s.said[h]
	if s.said == nil {
		s.said = map[string]bool{}
	}
	s.said[h] = true
	s.mu.Unlock()
	if !said {
		s.opts.Sink.Stream(id, "stderr", []byte(hintLine(h, l)+"\n"))
	}
}

func hintLine(h string, l hint.Language) string {
	if l == hint.Korean {
		return blue("힌트: ") + dim(h)
	}
	return blue("Hint: ") + dim(h)
}

// declaredIn finds the functions and types that a cell declares.
var declaredIn = regexp.MustCompile(`(?m)^(?:func (?:\([^)]*\) ?)?|type )([\p{L}_][\p{L}\p{N}_]*)`)

// recentCells is how many earlier cells are looked through for declarations that a failing cell uses.
const recentCells = 200

// cellsIn are the texts of the failing cell, of those that the text of its error names,
// and of those that declare functions and types which it uses.
func (s *Session) cellsIn(code, text string) []string {
	cells := []string{code}
	seen := map[string]bool{code: true}
	for _, m := range namedCell.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1]) // digits
		s.mu.Lock()
		c := s.codes[n]
		s.mu.Unlock()
		if !seen[c] && c != "" {
			cells, seen[c] = append(cells, c), true
		}
	}
	words := map[string]bool{}
	for _, w := range word.FindAllString(code, -1) {
		words[w] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	numbers := slices.Sorted(maps.Keys(s.codes))
	for _, n := range slices.Backward(numbers[max(0, len(numbers)-recentCells):]) {
		c := s.codes[n]
		for _, m := range declaredIn.FindAllStringSubmatch(c, -1) {
			if words[m[1]] && !seen[c] {
				cells, seen[c] = append(cells, c), true
				delete(words, m[1]) // an older declaration of the name has been replaced
			}
		}
	}
	return cells
}
