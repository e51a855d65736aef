package kernel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"

	"gokernel/interp"
	"gokernel/kernel/wire"
)

// inputs are the questions to users that have no answer yet. Several may be
// open: of goroutines of one cell, of cells of two clients.
type inputs struct {
	mu    sync.Mutex
	open  []*input // in the order in which they were asked
	stale []string // ids of the last input_requests that were given up
}

// An input is one input_request.
type input struct {
	client []byte      // the identity that was asked: nobody else may answer
	id     string      // msg_id of the input_request, "" until it is known
	answer chan string // has room for the one answer
}

// Input implements interp.Sink: it asks the user of the client that ran the cell.
func (k *kernel) Input(ctx context.Context, id interp.CellID, prompt string, password bool) (string, error) {
	c := k.cells.find(id)
	if c == nil || !c.stdin || c.silent {
		return "", interp.ErrNoInput
	}
	c.flush(true) // the prompt that the cell has printed
	q := k.inputs.ask(identity(c.parent))
	defer k.inputs.drop(q)
	msgID, err := k.wire.RequestInput(c.parent, wire.InputRequest{Prompt: prompt, Password: password})
	if errors.Is(err, wire.ErrNoPeer) {
		return "", interp.ErrNoInput
	}
	if err != nil {
		return "", err
	}
	k.inputs.asked(q, msgID)
	select {
	case text := <-q.answer:
		if text == "\x04" {
			return "", io.EOF
		}
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-k.ctx.Done():
		return "", k.ctx.Err()
	}
}

// onStdin takes one message of the stdin channel.
func (k *kernel) onStdin(msg *wire.Message) {
	reply, ok := msg.Content.(*wire.InputReply)
	if !ok {
		k.opts.Logf("%s on the stdin channel is ignored", msg.Header.MsgType)
		return
	}
	var parent struct {
		MsgID string `json:"msg_id"`
	}
	// A parent that cannot be read is none: jupyter_client sends none either.
	_ = json.Unmarshal(msg.Parent, &parent)
	k.inputs.answered(identity(msg), parent.MsgID, reply.Value)
}

// identity is the socket identity of the client that sent msg.
func identity(msg *wire.Message) []byte {
	if len(msg.Identities) == 0 {
		return nil
	}
	return msg.Identities[0]
}

func (in *inputs) ask(client []byte) *input {
	in.mu.Lock()
	defer in.mu.Unlock()
	q := &input{client: client, answer: make(chan string, 1)}
	in.open = append(in.open, q)
	return q
}

func (in *inputs) asked(q *input, id string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	q.id = id
}

// drop forgets a question; an answer that still comes is known to be late.
func (in *inputs) drop(q *input) {
	in.mu.Lock()
	defer in.mu.Unlock()
	i := slices.Index(in.open, q)
	if i < 0 {
		return // answered
	}
	in.open = slices.Delete(in.open, i, i+1)
	in.stale = append(in.stale, q.id)
	in.stale = in.stale[max(0, len(in.stale)-100):]
}

// answered gives an answer to the question it names, else to the oldest one of
// its client: some clients name no parent, or the cell. An answer that nobody
// waits for is dropped; it came too late, for a question that was interrupted.
func (in *inputs) answered(client []byte, parent, text string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if parent != "" && slices.Contains(in.stale, parent) {
		return
	}
	oldest := -1
	for i, q := range in.open {
		if !bytes.Equal(q.client, client) {
			continue
		}
		if parent != "" && q.id == parent {
			oldest = i
			break
		}
		if oldest < 0 {
			oldest = i
		}
	}
	if oldest < 0 {
		return
	}
	in.open[oldest].answer <- text
	in.open = slices.Delete(in.open, oldest, oldest+1)
}
