package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"gokernel/interp"
	"gokernel/kernel/wire"
)

// A debugger answers the Debug Adapter Protocol and Jupyter's additions to it
// (spec 5.5, "Debug request") as far as a variables view needs: JupyterLab's
// debugger panel then shows and expands the session's variables. Breakpoints
// are taken from nobody and stepping is declined, in forms that leave the
// panel usable: it reads the bodies of replies without looking at success.
type debugger struct {
	mu      sync.Mutex
	started bool // between initialize and disconnect, for every client
	seq     int
}

// How JupyterLab names a cell's source: prefix, Murmur2 of the code with this
// seed, suffix; it knows no other hash.
const (
	debugHashSeed = 0xc70f6907
	debugSuffix   = ".go"
)

func debugPrefix() string {
	return filepath.Join(os.TempDir(), "gokernel_"+strconv.Itoa(os.Getpid())) + string(filepath.Separator)
}

// debugArguments are the arguments of all commands that are answered.
type debugArguments struct {
	Code               string `json:"code"`
	VariableName       string `json:"variableName"`
	VariablesReference int    `json:"variablesReference"`
	Expression         string `json:"expression"`
}

// debugVariable is a Variable of the Debug Adapter Protocol.
type debugVariable struct {
	Name               string `json:"name"`
	Value              string `json:"value"`
	Type               string `json:"type"`
	EvaluateName       string `json:"evaluateName,omitempty"`
	VariablesReference int    `json:"variablesReference"`
	IndexedVariables   int    `json:"indexedVariables,omitempty"`
}

type object map[string]any

// debugRequest answers one debug_request.
func (k *kernel) debugRequest(ctx context.Context, r *request) (wire.Content, error) {
	req := r.Content.(*wire.DebugRequest)
	reply := wire.DebugReply{Type: "response", RequestSeq: req.Seq, Command: req.Command, Success: true}
	var args debugArguments
	if len(req.Arguments) > 0 {
		if err := json.Unmarshal(req.Arguments, &args); err != nil {
			reply.Success, reply.Message = false, fmt.Sprintf("the arguments of %s: %v", req.Command, err)
		}
	}
	if reply.Success {
		body, err := k.debugCommand(ctx, req.Command, args)
		reply.Body = body
		if err != nil {
			reply.Success, reply.Message = false, err.Error()
		}
	}
	if reply.Body == nil {
		reply.Body = object{}
	}
	k.debug.mu.Lock()
	defer k.debug.mu.Unlock()
	k.debug.seq++
	reply.Seq = k.debug.seq
	return reply, nil
}

// debugCommand carries out one command and gives the body of its response.
func (k *kernel) debugCommand(ctx context.Context, command string, args debugArguments) (body any, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	switch command {
	case "debugInfo":
		return object{
			"isStarted":       k.debug.is(),
			"hashMethod":      "Murmur2",
			"hashSeed":        debugHashSeed,
			"tmpFilePrefix":   debugPrefix(),
			"tmpFileSuffix":   debugSuffix,
			"breakpoints":     []object{},
			"stoppedThreads":  []int{},
			"richRendering":   true,
			"exceptionPaths":  []string{},
			"copyToGlobals":   false,
			"supportedEvents": []string{},
		}, nil
	case "initialize":
		k.debug.set(true)
		return object{"supportsConfigurationDoneRequest": true, "exceptionBreakpointFilters": []object{}}, nil
	case "disconnect", "terminate":
		k.debug.set(false)
		return object{}, nil
	case "attach", "configurationDone", "setExceptionBreakpoints":
		return object{}, nil
	case "dumpCell":
		hash := strconv.FormatUint(uint64(murmur2([]byte(args.Code), debugHashSeed)), 10)
		return object{"sourcePath": debugPrefix() + hash + debugSuffix}, nil
	case "setBreakpoints":
		return object{"breakpoints": []object{}}, nil
	case "threads":
		return object{"threads": []object{}}, nil
	case "stackTrace":
		return object{"stackFrames": []object{}, "totalFrames": 0}, nil
	case "scopes":
		return object{"scopes": []object{}}, nil
	case "modules":
		return object{"modules": []object{}, "totalModules": 0}, nil
	case "inspectVariables", "variables":
		variables, err := k.debugVariables(ctx, command, args.VariablesReference)
		return object{"variables": variables}, err
	case "richInspectVariables":
		value, failed := k.evaluate(ctx, 0, args.VariableName)
		if failed != nil {
			return object{"data": object{}, "metadata": object{}}, failed
		}
		return object{"data": wire.Dict(value.MIME), "metadata": wire.Dict(value.Metadata)}, nil
	case "evaluate":
		value, failed := k.evaluate(ctx, 0, args.Expression)
		if failed != nil {
			return object{"result": "", "variablesReference": 0}, failed
		}
		text, _ := value.MIME["text/plain"].(string)
		return object{"result": text, "variablesReference": 0}, nil
	}
	return nil, fmt.Errorf("%s is not supported: the debugger of this kernel shows variables only", command)
}

// debugVariables lists the session's variables, or what is inside one of them.
func (k *kernel) debugVariables(ctx context.Context, command string, ref int) ([]debugVariable, error) {
	shown := []debugVariable{}
	session, err := k.needSession(ctx)
	if err != nil {
		return shown, err
	}
	var variables []interp.Variable
	if command == "variables" {
		variables, err = session.Children(ctx, ref)
	} else {
		variables, err = session.Variables(ctx)
	}
	if err != nil {
		return shown, err
	}
	for _, v := range variables {
		d := debugVariable{Name: v.Name, Value: v.Value, Type: debugType(v), VariablesReference: v.Ref}
		if command == "inspectVariables" {
			d.EvaluateName = v.Name
		}
		if v.Ref > 0 {
			d.IndexedVariables = max(v.Len, 0)
		}
		shown = append(shown, d)
	}
	return shown, nil
}

// debugType is the type that the panel is told. JupyterLab's tree shows it in
// place of the value, unless it is one of Python's (it reads an "int" as a
// floating-point number), so what cannot be unfolded says its value there too,
// and what can, how much is in it.
func debugType(v interp.Variable) string {
	switch {
	case v.Ref == 0:
		return v.Type + " = " + v.Value
	case v.Len >= 0:
		return fmt.Sprintf("%s (%d)", v.Type, v.Len)
	}
	return v.Type
}

func (d *debugger) is() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.started
}

func (d *debugger) set(started bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started = started
}

// murmur2 is Austin Appleby's MurmurHash2, 32 bits, as JupyterLab computes it
// over the UTF-8 bytes of a cell.
func murmur2(data []byte, seed uint32) uint32 {
	const m = 0x5bd1e995
	h := seed ^ uint32(len(data))
	for ; len(data) >= 4; data = data[4:] {
		k := uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 | uint32(data[3])<<24
		k *= m
		k ^= k >> 24
		k *= m
		h = h*m ^ k
	}
	for i := len(data) - 1; i >= 0; i-- {
		h ^= uint32(data[i]) << (8 * i)
	}
	if len(data) > 0 {
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
