package check

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gokernel/interp/cell"
	"gokernel/interp/symbols"
)

//go:generate go run ./popular

//go:embed popular.txt
var popularText string

// popular tells how likely names are: path -> name -> rank; "." for fields and methods.
var popular = sync.OnceValue(func() map[string]map[string]int {
	m := map[string]map[string]int{}
	for l := range strings.Lines(popularText) {
		fs := strings.Fields(l)
		ranks := map[string]int{}
		for i, n := range fs[1:] {
			ranks[n] = i + 1
		}
		m[fs[0]] = ranks
	}
	return m
})

// memberPlace is the place of a field or method among those of its type, as
// they are used, and after them of all.
func memberPlace(recv *types.Named, name string) int {
	if recv != nil && recv.Obj().Pkg() != nil {
		switch recv.Obj().Pkg().Path() {
		case "sync", "context": // their own tests call them otherwise than programs do
			return rank(".", name)
		}
		if r := popular()[recv.Obj().Pkg().Path()+"."+recv.Obj().Name()][name]; r > 0 {
			return r - 1 - 1000
		}
	}
	return rank(".", name)
}

// rank is the place of a name among those of its package, 0 for the likeliest.
func rank(path, name string) int {
	if path == "." {
		if i := slices.Index(likely, name); i >= 0 {
			return i - len(likely)
		}
	}
	if r := popular()[path][name]; r > 0 {
		return r - 1
	}
	return 100_000
}

// likely are the methods that programs with goroutines call most.
var likely = []string{"Add", "Done", "Wait", "Go", "Lock", "Unlock", "Err"}

// Candidate is one completion. Kind is JupyterLab's word: function, type, variable, field, method,
// module, keyword, constant, path.
type Candidate struct {
	Text, Kind, Signature string

	class int // what fits best stands first
	rank  int
}

// The classes of candidates, best first.
const (
	classFits     = iota // has the type expected here
	classLocal           // declared in this cell or function
	classSession         // declared by the session
	classBuiltin         // known to the language
	classPackage         // an imported package or one that is imported on use
	classMisfit          // of another type than the expected one
	classUnlikely        // everything else
)

// Complete gives what can stand at byte offset off of a cell's Go text, and the
// offsets of what a candidate replaces. The text need not parse.
func (p *Program) Complete(src string, off int) (start, end int, cs []Candidate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	off = min(max(off, 0), len(src))
	start = off
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(src[:start])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		start -= n
	}
	if r, _ := utf8.DecodeRuneInString(src[start:]); start < off && unicode.IsDigit(r) {
		return start, off, nil // a number
	}
	switch where := cell.ContextAt(src, off); where {
	case cell.InImport:
		return p.completePath(src, off)
	case cell.InString, cell.InComment:
		return off, off, nil
	}
	prefix := src[start:off]
	for _, text := range []tolerant{whole(src, start, off), cut(src, start), line(src, start)} {
		if cs = p.completeIn(text, prefix); len(cs) > 0 {
			break
		}
	}
	return start, off, cs
}

// completePath completes an import path.
func (p *Program) completePath(src string, off int) (start, end int, cs []Candidate) {
	start = strings.LastIndexAny(src[:off], "\"`") + 1
	prefix := src[start:off]
	for _, path := range append(symbols.Paths(), p.im.Extra()...) {
		if !strings.HasPrefix(path, prefix) || path == prefix {
			continue
		}
		cs = append(cs, Candidate{Text: path, Kind: "module", Signature: "package " + symbols.Name(path), rank: strings.Count(path, "/")})
	}
	slices.SortStableFunc(cs, func(a, b Candidate) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	return start, off, cs
}

func (p *Program) completeIn(t tolerant, prefix string) []Candidate {
	x := p.parsePartial(t, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		return ok && id.Name == placeholder
	})
	if x.path == nil {
		return nil
	}
	c := &collector{partial: x, prefix: prefix, seen: map[string]bool{}}
	id := x.path[len(x.path)-1].(*ast.Ident)
	var parent ast.Node
	if len(x.path) > 1 {
		parent = x.path[len(x.path)-2]
	}
	if sel, ok := parent.(*ast.SelectorExpr); ok && sel.Sel == id {
		c.expect(x.path[:len(x.path)-1])
		c.members(sel)
	} else {
		if c.defines(parent, id) {
			return nil // a new name is being typed
		}
		c.expect(x.path)
		c.fields(parent, id)
		c.names()
	}
	slices.SortStableFunc(c.found, func(a, b Candidate) int {
		switch {
		case a.class != b.class:
			return a.class - b.class
		case a.rank != b.rank:
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	return c.found
}

// collector gathers candidates.
type collector struct {
	*partial
	prefix string
	want   expected
	seen   map[string]bool
	found  []Candidate
}

// add adds a candidate whose name fits what is typed; letters' case counts only to order them.
func (c *collector) add(text, kind, signature string, class, rank int) {
	if strings.Contains(text, "·") || text == placeholder || text == partialBody || text == "_" || c.seen[text] {
		return
	}
	if !strings.HasPrefix(text, c.prefix) {
		if c.prefix == "" || len(text) < len(c.prefix) || !strings.EqualFold(text[:len(c.prefix)], c.prefix) {
			return
		}
		rank += 1_000_000
	}
	c.seen[text] = true
	c.found = append(c.found, Candidate{text, kind, signature, class, rank})
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// object adds o.
func (c *collector) object(o types.Object, class, rank int) {
	kind, t := kindOf(o), o.Type()
	sig := ""
	switch o := o.(type) {
	case *types.PkgName:
		sig, t = "package "+o.Imported().Path(), nil
	case *types.TypeName:
		sig = "type " + types.TypeString(o.Type().Underlying(), c.p.qualify)
		if len(sig) > 120 {
			sig = sig[:120] + "…"
		}
	case *types.Const:
		sig = types.TypeString(o.Type(), c.p.qualify) + " = " + o.Val().String()
	case *types.Builtin:
		sig = builtins[o.Name()].sig
	case *types.Nil:
	default:
		sig = types.TypeString(o.Type(), c.p.qualify)
	}
	switch o := o.(type) {
	case *types.Builtin:
		if c.makes(o.Name()) {
			class, rank = classFits, -1
		}
	case *types.TypeName:
		if !c.want.typ { // a conversion or a literal: less likely than a call
			rank += 20
		}
	case *types.Func:
		if rs := o.Signature().Results(); c.want.stmt && o.Signature().Recv() == nil && rs.Len() == 1 && !isError(rs.At(0).Type()) {
			rank += 200 // a result that is thrown away
		}
	case *types.Const, *types.Var:
		if c.want.stmt && !isField(o) {
			rank += 20
		}
	}
	if c.want.active() {
		switch c.want.fit(o, t) {
		case fits:
			class = classFits
		case calls: // its result fits
			if class > classFits {
				rank += 10
			}
		case misfit:
			class = classMisfit
		}
	}
	c.add(o.Name(), kind, sig, class, rank)
}
