package forge

import (
	"encoding/binary"
	"go/token"
	"unsafe"
)

// A fieldName is everything that a name in a descriptor carries.
type fieldName struct {
	name, tag, pkg     string
	exported, embedded bool
}

// makeName encodes a name as the compiler does: a byte of flags, then name, tag (each after its
// length as a varint) and the offset of the package path.
func (w *World) makeName(f fieldName) abiName {
	if n, ok := w.fields[f]; ok {
		return n
	}
	var flags byte
	if f.exported {
		flags |= 1 << 0
	}
	if f.tag != "" {
		flags |= 1 << 1
	}
	if f.pkg != "" {
		flags |= 1 << 2
	}
	if f.embedded {
		flags |= 1 << 3
	}
	b := append(make([]byte, 0, len(f.name)+len(f.tag)+12), flags)
	b = binary.AppendUvarint(b, uint64(len(f.name)))
	b = append(b, f.name...)
	if f.tag != "" {
		b = binary.AppendUvarint(b, uint64(len(f.tag)))
		b = append(b, f.tag...)
	}
	if f.pkg != "" {
		b = binary.NativeEndian.AppendUint32(b, uint32(w.nameOff(f.pkg)))
	}
	n := abiName{&b[0]}
	w.fields[f] = n
	return n
}

// nameOff is the offset of a plain name: a package path or a type's string.
func (w *World) nameOff(s string) int32 {
	if len(w.names) == 0 {
		// The first offset that the table gives away is -1, which means "unreachable method" in a method table: nobody may get it.
		addReflectOff(unsafe.Pointer(w.makeName(fieldName{name: "_"}).bytes))
	}
	off, ok := w.names[s]
	if !ok {
		off = addReflectOff(unsafe.Pointer(w.makeName(fieldName{name: s, exported: true}).bytes))
		w.names[s] = off
	}
	return off
}

// methodName is the offset of a method's name; an unexported one carries its package.
func (w *World) methodName(name, pkg string) int32 {
	if token.IsExported(name) {
		pkg = ""
	}
	n := w.makeName(fieldName{name: name, pkg: pkg, exported: token.IsExported(name)})
	return addReflectOff(unsafe.Pointer(n.bytes)) // the same offset for the same address
}
