package kernel

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gokernel/interp"
)

const (
	historyFiles = 1000    // sessions kept on disk; the oldest go first
	historyInput = 1 << 20 // longest input that is written to disk, in bytes
	historyOut   = 4 << 10 // longest output that is kept, in bytes
	historyKept  = 10_000  // inputs of one session kept in memory (up to twice as many)
)

// A history keeps what was typed, in this and in earlier kernels (spec 5.5,
// "History"). Every shell and subshell is a session of its own with a number
// and a file named after it; a file is created with its first input, by
// O_EXCL, so that several kernels at once never share a number or a file.
// Without a folder that can be written to, history lives in memory only.
type history struct {
	dir  string
	logf func(string, ...any)

	mu   sync.Mutex
	own  []*historySession // sessions of this process, in the order they were opened
	last int               // the newest number given in memory-only mode
}

// A historySession is the history of one shell of this process. Its fields but
// the last two are guarded by history.mu.
type historySession struct {
	h       *history
	number  int // 0 until the first input
	file    *os.File
	inputs  []historyInputLine // the newest inputs
	dropped int                // inputs before those, on disk only

	keeping sync.Mutex         // guards unsaved: whoever keeps an input does not wait for a reader of files
	unsaved []historyInputLine // kept, and still to be saved
}

// historyInputLine is one line of a session's file.
type historyInputLine struct {
	Count int    `json:"n"`
	In    string `json:"in"`
	Out   string `json:"out,omitempty"`
}

// historyRow is one input with the session it was typed in.
type historyRow struct {
	Session int
	historyInputLine
}

func newHistory(dir string, logf func(string, ...any)) *history {
	return &history{dir: dir, logf: logf}
}

// session opens a session; nothing touches the disk before its first input.
func (h *history) session() *historySession {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &historySession{h: h}
	h.own = append(h.own, s)
	return s
}

// keep makes one input and the text of its value, "" for none, part of the
// history. It does not wait for the disk: save is for later.
func (s *historySession) keep(count int, in, out string) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.unsaved = append(s.unsaved, historyInputLine{Count: count, In: in, Out: cutText(out, historyOut)})
}

// save writes what was kept to the disk.
func (s *historySession) save() {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.saveLocked()
}

// saveLocked is save for those who hold the mutex: every reader of the history,
// so that an input is seen from the moment on that it was kept.
func (s *historySession) saveLocked() {
	s.keeping.Lock()
	lines := s.unsaved
	s.unsaved = nil
	s.keeping.Unlock()
	if len(lines) == 0 {
		return
	}
	s.open()
	for _, line := range lines {
		s.write(line)
	}
	s.inputs = append(s.inputs, lines...)
	if s.file != nil && len(s.inputs) >= 2*historyKept {
		s.dropped += len(s.inputs) - historyKept
		s.inputs = slices.Clone(s.inputs[len(s.inputs)-historyKept:])
	}
}

// write appends one line to the session's file.
func (s *historySession) write(line historyInputLine) {
	if s.file == nil || len(line.In) > historyInput {
		return
	}
	// One write for each line: a reader in another kernel sees whole lines or, at the end, none.
	text, err := json.Marshal(line)
	if err == nil {
		_, err = s.file.Write(append(text, '\n'))
	}
	if err != nil {
		s.h.logf("history goes on in memory: %v", err)
		s.file.Close()
		s.file = nil
	}
}

// open gives the session its number and file.
func (s *historySession) open() {
	if s.number != 0 {
		return
	}
	f, number, err := s.h.create()
	if err != nil {
		if s.h.dir != "" {
			s.h.logf("history is kept in memory only: %v", err)
		}
		s.h.last++
		s.number = s.h.last
		return
	}
	s.number, s.file = number, f
	s.h.last = max(s.h.last, number)
}

// create makes the file of the next session number and removes the oldest files.
func (h *history) create() (*os.File, int, error) {
	if h.dir == "" {
		return nil, 0, errors.New("no folder for it")
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, 0, fmt.Errorf("creating the history folder: %w", err)
	}
	numbers := h.numbers()
	next := h.last + 1
	if len(numbers) > 0 {
		next = max(next, numbers[len(numbers)-1]+1)
	}
	for _, old := range numbers[:max(0, len(numbers)-historyFiles+1)] {
		if err := os.Remove(h.path(old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			h.logf("removing an old history file: %v", err)
		}
	}
	for ; ; next++ {
		f, err := os.OpenFile(h.path(next), os.O_CREATE|os.O_EXCL|os.O_APPEND|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue // another kernel was faster
		}
		if err != nil {
			return nil, 0, fmt.Errorf("creating a history file: %w", err)
		}
		return f, next, nil
	}
}

func (h *history) path(number int) string {
	return filepath.Join(h.dir, fmt.Sprintf("%08d.jsonl", number))
}

// numbers lists the sessions on disk, oldest first.
func (h *history) numbers() []int {
	if h.dir == "" {
		return nil
	}
	files, err := os.ReadDir(h.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.logf("reading the history folder: %v", err)
	}
	var numbers []int
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".jsonl")
		if n, err := strconv.Atoi(name); ok && err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// sessions lists all sessions with inputs, on disk or in memory, oldest first.
// It saves what is kept: a session has its number from then on.
func (h *history) sessions() []int {
	for _, s := range h.own {
		s.saveLocked()
	}
	numbers := h.numbers()
	for _, s := range h.own {
		if s.number != 0 {
			numbers = append(numbers, s.number)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// rows gives the inputs of one session, oldest first.
func (h *history) rows(number int) []historyRow {
	var lines []historyInputLine
	if i := slices.IndexFunc(h.own, func(s *historySession) bool { return s.number == number }); i >= 0 {
		s := h.own[i]
		if s.dropped > 0 {
			onDisk := h.read(number)
			cut, _ := slices.BinarySearchFunc(onDisk, s.inputs[0].Count, func(l historyInputLine, n int) int { return l.Count - n })
			lines = onDisk[:cut]
		}
		lines = append(lines, s.inputs...)
	} else {
		lines = h.read(number)
	}
	rows := make([]historyRow, len(lines))
	for i, l := range lines {
		rows[i] = historyRow{number, l}
	}
	return rows
}

// read reads a session's file; lines that a crash or a full disk has cut are left out.
func (h *history) read(number int) []historyInputLine {
	if h.dir == "" {
		return nil
	}
	text, err := os.ReadFile(h.path(number))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			h.logf("reading history: %v", err)
		}
		return nil
	}
	var lines []historyInputLine
	scan := bufio.NewScanner(bytes.NewReader(text))
	scan.Buffer(nil, len(text)+1)
	for scan.Scan() {
		var l historyInputLine
		if json.Unmarshal(scan.Bytes(), &l) == nil {
			lines = append(lines, l)
		}
	}
	return lines
}

// search gives the newest n inputs (all for n <= 0) that match the glob, oldest
// first; with unique, of equal inputs only the newest.
func (h *history) search(pattern string, n int, unique bool) []historyRow {
	if n <= 0 {
		n = int(^uint(0) >> 1)
	}
	seen := map[string]bool{}
	return h.newest(n, func(r historyRow) bool {
		if !matchGlob(pattern, r.In) || unique && seen[r.In] {
			return false
		}
		if unique {
			seen[r.In] = true
		}
		return true
	})
}

// newest walks from the newest input back and keeps up to n that are wanted.
func (h *history) newest(n int, wanted func(historyRow) bool) []historyRow {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []historyRow
	for _, number := range slices.Backward(h.sessions()) {
		for _, r := range slices.Backward(h.rows(number)) {
			if len(found) >= n {
				break
			}
			if wanted(r) {
				found = append(found, r)
			}
		}
		if len(found) >= n {
			break
		}
	}
	slices.Reverse(found)
	return found
}

// span gives the inputs start <= count < stop of a session: 0 is s itself, -1
// the one before it, a positive number that session. A nil stop means to the
// end; a negative start or stop counts from the end, as IPython does.
func (s *historySession) span(session, start int, stop *int) []historyRow {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.saveLocked()
	number := session
	switch {
	case session == 0:
		number = s.number
	case session < 0:
		before := s.h.sessions()
		if s.number != 0 {
			before = before[:slices.Index(before, s.number)]
		}
		if -session > len(before) {
			return nil
		}
		number = before[len(before)+session]
	}
	if number == 0 {
		return nil
	}
	rows := s.h.rows(number)
	if len(rows) == 0 {
		return nil
	}
	end := 0 // a cell that ran beside another may stand before it
	for _, r := range rows {
		end = max(end, r.Count+1)
	}
	if start < 0 {
		start += end
	}
	if stop != nil {
		if *stop < 0 {
			end += *stop
		} else {
			end = *stop
		}
	}
	return slices.DeleteFunc(rows, func(r historyRow) bool { return r.Count < start || r.Count >= end })
}

// entries is the history as magics see it: 0 is the session s, -1 the one before it.
func (s *historySession) entries() []interp.HistoryEntry {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	sessions := s.h.sessions()
	here := len(sessions)
	if s.number != 0 {
		here = slices.Index(sessions, s.number)
	}
	var entries []interp.HistoryEntry
	for i, number := range sessions {
		if i > here {
			break // sessions of other kernels that began after this one
		}
		for _, r := range s.h.rows(number) {
			entries = append(entries, interp.HistoryEntry{Session: i - here, Count: r.Count, Code: r.In})
		}
	}
	return entries
}

// close saves what is kept and closes the files.
func (h *history) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.own {
		s.saveLocked()
		if s.file != nil {
			s.file.Close()
			s.file = nil
		}
	}
}
