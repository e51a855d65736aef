package check

import "go/types"

// TypeOf is the session's type that corresponds to t, a type of other go/types objects for the same declarations; nil
// if the session has none, as for a type that a function declares.
func (p *Program) TypeOf(t types.Type) types.Type {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := counterpart{p: p}
	r := c.of(t)
	if c.lost {
		return nil
	}
	return r
}

type counterpart struct {
	p    *Program
	lost bool
}

func (c *counterpart) of(t types.Type) types.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t
	case *types.Named:
		return c.named(t)
	case *types.Pointer:
		return types.NewPointer(c.of(t.Elem()))
	case *types.Slice:
		return types.NewSlice(c.of(t.Elem()))
	case *types.Array:
		return types.NewArray(c.of(t.Elem()), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), c.of(t.Elem()))
	case *types.Map:
		return types.NewMap(c.of(t.Key()), c.of(t.Elem()))
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, c.tuple(t.Params()), c.tuple(t.Results()), t.Variadic())
	case *types.Struct:
		var fs []*types.Var
		var tags []string
		for i := range t.NumFields() {
			f := t.Field(i)
			fs, tags = append(fs, types.NewField(f.Pos(), c.pkg(f.Pkg()), f.Name(), c.of(f.Type()), f.Embedded())), append(tags, t.Tag(i))
		}
		return types.NewStruct(fs, tags)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return t
		}
		var ms []*types.Func
		for m := range t.Methods() {
			sig, _ := c.of(m.Signature()).(*types.Signature)
			ms = append(ms, types.NewFunc(m.Pos(), c.pkg(m.Pkg()), m.Name(), sig))
		}
		return types.NewInterfaceType(ms, nil).Complete()
	}
	c.lost = true
	return types.Typ[types.Invalid]
}

func (c *counterpart) tuple(t *types.Tuple) *types.Tuple {
	var vs []*types.Var
	for v := range t.Variables() {
		vs = append(vs, types.NewParam(v.Pos(), c.pkg(v.Pkg()), v.Name(), c.of(v.Type())))
	}
	return types.NewTuple(vs...)
}

// pkg is the session's package in place of another main.
func (c *counterpart) pkg(p *types.Package) *types.Package {
	if p == nil || p.Path() != "main" {
		return p
	}
	return c.p.pkg
}

func (c *counterpart) named(t *types.Named) types.Type {
	o := t.Obj()
	if o.Pkg() == nil {
		return t
	}
	var now types.Object
	if o.Pkg().Path() == "main" {
		if o.Parent() == o.Pkg().Scope() {
			now = c.p.scope[o.Name()]
		}
	} else if pkg, err := c.p.im.Import(o.Pkg().Path()); err == nil {
		now = pkg.Scope().Lookup(o.Name())
	}
	tn, ok := now.(*types.TypeName)
	if !ok {
		c.lost = true
		return types.Typ[types.Invalid]
	}
	if t.TypeArgs().Len() == 0 {
		return tn.Type()
	}
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, c.of(a))
	}
	if c.lost {
		return types.Typ[types.Invalid]
	}
	r, err := types.Instantiate(types.NewContext(), tn.Type(), args, true)
	if err != nil {
		c.lost = true
		return types.Typ[types.Invalid]
	}
	return r
}
