package kernel

import "unicode/utf8"

// matchGlob says whether the whole of text matches pattern, as SQLite's GLOB
// does, which front-ends know from IPython: * is any text (newlines too),
// ? one character, [a-c] and [^a-c] one of a set; case matters.
func matchGlob(pattern, text string) bool {
	// On a mismatch only the last * has to take one character more: what the
	// ones before it took can stay.
	star, starText := -1, 0
	p, t := 0, 0
	for t < len(text) {
		r, size := utf8.DecodeRuneInString(text[t:])
		if p < len(pattern) && pattern[p] == '*' {
			star, starText = p, t
			p++
			continue
		}
		if width, ok := matchOne(pattern[p:], r); ok {
			p += width
			t += size
			continue
		}
		if star < 0 {
			return false
		}
		_, size = utf8.DecodeRuneInString(text[starText:])
		starText += size
		p, t = star+1, starText
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchOne matches r with the first element of pattern, which is not a *, and gives its width.
func matchOne(pattern string, r rune) (width int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	p, width := utf8.DecodeRuneInString(pattern)
	switch p {
	case '?':
		return 1, true
	case '[':
		if width, ok, closed := matchSet(pattern, r); closed {
			return width, ok
		}
	}
	return width, p == r
}

// matchSet matches r with a set such as [a-c_] or [^0-9]. A ] directly after
// the opening stands for itself; a set without an end is none.
func matchSet(pattern string, r rune) (width int, ok, closed bool) {
	i := 1
	negated := i < len(pattern) && pattern[i] == '^'
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, ok != negated, true
		}
		low, size := utf8.DecodeRuneInString(pattern[i:])
		i += size
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, size = utf8.DecodeRuneInString(pattern[i+1:])
			i += 1 + size
		}
		if low <= r && r <= high {
			ok = true
		}
	}
	return 0, false, false
}
