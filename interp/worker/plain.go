package worker

import (
	"reflect"
	"sort"
	"strings"
)

// Plain names. yaegi gives every mention of a package's symbol (guest.PanicNil, P.Op3, unsafe.Pointer) a variable of the
// function's frame, which each call allocates, and a step that does nothing; a name of the scope costs neither. So
// the functions of guest are imported into the scope, the types of package P and unsafe.Pointer get aliases there, and
// what a unit's text says is made to say the names alone. No name of a text is one of these: those have a digit
// after their first letter, or a dollar's place in them, and these are words, T1_x and Op1.

// plainPointer is the alias of unsafe.Pointer.
const plainPointer = "UnsafePointer"

// plainNames is the text that makes the names that all units share.
func plainNames(importPath string) string {
	return "import . \"" + importPath + "\"\ntype " + plainPointer + " = unsafe.Pointer\ntype Any = P.Any\n"
}

// plainFuncs are the symbols of a package that may be mentioned without it: functions, whose values do not change.
func plainFuncs(syms map[string]reflect.Value) map[string]bool {
	r := map[string]bool{}
	for name, v := range syms {
		if v.Kind() == reflect.Func && !v.IsNil() {
			r[name] = true
		}
	}
	return r
}

// aliases declares, on one line, the names of a unit's types and operations.
func aliases(syms map[string]reflect.Value) string {
	var names []string
	for name := range syms {
		if plainType(name) && name != "Any" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString("type " + n + " = P." + n + "; ")
	}
	return b.String()
}

// plainType reports whether name is one of package P's types (its constants are C1, R1 ...).
func plainType(name string) bool {
	rest, ok := strings.CutPrefix(name, "Op")
	if !ok {
		rest, ok = strings.CutPrefix(name, "T")
	}
	return name == "Any" || ok && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// plain is text with plain names.
func plain(text string, funcs map[string]bool) string {
	var b strings.Builder
	b.Grow(len(text))
	from := 0 // what follows is not written yet
	for i := 0; i < len(text); {
		c := text[i]
		if c == '"' { // a string constant
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			i++
			continue
		}
		if !isLetter(c) {
			i++
			continue
		}
		end := i + 1
		for end < len(text) && (isLetter(text[end]) || isDigit(text[end])) {
			end++
		}
		pkg := text[i:end]
		if end == len(text) || text[end] != '.' || i > 0 && text[i-1] == '.' {
			i = end
			continue
		}
		last := end + 1
		for last < len(text) && (isLetter(text[last]) || isDigit(text[last])) {
			last++
		}
		name := text[end+1 : last]
		switch {
		case pkg == "guest" && funcs[name], pkg == "P" && plainType(name):
			b.WriteString(text[from:i])
			from = end + 1
		case pkg == "unsafe" && name == "Pointer":
			b.WriteString(text[from:i])
			b.WriteString(plainPointer)
			from = last
		}
		i = last
	}
	b.WriteString(text[from:])
	return b.String()
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
