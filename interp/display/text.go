package display

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the text form of a value.
const (
	maxText  = 64 << 10 // bytes
	maxItems = 1000     // elements of one slice, array or map
	maxLine  = 80       // columns that a struct or list may take before it is written over several lines
	maxDepth = 12
)

// Text is the readable form of a value: what fmt prints with %v where the type
// speaks for itself (String, Error, basic kinds, lists and maps of them), and
// other composite values in Go syntax with field names and the types' own names,
// over several lines when they are long. Long values are cut with a notice that says how much is missing.
func Text(v any) string {
	if v == nil {
		return "nil"
	}
	if s, ok := v.(string); ok {
		return cut(s)
	}
	p := printer{seen: map[uintptr]bool{}}
	s := p.value(reflect.ValueOf(v), 0, 0, true)
	return cut(s)
}

func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return fmt.Sprintf("%s… (%d of %d bytes shown)", s[:n], n, len(s))
}

type printer struct {
	seen map[uintptr]bool // pointers on the way down
	size int
}

// value writes v; top tells that nothing is around it, so its type may be left out where it is plain.
func (p *printer) value(v reflect.Value, depth, indent int, top bool) (s string) {
	defer func() { p.size += len(s) }()
	if !v.IsValid() {
		return "nil"
	}
	if v.CanInterface() {
		if s, ok := speak(v); ok {
			return s
		}
	}
	if depth > maxDepth || p.size > maxText {
		return "…"
	}
	t := v.Type()
	switch v.Kind() {
	case reflect.String:
		if top {
			return v.String()
		}
		return strconv.Quote(v.String())
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return p.value(v.Elem(), depth, indent, false)
	case reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		k := v.Elem().Kind()
		if k != reflect.Struct && k != reflect.Array && k != reflect.Slice && k != reflect.Map || p.seen[v.Pointer()] {
			return fmt.Sprintf("(%s)(%#x)", t, v.Pointer())
		}
		p.seen[v.Pointer()] = true
		defer delete(p.seen, v.Pointer())
		return "&" + p.value(v.Elem(), depth+1, indent, false)
	case reflect.Struct:
		var items []string
		for i := range v.NumField() {
			items = append(items, t.Field(i).Name+": "+p.value(v.Field(i), depth+1, indent+1, false))
		}
		return layout(typeName(t)+"{", items, "}", indent, 0)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return typeName(t) + "(nil)"
		}
		if t.Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice && t.Elem().PkgPath() == "" && !top {
			if b := v.Bytes(); utf8.Valid(b) && len(b) > 0 {
				return fmt.Sprintf("%s(%s)", typeName(t), strconv.Quote(string(b)))
			}
		}
		if flat(t) && v.Len() <= maxItems {
			return fmt.Sprint(v)
		}
		var items []string
		n := min(v.Len(), maxItems)
		for i := range n {
			items = append(items, p.value(v.Index(i), depth+1, indent+1, false))
		}
		return layout(typeName(t)+"{", items, "}", indent, v.Len()-n)
	case reflect.Map:
		if v.IsNil() {
			return typeName(t) + "(nil)"
		}
		if flat(t) && v.Len() <= maxItems {
			return fmt.Sprint(v)
		}
		var items []string
		keys := sortedKeys(v)
		n := min(len(keys), maxItems)
		for _, k := range keys[:n] {
			items = append(items, p.value(k, depth+1, indent+1, false)+": "+p.value(v.MapIndex(k), depth+1, indent+1, false))
		}
		return layout(typeName(t)+"{", items, "}", indent, len(keys)-n)
	case reflect.Chan:
		if v.IsNil() {
			return fmt.Sprintf("(%s)(nil)", t)
		}
		return fmt.Sprintf("%s (len %d, cap %d)", t, v.Len(), v.Cap())
	case reflect.Func:
		if v.IsNil() {
			return fmt.Sprintf("(%s)(nil)", t)
		}
		return t.String()
	}
	return fmt.Sprint(v)
}

// flat tells types whose values fmt's %v shows well enough: lists and maps of basic values.
func flat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return flat(t.Elem())
	case reflect.Map:
		return flat(t.Key()) && flat(t.Elem())
	case reflect.Struct, reflect.Interface, reflect.Pointer, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	}
	return true
}

// speak is the text of values whose type says it itself.
func speak(v reflect.Value) (text string, ok bool) {
	if k := v.Kind(); (k == reflect.Pointer || k == reflect.Interface) && v.IsNil() {
		return "", false
	}
	switch x := v.Interface().(type) {
	case fmt.Formatter, error, fmt.Stringer:
		return fmt.Sprintf("%v", x), true
	}
	return "", false
}

func typeName(t reflect.Type) string {
	return strings.ReplaceAll(t.String(), "interface {}", "any")
}

// layout writes items in one line if they fit, else one in a line.
func layout(open string, items []string, shut string, indent, missing int) string {
	if missing > 0 {
		items = append(items, fmt.Sprintf("… %d more", missing))
	}
	n, broken := len(open)+len(shut)+4*indent, false
	for _, s := range items {
		n += utf8.RuneCountInString(s) + 2
		broken = broken || strings.Contains(s, "\n")
	}
	if n <= maxLine && !broken {
		return open + strings.Join(items, ", ") + shut
	}
	if !broken && allShort(items) { // many numbers: as many in a line as fit
		return open + wrap(items, indent) + "\n" + strings.Repeat("    ", indent) + shut
	}
	in := "\n" + strings.Repeat("    ", indent+1)
	return open + in + strings.Join(items, ","+in) + ",\n" + strings.Repeat("    ", indent) + shut
}

func allShort(items []string) bool {
	for _, s := range items {
		if len(s) > 16 || strings.Contains(s, ": ") {
			return false
		}
	}
	return true
}

func wrap(items []string, indent int) string {
	var b strings.Builder
	col := maxLine
	for _, s := range items {
		if col+len(s)+2 > maxLine {
			b.WriteString("\n" + strings.Repeat("    ", indent+1))
			col = 4 * (indent + 1)
		} else {
			b.WriteByte(' ')
			col++
		}
		b.WriteString(s + ",")
		col += len(s) + 1
	}
	return b.String()
}
