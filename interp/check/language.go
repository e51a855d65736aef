package check

// help is what is said about a predeclared name.
type help struct{ sig, doc string }

// builtins are the predeclared functions.
var builtins = map[string]help{
	"append":  {"func(slice []T, elems ...T) []T", "Appends elements to a slice and returns the new slice, in a new array if the old one has no room. The result must be used: s = append(s, x)."},
	"cap":     {"func(v Type) int", "The capacity of an array, slice or channel: for a channel, how many values its buffer holds. A nil slice or channel has 0."},
	"clear":   {"func(t Type)", "Deletes all entries of a map, or sets all elements of a slice to zero values."},
	"close":   {"func(c chan<- T)", "Closes a channel: no more values can be sent, receivers get what is left and then zero values. Only the sender should close. Closing a closed or nil channel panics; so does sending on a closed one."},
	"complex": {"func(r, i FloatType) ComplexType", "Makes a complex number of its real and imaginary parts."},
	"copy":    {"func(dst, src []T) int", "Copies elements from one slice to another, as many as fit, and returns their number. src may be a string if dst is a []byte. The slices may overlap."},
	"delete":  {"func(m map[K]V, key K)", "Deletes the entry with this key from a map. It does nothing if there is none, or if m is nil."},
	"imag":    {"func(c ComplexType) FloatType", "The imaginary part of a complex number."},
	"len":     {"func(v Type) int", "The length of an array, slice, string (in bytes), map, or of what is in a channel's buffer. nil has 0."},
	"make":    {"func(t Type, size ...int) Type", "Makes a slice, map or channel: make([]T, length, capacity), make(map[K]V, room), make(chan T, buffer). A channel without a buffer makes sender and receiver wait for each other."},
	"max":     {"func(x T, y ...T) T", "The largest of its arguments. If one is NaN, the result is NaN."},
	"min":     {"func(x T, y ...T) T", "The smallest of its arguments. If one is NaN, the result is NaN."},
	"new":     {"func(Type or value) *Type", "Makes a variable and returns its address: of the zero value of a type, or of a value (Go 1.26)."},
	"panic":   {"func(v any)", "Stops the function, runs its deferred calls, then those of its callers, up to the top of the goroutine, where it ends the program, unless a deferred function calls recover."},
	"print":   {"func(args ...Type)", "Writes its arguments to standard error. For bootstrapping and debugging; use fmt.Print."},
	"println": {"func(args ...Type)", "Writes its arguments to standard error with spaces between and a newline after. For bootstrapping and debugging; use fmt.Println."},
	"real":    {"func(c ComplexType) FloatType", "The real part of a complex number."},
	"recover": {"func() any", "Called directly by a deferred function, it stops a panic of this goroutine and returns its value. Elsewhere it returns nil. It cannot stop the panic of another goroutine."},
}

// universeDocs are the predeclared types and constants.
var universeDocs = map[string]string{
	"any": "An alias for interface{}: any value.", "bool": "true or false.", "byte": "An alias for uint8.",
	"comparable": "A constraint: types whose values can be compared with == and !=.", "complex128": "A complex number of two float64.",
	"complex64": "A complex number of two float32.", "error": "The interface of errors: Error() string. nil means no error.",
	"false": "The untyped boolean false.", "float32": "A 32-bit floating-point number (IEEE 754).", "float64": "A 64-bit floating-point number (IEEE 754).",
	"int": "A signed integer of at least 32 bits; 64 on 64-bit machines.", "int16": "A signed 16-bit integer.", "int32": "A signed 32-bit integer.",
	"int64": "A signed 64-bit integer.", "int8": "A signed 8-bit integer.", "iota": "In a const group, the number of the line: 0, 1, 2, ...",
	"rune": "An alias for int32: a Unicode code point.", "string": "A sequence of bytes that cannot be changed, usually UTF-8 text.",
	"true": "The untyped boolean true.", "uint": "An unsigned integer of the size of int.", "uint16": "An unsigned 16-bit integer.",
	"uint32": "An unsigned 32-bit integer.", "uint64": "An unsigned 64-bit integer.", "uint8": "An unsigned 8-bit integer.",
	"uintptr": "An unsigned integer that can hold a pointer's bits.",
}

// keywordHelp is what is said about keywords.
var keywordHelp = map[string]string{
	"break":       "break leaves the innermost for, switch or select. With a label, the labelled one: inside `for { select { ... } }`, a plain break leaves only the select.",
	"case":        "A case of a switch or select.",
	"chan":        "chan T is the type of channels that carry values of T; chan<- T can only be sent to, <-chan T only received from. Make one with make(chan T, buffer).",
	"const":       "Declares constants.",
	"continue":    "continue begins the next turn of the innermost for, or of the labelled one.",
	"default":     "The case that is taken when no other one is. In a select it is taken at once when no channel is ready: the select does not wait.",
	"defer":       "defer f(x) evaluates f and x now and makes the call when the function ends, also when it panics. The last deferred call runs first.",
	"else":        "The other branch of an if.",
	"fallthrough": "Goes on with the next case of a switch, without testing it.",
	"for":         "The loop: `for {}`, `for cond {}`, `for init; cond; post {}`, `for i, v := range x {}`, `for i := range n {}`. Each turn has its own loop variables.",
	"func":        "Declares a function or method, or makes a function value.",
	"go":          "go f(x) evaluates f and x now and runs the call in a new goroutine, at the same time as what follows. Nobody waits for it, and its results are dropped. Use a sync.WaitGroup or a channel to wait.",
	"goto":        "Goes on at a label of the same function.",
	"if":          "if cond {} else {}, with an optional statement before: if v, ok := m[k]; ok {}.",
	"import":      "Makes packages known. Cells know the standard library without it.",
	"interface":   "An interface type: what methods a value has. Every type that has them implements it.",
	"map":         "map[K]V maps keys to values. Not safe for use by several goroutines when one of them writes: guard it with a sync.Mutex.",
	"package":     "Says which package a file belongs to. A cell that begins with `package main` is a whole program: its main runs once.",
	"range":       "for i, v := range x goes over arrays, slices, strings, maps, integers and functions; over a channel, it receives until the channel is closed.",
	"return":      "Ends the function, with its results.",
	"select":      "select waits until one of its sends or receives can go on and does that one; if several can, one at random. With a default case it does not wait. `select {}` waits for ever.",
	"struct":      "A struct type: named fields side by side.",
	"switch":      "switch x {} compares x with the cases from top to bottom; switch v := x.(type) {} asks for the type of an interface's value. Cases do not fall through.",
	"type":        "Declares a type: type T struct { ... }, or an alias: type T = U.",
	"var":         "Declares variables. Without a value they are zero.",
}

// keywordAnchor is where the specification explains a keyword.
var keywordAnchor = map[string]string{
	"break": "Break_statements", "case": "Switch_statements", "chan": "Channel_types", "const": "Constant_declarations", "continue": "Continue_statements",
	"default": "Switch_statements", "defer": "Defer_statements", "else": "If_statements", "fallthrough": "Fallthrough_statements", "for": "For_statements",
	"func": "Function_declarations", "go": "Go_statements", "goto": "Goto_statements", "if": "If_statements", "import": "Import_declarations",
	"interface": "Interface_types", "map": "Map_types", "package": "Package_clause", "range": "For_range", "return": "Return_statements",
	"select": "Select_statements", "struct": "Struct_types", "switch": "Switch_statements", "type": "Type_declarations", "var": "Variable_declarations",
}
