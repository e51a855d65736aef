package interp

import (
	"context"
	"fmt"

	"gokernel/interp/cell"
	"gokernel/interp/check"
	"gokernel/interp/worker"
)

// IsComplete says whether code can run as it stands.
func (s *Session) IsComplete(code string) Completeness {
	status, indent := cell.Completeness(code)
	return Completeness{Status: status, Indent: indent}
}

// Variables lists the session's variables with their values as they are now.
func (s *Session) Variables(ctx context.Context) ([]Variable, error) {
	infos := s.prog.Variables()
	var slots []string
	s.compiling.Lock()
	byName := map[string]check.VariableInfo{}
	for _, v := range infos {
		if slot, ok := s.compiler.GlobalName(v.Var); ok {
			byName[v.Name] = v
			slots = append(slots, slot)
		}
	}
	s.compiling.Unlock()
	vs, err := s.proc.Variables(ctx, slots)
	if err != nil {
		return nil, fmt.Errorf("reading variables: %w", err)
	}
	var r []Variable
	for _, v := range vs { // those whose slot there is
		if info, ok := byName[v.Name]; ok {
			r = append(r, Variable{Name: info.Name, Type: info.Type, Value: v.Value, Ref: v.Ref, Len: v.Len, Cap: v.Cap})
		}
	}
	return r, nil
}

// Children lists what is inside the variable (field, element, entry) with reference ref.
func (s *Session) Children(ctx context.Context, ref int) ([]Variable, error) {
	vs, err := s.proc.Children(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("reading inside a variable: %w", err)
	}
	return variables(vs), nil
}

func variables(vs []worker.Variable) []Variable {
	r := make([]Variable, len(vs))
	for i, v := range vs {
		r[i] = Variable(v)
	}
	return r
}
