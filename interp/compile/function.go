package compile

// Functions: an ssa.Function becomes a function of the text; one with free variables becomes
// a maker that returns a literal, one with defers a body that guest.Protect runs in place.

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"gokernel/interp/unit"

	"golang.org/x/tools/go/ssa"
)

// A function is the text of one SSA function in the making.
type function struct {
	*builder
	ssa *ssa.Function

	head, tail string  // what stands around the lines
	lines      []line  // the body
	vars       []local // its variables
	regs       map[ssa.Value]string
	captured   map[*ssa.Global]string      // session variables that a literal has been given by pointer
	promoted   map[ssa.Value]ssa.Value     // unexported fields of native structs -> the struct
	tuples     map[ssa.Value]int           // tuple -> its first variable
	temps      map[string]string           // type -> variable for short uses
	lvals      map[ssa.Value]string        // addresses that are folded: the variable they point to
	operands   map[string]string           // type text of a struct -> the variable that points to the one for channel statements
	hoisted    map[*ssa.Alloc]string       // result cells of a protected function
	cells      []string                    // for a protected function: where each result goes, "" if it is there already
	tests      map[check][]*ssa.BasicBlock // index checks and nil checks made so far
	used       map[int]bool                // labels that something jumps to
	order      []*ssa.BasicBlock
	block      *ssa.BasicBlock
	protected  bool

	switches map[*ssa.TypeAssert]*typeSwitch // tests that belong to a type switch
	tagTests map[ssa.Value]string            // the condition that stands for such a test
	fetched  map[ssa.Value]bool              // tests whose value is fetched at the start of a block
	atStart  map[*ssa.BasicBlock][]fetch     // statements that a block begins with

	mapOps    map[*ssa.BinOp]bool // operations that are emitted with the store into a map
	mapStores map[*ssa.MapUpdate]*ssa.BinOp

	loops    []*loop                                  // inner ones first
	slices   map[rowKey]*ssa.UnOp                     // slices that have been loaded and cannot have changed
	slicesAt map[*ssa.BasicBlock]map[rowKey]*ssa.UnOp // the same at the ends of blocks
	sameAs   map[ssa.Value]*ssa.UnOp                  // loads that give what an earlier one gave
	rowOf    map[ssa.Value]*ssa.UnOp                  // loads that are done before a loop -> the first of those that give the same

	pend     map[ssa.Value]string // values that are written where they are used
	pendLoad map[ssa.Value]bool   // those that read memory
	pendList []ssa.Value
	pendCall ssa.Value               // a call whose text is not written yet, or an expression that holds one
	pendLeft ssa.Value               // the same, to be done before pendCall
	sawCall  ssa.Value               // of these, what is in the expression being put together
	faultAt  map[ssa.Value]token.Pos // where pending values that may fault are in the source
	faultPos token.Pos               // of such a value in the line being put together
	sawLoad  bool
	spreads  map[ssa.Value]*spread // arrays and slices made for variadic calls
}

// A line is one statement of the text, or a mark for one that is completed later.
type line struct {
	text  string
	place int
	site  *site
}

// A local is a variable of a function. In the text it is a token (local.token) until variables share slots.
type local struct {
	name, typ string
}

func (b *builder) newFunction(fn *ssa.Function) *function {
	return &function{builder: b, ssa: fn, regs: map[ssa.Value]string{}, tuples: map[ssa.Value]int{}, captured: map[*ssa.Global]string{}, promoted: map[ssa.Value]ssa.Value{}, temps: map[string]string{}, lvals: map[ssa.Value]string{}, hoisted: map[*ssa.Alloc]string{}, operands: map[string]string{},
		tests: map[check][]*ssa.BasicBlock{}, used: map[int]bool{}, rowOf: map[ssa.Value]*ssa.UnOp{}, sameAs: map[ssa.Value]*ssa.UnOp{}, slicesAt: map[*ssa.BasicBlock]map[rowKey]*ssa.UnOp{}, mapOps: map[*ssa.BinOp]bool{}, mapStores: map[*ssa.MapUpdate]*ssa.BinOp{}, tagTests: map[ssa.Value]string{}, fetched: map[ssa.Value]bool{}, atStart: map[*ssa.BasicBlock][]fetch{}, pend: map[ssa.Value]string{}, pendLoad: map[ssa.Value]bool{}, faultAt: map[ssa.Value]token.Pos{}}
}

// function emits fn under the name that it has been given.
func (b *builder) function(fn *ssa.Function) {
	if fn.TypeParams().Len() > 0 && len(fn.TypeArgs()) == 0 {
		return // a generic function itself: only its instances run
	}
	b.fn, b.pos = fn, fn.Pos()
	reorder(fn)
	f := b.newFunction(fn)
	f.protected = hasDefer(fn)
	var free, params []string
	for k, v := range fn.FreeVars {
		f.regs[v] = fmt.Sprintf("c%d", k)
		free = append(free, f.regs[v]+" "+b.ty(v.Type()))
	}
	for k, v := range fn.Params {
		f.regs[v] = fmt.Sprintf("p%d", k)
		params = append(params, f.regs[v]+" "+b.ty(v.Type()))
	}
	for k, g := range b.captures(fn) {
		f.captured[g] = fmt.Sprintf("g%d", k)
		free = append(free, f.captured[g]+" "+b.ty(g.Type()))
	}
	res := b.results(fn.Signature.Results())
	name := b.names[fn]
	b.unit.Funcs = append(b.unit.Funcs, unit.Func{Text: name, Go: b.goName(fn), Synthetic: isWrapper(fn)})
	open, end := f.forwardCheck(name, params, res), ""
	if f.protected {
		cells, vals := f.resultCells()
		open += cells + "\tguest.Protect(func(fr *guest.Frame) {\n"
		end = "\t})\n" + vals
	}
	f.body(fn.Blocks)
	if b.bound[fn] {
		f.head, f.tail = boundMaker(name, free, params, open, end)
	} else if len(free) > 0 {
		f.head = fmt.Sprintf("func %s(%s) func(%s)%s {\n\treturn func(%s)%s {\n%s", name, strings.Join(free, ", "), strings.Join(typesOf(params), ", "), res, strings.Join(params, ", "), res, open)
		f.tail = end + "\t}\n}\n"
	} else {
		f.head = fmt.Sprintf("func %s(%s)%s {\n%s", name, strings.Join(params, ", "), res, open)
		f.tail = end + "}\n"
	}
	b.done = append(b.done, f)
	b.fn = nil
}

// typesOf are the types of "name type" pairs.
func typesOf(params []string) []string {
	var r []string
	for _, p := range params {
		_, t, _ := strings.Cut(p, " ")
		r = append(r, t)
	}
	return r
}

// hasDefer reports whether fn has deferred calls of its own (a range-over-func body defers in the function around it).
func hasDefer(fn *ssa.Function) bool {
	if fn.Recover != nil {
		return true
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Defer:
				if in.DeferStack == nil {
					return true
				}
			case *ssa.Call:
				if bi, ok := in.Call.Value.(*ssa.Builtin); ok && bi.Name() == "ssa:deferstack" {
					return true
				}
			}
		}
	}
	return false
}

// resultCells makes the results of a function with defers into cells, since deferred calls may change them
// and a recovered panic returns what is in them. It gives the declarations and the final return.
func (f *function) resultCells() (cells, ret string) {
	var d strings.Builder
	cell := func(n, t string) { fmt.Fprintf(&d, "\tvar %s *%s\n\t%s = new(%s)\n", n, t, n, t) }
	named := map[int]string{} // result -> the variable that the recover block reads
	if f.ssa.Recover != nil {
		for _, in := range f.ssa.Recover.Instrs {
			switch in := in.(type) {
			case *ssa.UnOp:
				if a, ok := in.X.(*ssa.Alloc); ok && in.Op == token.MUL && f.hoisted[a] == "" {
					f.hoisted[a] = fmt.Sprintf("h%d", len(f.hoisted))
					cell(f.hoisted[a], f.ty(a.Type().(*types.Pointer).Elem()))
				}
			case *ssa.Return:
				for k, v := range in.Results {
					if u, ok := v.(*ssa.UnOp); ok {
						if a, ok := u.X.(*ssa.Alloc); ok {
							named[k] = f.hoisted[a]
						}
					}
				}
			}
		}
	}
	var vals []string
	for k, r := range tuple(f.ssa.Signature.Results()) {
		n := named[k]
		f.cells = append(f.cells, "")
		if n == "" {
			n = fmt.Sprintf("r%d", k)
			cell(n, f.ty(r))
			f.cells[k] = n
		}
		vals = append(vals, "*"+n)
	}
	if len(vals) > 0 {
		ret = "\treturn " + strings.Join(vals, ", ") + "\n"
	}
	return d.String(), ret
}

// p adds a statement.
func (f *function) p(format string, args ...any) {
	f.flushCall(nil)
	s := fmt.Sprintf("\t"+format, args...)
	if strings.Contains(s, "guest.Panic") || strings.Contains(s, "guest.Check") {
		f.settleFaults() // what may panic before it
	}
	f.line(s)
}

func (f *function) line(s string) {
	l := line{text: s}
	if strings.ContainsAny(s, "([/%") { // what can call or panic shows in traces
		l.place = f.place()
		if f.faultPos.IsValid() { // an operation that is folded into the line
			l.place = f.placeAt(f.faultPos, f.ssa)
			f.faultPos = token.NoPos
		}
	}
	f.lines = append(f.lines, l)
}

// variable adds a variable of type text typ.
func (f *function) variable(typ string) string {
	n := tokenOf(len(f.vars))
	f.vars = append(f.vars, local{n, typ})
	return n
}

// reg is the variable of value v.
func (f *function) reg(v ssa.Value) string {
	n, ok := f.regs[v]
	if !ok {
		n = f.variable(f.ty(v.Type()))
		f.regs[v] = n
	}
	return n
}

// element is the variable of element k of tuple v.
func (f *function) element(v ssa.Value, k int) string {
	base, ok := f.tuples[v]
	if !ok {
		base = len(f.vars)
		f.tuples[v] = base
		for _, t := range tuple(v.Type().(*types.Tuple)) {
			f.variable(f.ty(t))
		}
	}
	return tokenOf(base + k)
}

func (f *function) elements(v ssa.Value) []string {
	var r []string
	for k := range v.Type().(*types.Tuple).Len() {
		r = append(r, f.element(v, k))
	}
	return r
}

// temp is a variable shared by all short uses at one type.
func (f *function) temp(typ string) string {
	n, ok := f.temps[typ]
	if !ok {
		n = f.variable(typ)
		f.temps[typ] = n
	}
	return n
}

// slotOf is a variable that holds x, to take its address or to mention it twice.
func (f *function) slotOf(x string, t types.Type) string {
	if isVariable(x) {
		return x
	}
	n := f.variable(f.ty(t))
	f.p("%s = %s", n, bare(x))
	return n
}

func (f *function) slot(v ssa.Value) string { return f.slotOf(f.val(v), v.Type()) }
