package compile

// Small facts about pieces of core text. A local variable is written as a token,
// \x01 number \x02, until slots.go gives it its final name; no string constant can
// contain these bytes, since they are quoted.

import (
	"strconv"
	"strings"
)

const tokenStart, tokenEnd = '\x01', '\x02'

func tokenOf(n int) string { return string(tokenStart) + strconv.Itoa(n) + string(tokenEnd) }

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == tokenStart || c == tokenEnd
}

func isIdent(s string) bool {
	for i := range len(s) {
		if !isWord(s[i]) {
			return false
		}
	}
	return s != ""
}

// isVariable reports whether s names a variable.
func isVariable(s string) bool {
	return isIdent(s) && !(s[0] >= '0' && s[0] <= '9') && s != "true" && s != "false" && s != "nil"
}

// bare strips the parentheses that enclose the whole of s: yaegi takes twice as long for `if (a < b)`.
func bare(s string) string {
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return s
	}
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '(':
			depth++
		case c == ')':
			depth--
			if depth == 0 && i < len(s)-1 {
				return s
			}
		}
	}
	return s[1 : len(s)-1]
}

// primary reports whether s needs no parentheses as an operand.
func primary(s string) bool {
	if s == "" || strings.IndexByte("-!^*&<+(\"", s[0]) >= 0 {
		return false
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ' ':
			if depth == 0 {
				return false
			}
		}
	}
	return true
}

// simple reports whether s is a whole operand.
func simple(s string) bool { return s != "" && (primary(s) || bare(s) != s) }

// paren is type text t as it stands before the operand of a conversion.
func paren(t string) string {
	if strings.IndexByte("*[<", t[0]) >= 0 || strings.HasPrefix(t, "chan") || strings.HasPrefix(t, "func") {
		return "(" + t + ")"
	}
	return t
}

// mentions reports whether the variable name occurs in text.
func mentions(text, name string) bool {
	for i := 0; ; {
		j := strings.Index(text[i:], name)
		if j < 0 {
			return false
		}
		end := i + j + len(name)
		if (end == len(text) || !isWord(text[end])) && (i+j == 0 || !isWord(text[i+j-1])) {
			return true
		}
		i = end
	}
}

// isNumber reports whether s is the text of a number that is not negative.
func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
