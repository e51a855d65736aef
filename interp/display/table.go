package display

import (
	"cmp"
	"fmt"
	"html"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxRows is how many rows of a table are shown; a notice says how many there are.
const maxRows = 200

// Rows is what a table needs of *sql.Rows.
type Rows interface {
	Columns() ([]string, error)
	Next() bool
	Scan(...any) error
}

// Table shows rows and columns: a slice of structs (exported fields are the columns), of maps
// (keys), of slices, a map (keys and values), or the rows of a database query. Columns, if
// given, name and choose the columns: for structs and maps by name, else by position.
func Table(rows any, columns ...string) *Handle {
	head, body, err := tabulate(rows, columns)
	if err != nil {
		return show(map[string]any{"text/plain": "display.Table: " + err.Error()})
	}
	return show(tableOf(head, body))
}

// Table shows rows in place of what the handle shows.
func (h *Handle) Table(rows any, columns ...string) {
	head, body, err := tabulate(rows, columns)
	if err != nil {
		h.Text("display.Table: " + err.Error())
		return
	}
	h.put(tableOf(head, body), true)
}

func tableOf(head []string, body [][]string) map[string]any {
	more := ""
	if n := len(body); n > maxRows {
		body, more = body[:maxRows], fmt.Sprintf("%d of %d rows shown", maxRows, n)
	}
	var b strings.Builder
	b.WriteString(`<table><thead><tr>`)
	for _, h := range head {
		b.WriteString("<th>" + html.EscapeString(h) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, r := range body {
		b.WriteString("<tr>")
		for _, c := range r {
			b.WriteString("<td>" + html.EscapeString(c) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table>")
	if more != "" {
		b.WriteString("<p>" + more + "</p>")
	}
	text := plainTable(head, body)
	if more != "" {
		text += more + "\n"
	}
	return map[string]any{"text/html": b.String(), "text/plain": text}
}

// plainTable aligns columns by the number of characters; wide (East Asian) ones count as two.
func plainTable(head []string, body [][]string) string {
	w := make([]int, len(head))
	for _, r := range append([][]string{head}, body...) {
		for i, c := range r {
			if i < len(w) {
				w[i] = max(w[i], width(c))
			}
		}
	}
	var b strings.Builder
	line := func(r []string) {
		var l strings.Builder
		for i, c := range r {
			if i < len(w)-1 {
				c += strings.Repeat(" ", w[i]-width(c)+2)
			}
			l.WriteString(c)
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(head)
	for _, r := range body {
		line(r)
	}
	return b.String()
}

func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300) {
			n++
		}
	}
	return n
}

func tabulate(rows any, columns []string) (head []string, body [][]string, err error) {
	if r, ok := rows.(Rows); ok {
		return fromQuery(r)
	}
	v := reflect.Indirect(reflect.ValueOf(rows))
	switch v.Kind() {
	case reflect.Map:
		head = []string{"key", "value"}
		for _, k := range sortedKeys(v) {
			body = append(body, []string{cell(k), cell(v.MapIndex(k))})
		}
		if len(columns) == 2 {
			head = columns
		}
		return head, body, nil
	case reflect.Slice, reflect.Array:
	default:
		return nil, nil, fmt.Errorf("want a slice, a map or the rows of a query, not %T", rows)
	}
	et := v.Type().Elem()
	for et.Kind() == reflect.Pointer {
		et = et.Elem()
	}
	switch et.Kind() {
	case reflect.Struct:
		return fromStructs(v, et, columns)
	case reflect.Map:
		return fromMaps(v, columns)
	case reflect.Slice, reflect.Array:
		n := 0
		for i := range v.Len() {
			var r []string
			row := reflect.Indirect(v.Index(i))
			for j := range row.Len() {
				r = append(r, cell(row.Index(j)))
			}
			n = max(n, len(r))
			body = append(body, r)
		}
		head = append(head, columns...)
		for i := len(head); i < n; i++ {
			head = append(head, fmt.Sprint(i))
		}
		return head, body, nil
	}
	name := "value"
	if len(columns) > 0 {
		name = columns[0]
	}
	for i := range v.Len() {
		body = append(body, []string{fmt.Sprint(i), cell(v.Index(i))})
	}
	return []string{"", name}, body, nil
}

func fromStructs(v reflect.Value, t reflect.Type, columns []string) (head []string, body [][]string, err error) {
	var fields [][]int
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous && (len(columns) == 0 || slices.Contains(columns, f.Name)) {
			head, fields = append(head, f.Name), append(fields, f.Index)
		}
	}
	if len(head) == 0 { // a type whose fields are not exported: all of them
		for _, f := range reflect.VisibleFields(t) {
			if !f.Anonymous && (len(columns) == 0 || slices.Contains(columns, f.Name)) {
				head, fields = append(head, f.Name), append(fields, f.Index)
			}
		}
	}
	for _, c := range columns {
		if !slices.Contains(head, c) {
			return nil, nil, fmt.Errorf("%v has no field %s", t, c)
		}
	}
	for i := range v.Len() {
		e := v.Index(i)
		for e.Kind() == reflect.Pointer && !e.IsNil() {
			e = e.Elem()
		}
		r := make([]string, len(fields))
		for j, ix := range fields {
			if e.Kind() != reflect.Struct {
				r[j] = "nil"
			} else if f, err := e.FieldByIndexErr(ix); err == nil {
				r[j] = cell(f)
			}
		}
		body = append(body, r)
	}
	return head, body, nil
}

func fromMaps(v reflect.Value, columns []string) (head []string, body [][]string, err error) {
	head = columns
	if len(head) == 0 {
		seen := map[string]bool{}
		for i := range v.Len() {
			for _, k := range v.Index(i).MapKeys() {
				if s := cell(k); !seen[s] {
					seen[s] = true
					head = append(head, s)
				}
			}
		}
		slices.Sort(head)
	}
	for i := range v.Len() {
		r := make([]string, len(head))
		m := v.Index(i)
		for it := m.MapRange(); it.Next(); {
			if j := slices.Index(head, cell(it.Key())); j >= 0 {
				r[j] = cell(it.Value())
			}
		}
		body = append(body, r)
	}
	return head, body, nil
}

func fromQuery(r Rows) (head []string, body [][]string, err error) {
	if head, err = r.Columns(); err != nil {
		return nil, nil, err
	}
	for r.Next() {
		vals, ptrs := make([]any, len(head)), make([]any, len(head))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := r.Scan(ptrs...); err != nil {
			return nil, nil, err
		}
		row := make([]string, len(vals))
		for i, x := range vals {
			if b, ok := x.([]byte); ok {
				x = string(b)
			}
			row[i] = cell(reflect.ValueOf(x))
		}
		body = append(body, row)
	}
	if e, ok := r.(interface{ Err() error }); ok {
		err = e.Err()
	}
	return head, body, err
}

// cell is the text of a value in a table.
func cell(v reflect.Value) string {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "nil"
	}
	p := printer{seen: map[uintptr]bool{}}
	return p.value(v, 1, 0, v.Kind() == reflect.String)
}

// sortedKeys are the keys of a map in the order in which fmt prints them.
func sortedKeys(m reflect.Value) []reflect.Value {
	ks := m.MapKeys()
	slices.SortFunc(ks, func(a, b reflect.Value) int {
		for a.Kind() == reflect.Interface && b.Kind() == reflect.Interface && !a.IsNil() && !b.IsNil() {
			a, b = a.Elem(), b.Elem()
		}
		switch {
		case a.CanInt() && b.CanInt():
			return cmp.Compare(a.Int(), b.Int())
		case a.CanUint() && b.CanUint():
			return cmp.Compare(a.Uint(), b.Uint())
		case a.CanFloat() && b.CanFloat():
			return cmp.Compare(a.Float(), b.Float())
		case a.Kind() == reflect.String && b.Kind() == reflect.String:
			return strings.Compare(a.String(), b.String())
		}
		return strings.Compare(cell(a), cell(b))
	})
	return ks
}
