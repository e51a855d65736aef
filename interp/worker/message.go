package worker

import (
	"encoding/binary"
	"fmt"
	"io"

	"gokernel/interp/guest"
	"gokernel/interp/unit"
)

// A frame is its length (4 bytes, little endian, of what follows), a byte that names the message, and the message.
const (
	frameHead = 5
	maxFrame  = 1 << 30 // a longer one is a broken pipe
)

// Messages to the child.
const (
	msgHello  byte = iota + 1 // hello: the first one
	msgUnit                   // loadUnit
	msgRun                    // runCell
	msgStop                   // cellRef
	msgAsk                    // ask
	msgAnswer                 // inputAnswer
	msgCredit                 // credit
)

// Messages from the child.
const (
	msgReady   byte = iota + 64 // ready: after hello
	msgStream                   // cell, stream, text (see streamFrame)
	msgDisplay                  // shown
	msgClear                    // cleared
	msgInput                    // inputRequest
	msgReport                   // reported
	msgDone                     // done
	msgReply                    // reply
	msgLoaded                   // loaded
)

type (
	hello struct {
		Memory int64 // limit in bytes, 0 for none
		Args   []string
	}
	ready struct {
		Err   string
		Lacks []string // what is done a lesser way
	}

	loadUnit struct {
		Req  int64
		Unit *unit.Unit
	}
	runCell struct {
		Req    int64
		ID     int64
		Number int
		Unit   *unit.Unit
		Slot   string
		Ints   []string
		Silent bool
		Tell   bool // answer loaded
		Fast   bool
		Whole  bool // a whole program
		Trace  bool
		Seed   uint64
		Limit  int64 // nanoseconds
	}
	cellRef struct{ Cell int64 }
	// ask is a question that is answered at once, also while cells run.
	ask struct {
		Req  int64
		What string
		Cell int64
		N    int64
		Args []string
	}
	inputAnswer struct {
		Req  int64
		Text string
		EOF  bool
		Err  string
	}
	// credit gives the child room for that many more bytes of a cell's output.
	credit struct {
		Cell  int64
		Bytes int
	}
	shown struct {
		Cell int64
		JSON []byte // display.Data
	}
	cleared struct {
		Cell int64
		Wait bool
	}
	// inputRequest is a question: to the user, or, if What is not "", to the program that started this one.
	inputRequest struct {
		Req      int64
		Cell     int64
		Prompt   string
		Password bool
		What     string
		Args     []string
	}
	reported struct {
		Cell   int64
		Report Report
	}
	// loaded says that a run's unit is there.
	loaded struct{ Req int64 }
	// done ends a load or a run.
	done struct {
		Req    int64
		Loaded bool
		Value  []byte // JSON of display.Data, nil for none
		Ints   []int
		Failed string
		End    guest.Outcome
		Trace  *guest.Recording // of a traced cell
		Exec   Execution
	}
	reply struct {
		Req        int64
		Err        string
		Goroutines []guest.GoroutineState
		Variables  []Variable
		Usage      Usage
		Yes        bool
	}
)

// appendFrame appends a whole frame.
func appendFrame(b []byte, msg byte, v any) []byte {
	at := len(b)
	b = append(b, 0, 0, 0, 0, msg)
	b = encode(b, v)
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	return b
}

// readFrame reads one frame into buf, which it may grow; the message is valid until the next call.
func readFrame(r io.Reader, buf *[]byte) (msg byte, body []byte, err error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := int(binary.LittleEndian.Uint32(head[:])) - 1
	if n < 0 || n > maxFrame {
		return 0, nil, fmt.Errorf("a message of %d bytes", n)
	}
	if cap(*buf) < n || cap(*buf) > 1<<20 && n < 1<<16 {
		*buf = make([]byte, max(n, 1<<16))
	}
	body = (*buf)[:n]
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, err
	}
	return head[4], body, nil
}

// A stream frame's message is the cell (varint), 0 for stdout or 1 for stderr, and the text, which takes up the rest.
func parseStream(b []byte) (cell int64, stderr bool, text []byte, err error) {
	cell, n := binary.Varint(b)
	if n <= 0 || n >= len(b) {
		return 0, false, nil, errShort
	}
	return cell, b[n] == 1, b[n+1:], nil
}
