package kernel

import (
	"context"
	"fmt"
	"time"

	"gokernel/kernel/wire"
)

// askTimeout bounds a question to the session: JupyterLab has given up on it
// long before.
const askTimeout = 5 * time.Second

// kernelInfo says who the kernel is; it needs no session, so that a front-end
// sees a living kernel at once.
func (k *kernel) kernelInfo(context.Context, *request) (wire.Content, error) {
	info := k.opts.Info
	return wire.KernelInfoReply{
		ProtocolVersion:       wire.ProtocolVersion,
		Implementation:        info.Implementation,
		ImplementationVersion: info.Version,
		LanguageInfo:          info.Language,
		Banner:                info.Banner,
		HelpLinks:             info.HelpLinks,
		Debugger:              true,
		SupportedFeatures:     []string{"kernel subshells", "debugger"},
	}, nil
}

// connect tells the ports (deprecated, spec 5.5, "Connect").
func (k *kernel) connect(context.Context, *request) (wire.Content, error) {
	c := k.wire.Connection()
	return wire.ConnectReply{
		ShellPort: c.ShellPort, IOPubPort: c.IOPubPort, StdinPort: c.StdinPort,
		HBPort: c.HBPort, ControlPort: c.ControlPort,
	}, nil
}

// completionType is one entry of _jupyter_types_experimental: what JupyterLab
// shows beside a match.
type completionType struct {
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`
	Type      string `json:"type,omitempty"`
	Signature string `json:"signature,omitempty"`
}

// complete says what can be typed at the cursor (spec 5.5, "Completion").
func (k *kernel) complete(ctx context.Context, r *request) (wire.Content, error) {
	session, err := k.needSession(ctx)
	if err != nil {
		return nil, err
	}
	req := r.Content.(*wire.CompleteRequest)
	c := session.Complete(req.Code, byteOffset(req.Code, req.CursorPos))
	start, end := codePoints(req.Code, c.Start), codePoints(req.Code, c.End)
	if len(c.Matches) == 0 {
		start, end = req.CursorPos, req.CursorPos
	}
	matches := make([]string, len(c.Matches))
	types := make([]completionType, len(c.Matches))
	for i, m := range c.Matches {
		matches[i] = m.Text
		types[i] = completionType{start, end, m.Text, m.Kind, m.Signature}
	}
	return wire.CompleteReply{
		Matches: matches, CursorStart: start, CursorEnd: end,
		Metadata: wire.Dict{"_jupyter_types_experimental": types},
	}, nil
}

// inspect says what stands at the cursor (spec 5.5, "Introspection").
func (k *kernel) inspect(ctx context.Context, r *request) (wire.Content, error) {
	session, err := k.needSession(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req := r.Content.(*wire.InspectRequest)
	in := session.Inspect(ctx, req.Code, byteOffset(req.Code, req.CursorPos), req.DetailLevel)
	if !in.Found {
		return wire.InspectReply{}, nil
	}
	return wire.InspectReply{Found: true, Data: in.MIME}, nil
}

// isComplete says whether Enter should run the code (spec 5.5, "Code completeness").
func (k *kernel) isComplete(ctx context.Context, r *request) (wire.Content, error) {
	session, err := k.needSession(ctx)
	if err != nil {
		return nil, err
	}
	c := session.IsComplete(r.Content.(*wire.IsCompleteRequest).Code)
	return wire.IsCompleteReply{Status: c.Status, Indent: c.Indent}, nil
}

// historyRequest gives earlier inputs (spec 5.5, "History").
func (k *kernel) historyRequest(_ context.Context, r *request) (wire.Content, error) {
	req := r.Content.(*wire.HistoryRequest)
	own := k.main.history
	if r.shell != nil {
		own = r.shell.history
	}
	n := 0
	if req.N != nil {
		n = max(*req.N, 0)
	}
	var rows []historyRow
	switch req.HistAccessType {
	case "tail":
		rows = k.history.search("*", n, false)
		if req.N != nil && n == 0 {
			rows = nil
		}
	case "search":
		pattern := req.Pattern
		if pattern == "" {
			pattern = "*"
		}
		rows = k.history.search(pattern, n, req.Unique)
	case "range":
		rows = own.span(req.Session, req.Start, req.Stop)
	default:
		return nil, fmt.Errorf("hist_access_type %q is none of tail, range and search", req.HistAccessType)
	}
	entries := make([]wire.HistoryEntry, len(rows))
	for i, row := range rows {
		entries[i] = wire.HistoryEntry{Session: row.Session, Line: row.Count, Input: row.In, WithOutput: req.Output}
		if row.Out != "" {
			entries[i].Output = &row.Out
		}
	}
	return wire.HistoryReply{History: entries}, nil
}
