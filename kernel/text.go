package kernel

import "unicode/utf8"

// byteOffset turns a cursor position in code points, as messages have it since
// spec 5.2, into a byte offset; a position outside the text is moved to its edge.
func byteOffset(text string, points int) int {
	for i := range text {
		if points <= 0 {
			return i
		}
		points--
	}
	return len(text)
}

// codePoints turns a byte offset into a position in code points.
func codePoints(text string, offset int) int {
	return utf8.RuneCountInString(text[:min(max(offset, 0), len(text))])
}

// cutText cuts text to at most limit bytes, never inside a character.
func cutText(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// wholeText gives the length of the part of text that does not end inside a
// UTF-8 sequence which later bytes could complete.
func wholeText(text []byte) int {
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}
