package compile

// Native functions that block, end the program or look at goroutines are called in package
// guest instead, where they can be stopped, seen and counted. Each takes the place of the
// call before the arguments (the receiver first).

import "golang.org/x/tools/go/ssa"

// redirects maps the full name of a native function to its name in package guest.
var redirects = map[string]string{
	"runtime.Goexit": "Goexit",
}

// redirectedVariables maps a native variable that is read to a function of package guest.
var redirectedVariables = map[string]string{}

// redirectVariable is the call that gives the value of native variable g, "" if it is read as it is.
func (f *function) redirectVariable(g *ssa.Global) string {
	if to, ok := redirectedVariables[g.Pkg.Pkg.Path()+"."+g.Name()]; ok {
		return "guest." + to + "()"
	}
	return ""
}
