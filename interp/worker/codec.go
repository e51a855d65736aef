package worker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
)

// The two ends of the pipe are one program, so messages need no schema: a value is
// written field by field. Integers are varints, strings and slices come after their length, a pointer
// after a byte that says whether it is nil. There are no maps and no interfaces.

// encode appends the encoding of v.
func encode(b []byte, v any) []byte {
	r := reflect.ValueOf(v)
	return coderOf(r.Type()).put(b, r)
}

// decode reads a value of p's element type, which must take up all of b.
func decode(b []byte, p any) (err error) {
	d := &decoder{b: b}
	r := reflect.ValueOf(p).Elem()
	coderOf(r.Type()).get(d, r)
	switch {
	case d.err != nil:
		return fmt.Errorf("reading a %s: %w", r.Type(), d.err)
	case len(d.b) != 0:
		return fmt.Errorf("reading a %s: %d bytes too many", r.Type(), len(d.b))
	}
	return nil
}

type decoder struct {
	b   []byte
	err error
}

var errShort = errors.New("the message is cut off")

func (d *decoder) fail() { d.b, d.err = nil, errShort }

func (d *decoder) uvarint() uint64 {
	x, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return x
}

func (d *decoder) varint() int64 {
	x, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return x
}

// length reads a count of things that take at least size bytes each.
func (d *decoder) length(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.b)/max(size, 1)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

// coder writes and reads one type.
type coder struct {
	put func([]byte, reflect.Value) []byte
	get func(*decoder, reflect.Value)
}

// coders are made once for each type; a type is in the map when its coder is whole.
var (
	coders   sync.Map // reflect.Type -> *coder
	coderMu  sync.Mutex
	unbuilt  = map[reflect.Type]*coder{} // a recursive type finds itself here
	buildDep int
)

func coderOf(t reflect.Type) *coder {
	if c, ok := coders.Load(t); ok {
		return c.(*coder)
	}
	coderMu.Lock()
	defer coderMu.Unlock()
	return buildCoder(t)
}

// buildCoder makes the coder of t and of all types in it; coderMu is held.
func buildCoder(t reflect.Type) *coder {
	if c, ok := coders.Load(t); ok {
		return c.(*coder)
	}
	if c := unbuilt[t]; c != nil {
		return c
	}
	c := &coder{}
	unbuilt[t] = c
	buildDep++
	*c = *makeCoder(t)
	if buildDep--; buildDep == 0 {
		for t, c := range unbuilt {
			coders.Store(t, c)
		}
		clear(unbuilt)
	}
	return c
}

func makeCoder(t reflect.Type) *coder {
	switch t.Kind() {
	case reflect.Bool:
		return &coder{
			func(b []byte, v reflect.Value) []byte {
				if v.Bool() {
					return append(b, 1)
				}
				return append(b, 0)
			},
			func(d *decoder, v reflect.Value) { v.SetBool(d.byte() != 0) },
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &coder{
			func(b []byte, v reflect.Value) []byte { return binary.AppendVarint(b, v.Int()) },
			func(d *decoder, v reflect.Value) { v.SetInt(d.varint()) },
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return &coder{
			func(b []byte, v reflect.Value) []byte { return binary.AppendUvarint(b, v.Uint()) },
			func(d *decoder, v reflect.Value) { v.SetUint(d.uvarint()) },
		}
	case reflect.Float32, reflect.Float64:
		return &coder{
			func(b []byte, v reflect.Value) []byte { return binary.AppendUvarint(b, math.Float64bits(v.Float())) },
			func(d *decoder, v reflect.Value) { v.SetFloat(math.Float64frombits(d.uvarint())) },
		}
	case reflect.String:
		return &coder{
			func(b []byte, v reflect.Value) []byte {
				s := v.String()
				return append(binary.AppendUvarint(b, uint64(len(s))), s...)
			},
			func(d *decoder, v reflect.Value) {
				n := d.length(1)
				v.SetString(string(d.b[:n]))
				d.b = d.b[n:]
			},
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &coder{
				func(b []byte, v reflect.Value) []byte {
					return append(binary.AppendUvarint(b, uint64(v.Len())), v.Bytes()...)
				},
				func(d *decoder, v reflect.Value) {
					n := d.length(1)
					v.SetBytes(append([]byte(nil), d.b[:n]...))
					d.b = d.b[n:]
				},
			}
		}
		elem := buildCoder(t.Elem())
		return &coder{
			func(b []byte, v reflect.Value) []byte {
				n := v.Len()
				b = binary.AppendUvarint(b, uint64(n))
				for i := range n {
					b = elem.put(b, v.Index(i))
				}
				return b
			},
			func(d *decoder, v reflect.Value) {
				n := d.length(1)
				if n == 0 {
					return
				}
				s := reflect.MakeSlice(t, n, n)
				for i := range n {
					elem.get(d, s.Index(i))
				}
				v.Set(s)
			},
		}
	case reflect.Pointer:
		elem := buildCoder(t.Elem())
		return &coder{
			func(b []byte, v reflect.Value) []byte {
				if v.IsNil() {
					return append(b, 0)
				}
				return elem.put(append(b, 1), v.Elem())
			},
			func(d *decoder, v reflect.Value) {
				if d.byte() != 0 {
					p := reflect.New(t.Elem())
					elem.get(d, p.Elem())
					v.Set(p)
				}
			},
		}
	case reflect.Struct:
		var fields []*coder
		for i := range t.NumField() {
			fields = append(fields, buildCoder(t.Field(i).Type))
		}
		return &coder{
			func(b []byte, v reflect.Value) []byte {
				for i, f := range fields {
					b = f.put(b, v.Field(i))
				}
				return b
			},
			func(d *decoder, v reflect.Value) {
				for i, f := range fields {
					f.get(d, v.Field(i))
				}
			},
		}
	}
	panic("worker: no encoding for " + t.String())
}
