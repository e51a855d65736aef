package guest

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"database/sql"
	"database/sql/driver"
	"hash"
	"hash/maphash"
	"reflect"
	_ "unsafe" // for linkname
)

// What stands in for generic functions and methods of compiled packages, which have no
// body that could be called by name: each takes as interfaces what the type parameters were.

// MaphashComparable is maphash.Comparable of the value in x.
func MaphashComparable(seed maphash.Seed, x any) uint64 { return maphash.Comparable(seed, x) }

// MaphashWrite is maphash.WriteComparable of the value in x.
func MaphashWrite(h *maphash.Hash, x any) { maphash.WriteComparable(h, x) }

// HKDFExtract is hkdf.Extract.
func HKDFExtract(h func() hash.Hash, secret, salt []byte) ([]byte, error) {
	return hkdf.Extract(h, secret, salt)
}

// HKDFExpand is hkdf.Expand.
func HKDFExpand(h func() hash.Hash, key []byte, info string, n int) ([]byte, error) {
	return hkdf.Expand(h, key, info, n)
}

// HKDFKey is hkdf.Key.
func HKDFKey(h func() hash.Hash, secret, salt []byte, info string, n int) ([]byte, error) {
	return hkdf.Key(h, secret, salt, info, n)
}

// PBKDF2Key is pbkdf2.Key.
func PBKDF2Key(h func() hash.Hash, password string, salt []byte, iter, n int) ([]byte, error) {
	return pbkdf2.Key(h, password, salt, iter, n)
}

// SQLAssign is what the Scan method of sql.Null does with a value that is not null.
func SQLAssign(dest, src any) error { return convertAssign(dest, src) }

// convertAssign is on package sql's list of names that outside packages use.
//
//go:linkname convertAssign database/sql.convertAssign
func convertAssign(dest, src any) error

// SQLValue is what the Value method of sql.Null does with a value that is not null.
func SQLValue(v any) (driver.Value, error) {
	// sql.Null itself holds the rules (a nil pointer whose Value has a value receiver is null)
	return sql.Null[any]{V: v, Valid: true}.Value()
}

// CloneMap is maps.Clone for a map of any type.
func CloneMap(m any) any {
	v := reflect.ValueOf(m)
	if !v.IsValid() || v.IsNil() {
		return m
	}
	n := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		n.SetMapIndex(it.Key(), it.Value())
	}
	return n.Interface()
}
