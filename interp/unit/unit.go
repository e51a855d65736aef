// Package unit is what crosses the pipe from the compiler to the worker: core
// text for yaegi together with the tables that text refers to. It is plain
// data: no behaviour, nothing of go/types, nothing of reflect.
//
// A TypeID, an Op name and a Place number are unique in a session and mean the
// same in every later unit; a unit carries only what is new in it. After a
// restart of the worker the kept units are loaded again in their old order.
package unit

// Unit is one compiled cell (or a part of one).
type Unit struct {
	Cell    int      // execution count of the cell, as positions show it
	Imports []Import // native packages that the text mentions for the first time
	Types   []Type   // new types, in any order; they may refer to each other
	Ops     []Op     // new native operations of package P
	Consts  []Const  // new constants held in interfaces, package P
	RTypes  []RType  // new reflect.Type values, package P
	Places  []Place  // new places, for panics, spawn sites and channel operations
	Lines   []int32  // place of each line of Text (Lines[0] is line 1), 0 for none: what traces show
	Funcs   []Func   // functions of Text under the names that traces show
	Text    string   // core text: declarations only
	Vars    []Var    // session variables that Text declares
	Binds   []Bind   // methods of forged types and the functions that are their bodies
	Init    []string // functions of Text to call once when the unit is loaded, also on replay
	Run     []string // functions of Text that are the cell: called once, never on replay
	Forget  []string // top-level names that no later text will mention
	Keep    bool     // must be loaded again after a restart
	Plugin  *Plugin  // native code that the text calls, nil for none
}

// Func is a function of a text. Synthetic ones (wrappers, makers, thunks) do not show in traces
// and do not count for recover.
type Func struct {
	Text      string // name in the text
	Go        string // main.worker, main.(*T).M, main.main.func1
	Synthetic bool
}

// Var is a session variable: the worker shows its value without any text (a bare `x`, the variables view).
type Var struct {
	Slot string // name in the text
	Name string // as the user wrote it
	Type TypeID // its exact type
}

// Plugin is a file of native code (buildmode plugin) that stands as the package at Path.
type Plugin struct {
	File, Path string
	Places     []int    // numbers of the places that the code names by their index
	Vars       []string // slots of the session variables that the code reaches
	Asks       []Ask    // types that it asks interface values for
	Words      []Word   // types that it makes interface values of
}

// Ask is the type To that a value of interface type From is asked for.
type Ask struct{ From, To TypeID }

// Word is what an interface value of type Iface says of a value of type Type.
type Word struct{ Type, Iface TypeID }

// Import is a native package under the name the text uses for it.
type Import struct{ Name, Path string }

// TypeID names a type of the session's table; 0 is no type.
type TypeID int32

// Kind is a type's kind; values are those of reflect.Kind, and Native.
type Kind uint8

// Native is a type of a compiled package, found by its symbol.
const Native Kind = 100

// Type describes one source type exactly enough to forge its two run-time
// forms: Out (exact, seen only inside interface values) and In (what core text
// declares: all fields exported, nothing embedded, no methods).
type Type struct {
	ID       TypeID
	Kind     Kind
	Native   string // Kind Native: "time.Duration" as path + "." + name; of a variable that has the type if it is unexported ("encoding/binary.BigEndian")
	Name     string // named types: what reflect's String shows, "main.Pair[int]"; "" if unnamed
	PkgPath  string // of named types and of structs with unexported fields
	In       string // the name core text uses for its In form in package P, "" if it needs none
	Elem     TypeID // pointer, slice, array, map, chan
	Key      TypeID // map
	Len      int64  // array
	Dir      uint8  // chan, as reflect.ChanDir
	Fields   []Field
	Params   []TypeID // func
	Results  []TypeID // func
	Variadic bool
	Methods  []Method // of an interface; or the method set of T (value receivers, promoted ones too)
	PtrSet   []Method // method set of *T
	Cell     int      // named session types: the cell that declares it
	Replaces TypeID   // earlier forged version of the same source type (a method was added): its values still are of this type
}

// Field is a struct field; InName is its name in the In form.
type Field struct {
	Name, PkgPath, InName, Tag string
	Type                       TypeID
	Embedded                   bool
}

// Method is a method of a method set or interface. Sig has no receiver.
type Method struct {
	Name, PkgPath string // PkgPath "" if exported
	Sig           TypeID
}

// Bind gives a method of a forged type its body. Word takes the receiver as an
// interface's data word holds it, Value takes it by value; both name functions of a text.
type Bind struct {
	Type    TypeID
	Ptr     bool // method of *T
	Name    string
	PkgPath string
	Word    string
	Value   string
	Any     string // func(p unsafe.Pointer, args) for calls whose receiver type the text does not know
}

// Op is a native unary operation `*P.Name(unsafe.Pointer(&x))`, run by yaegi's conversion hook (Do chan: `P.Name(a)`).
type Op struct {
	Name string
	Do   string // make, must, as, change, data, word, tag, cast, method, chan (see package forge)
	From TypeID
	To   TypeID
	// Method and MethodPkg: for tag and method, the interface method that is dispatched.
	Method, MethodPkg string
	// Cases are the types that a tag knows, by their number in the text.
	Cases []Case
	// A chan operation works on a struct with fields C0, V0, C1, V1 ..., N, Ok (see guest.ChanStmt), the In form
	// of From: `q = P.Name(a)` with a pointer a to it. It stands for one statement at Place.
	Place    int
	Select   bool // it has N
	Blocking bool // a select without default
	Chans    []ChanCase
}

// ChanCase is one case of a chan operation; Type is the channel's exact type, 0 for that of the field.
type ChanCase struct {
	Send bool
	Type TypeID
}

// Case is one arm of a dispatch.
type Case struct {
	Type TypeID
	Ptr  bool
	N    int
}

// Const is a constant of a basic type held in an interface: Value is its exact text
// (strconv for numbers and bools, the bytes for strings; real and imaginary part parted by a space).
type Const struct {
	Name  string
	Type  TypeID // dynamic type
	Iface TypeID // interface type
	Value string
}

// RType is a variable of type reflect.Type in package P.
type RType struct {
	Name string
	Type TypeID
}

// Place is a source position that run-time messages name.
type Place struct {
	ID   int
	Cell int
	Line int
	Col  int
	Func string // as Go's traces show it: main.worker, main.main.func1
	What string // for operations that can block: the operand as written, `results` in `results <- x`
}
