package symbols

// LeftOut reports whether the standard library has a package at path that cells cannot
// import: it acts when it is imported, or makes no sense inside a running program.
func LeftOut(path string) bool {
	switch path {
	case "expvar", "net/http/pprof", "plugin", "runtime/cgo", "runtime/race", "time/tzdata":
		return true
	}
	return false
}
