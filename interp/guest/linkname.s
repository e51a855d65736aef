// This file makes the compiler accept the declarations without bodies that
// go:linkname binds to the standard library.
