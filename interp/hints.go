package interp

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"gokernel/interp/cell"
)

// hint is what a teacher would say under an error.
type hint struct {
	when   *regexp.Regexp // the error: its name, its text and the table of goroutines
	code   func(*ast.File) bool
	en, ko string
}

func on(re string) *regexp.Regexp { return regexp.MustCompile(re) }

// maxHints is how many hints one error gets.
const maxHints = 2

// hints in the order in which they are looked at; those that look at the code, too, say more and stand first.
var hints = []hint{
	{on(`all goroutines are asleep|negative WaitGroup counter`), copiesLock("WaitGroup"),
		"A sync.WaitGroup is passed by value here: the function gets a copy, and Done counts on the copy. Pass a pointer: wg *sync.WaitGroup, f(&wg).",
		"sync.WaitGroup을 값으로 넘기고 있습니다. 함수는 복사본을 받고 Done도 복사본에서만 셉니다. 포인터로 넘기세요: wg *sync.WaitGroup, f(&wg)."},
	{on(`all goroutines are asleep|unlock of unlocked|concurrent map`), copiesLock("Mutex"),
		"A sync.Mutex is passed by value here: each function locks a copy of its own. Pass a pointer, or put the mutex into a struct with pointer methods.",
		"sync.Mutex를 값으로 넘기고 있습니다. 함수마다 자기 복사본을 잠급니다. 포인터로 넘기거나, 뮤텍스를 구조체에 넣고 포인터 메서드를 쓰세요."},
	{on(`WaitGroup`), addsInside,
		"wg.Add stands inside the goroutine: Wait may return before it has run. Call wg.Add before the go statement, or use wg.Go.",
		"wg.Add가 고루틴 안에 있습니다. 고루틴이 시작되기 전에 Wait가 끝날 수 있습니다. go 문 앞에서 wg.Add를 부르거나 wg.Go를 쓰세요."},
	{on(`negative WaitGroup counter`), nil,
		"Done was called more often than Add has counted. Every Add(1) needs exactly one Done, usually `defer wg.Done()` as the goroutine's first line.",
		"Done이 Add로 센 것보다 많이 불렸습니다. Add(1) 하나에 Done 하나가 짝이 되어야 합니다. 보통 고루틴 첫 줄에 `defer wg.Done()`을 둡니다."},
	{on(`all goroutines are asleep(?s:.*)sync\.WaitGroup\.Wait`), nil,
		"Wait waits for a counter that never reaches 0: some goroutine does not call Done, or waits itself. `defer wg.Done()` as its first line cannot be forgotten on any way out.",
		"카운터가 0이 되지 않아 Wait가 끝나지 않습니다. 어떤 고루틴이 Done을 부르지 않거나 자신도 기다리고 있습니다. 첫 줄에 `defer wg.Done()`을 두면 어떤 경로로 나가도 빠지지 않습니다."},
	{on(`all goroutines are asleep(?s:.*)\[sync\.(RW)?Mutex`), nil,
		"A mutex is locked a second time while it is still locked: an Unlock is missing, or a function that holds the lock calls another one that takes it. Write `defer mu.Unlock()` right after mu.Lock().",
		"이미 잠긴 뮤텍스를 다시 잠그고 있습니다. Unlock이 빠졌거나, 잠근 채로 같은 잠금을 쓰는 함수를 불렀습니다. mu.Lock() 바로 다음 줄에 `defer mu.Unlock()`을 쓰세요."},
	{on(`all goroutines are asleep(?s:.*)\[chan send`), nil,
		"Nobody receives what is sent. On a channel without a buffer, the sender waits until another goroutine receives: start the receiver with go before, or give the channel a buffer.",
		"보내는 값을 받는 쪽이 없습니다. 버퍼 없는 채널에서는 다른 고루틴이 받을 때까지 보내는 쪽이 멈춥니다. 받는 고루틴을 먼저 go로 시작하거나 채널에 버퍼를 두세요."},
	{on(`all goroutines are asleep(?s:.*)\[chan receive`), nil,
		"Nobody sends any more, and the channel is not closed. If this is a `for range` over a channel, the sender must close it when it is done; or a `go` is missing before the function that sends.",
		"더 보내는 쪽이 없는데 채널이 닫히지 않았습니다. 채널에 대한 `for range`라면 보내는 쪽이 끝나고 close 해야 합니다. 또는 보내는 함수를 부를 때 `go`가 빠졌을 수 있습니다."},
	{on(`all goroutines are asleep(?s:.*)\[select`), nil,
		"No case of the select can ever go on. A case for the end (a done channel, ctx.Done(), time.After) or a default case lets it go on.",
		"select의 어느 case도 진행될 수 없습니다. 끝을 알리는 case(done 채널, ctx.Done(), time.After)나 default를 두세요."},
	{on(`send on closed channel`), nil,
		"A channel was closed while somebody still sends. Only the sending side closes, once, when all senders are done: wait for them with a WaitGroup, then close.",
		"아직 보내는 쪽이 있는데 채널을 닫았습니다. 닫는 것은 보내는 쪽이, 모든 보내기가 끝난 뒤 한 번만 합니다. WaitGroup으로 기다린 다음 close 하세요."},
	{on(`close of closed channel`), nil,
		"The channel was closed twice. One goroutine owns the channel and closes it; where several could, use sync.Once.",
		"채널을 두 번 닫았습니다. 채널의 주인인 고루틴 하나만 닫게 하고, 여럿이 닫을 수 있다면 sync.Once를 쓰세요."},
	{on(`close of nil channel`), nil,
		"The channel was declared but never made: ch := make(chan T).",
		"채널을 선언만 하고 만들지 않았습니다: ch := make(chan T)."},
	{on(`concurrent map`), nil,
		"Several goroutines use one map, and at least one of them writes. Guard every use with the same sync.Mutex, or use sync.Map. Go ends the whole program here; recover cannot stop it.",
		"여러 고루틴이 한 맵을 쓰고 그중 하나 이상이 기록합니다. 모든 사용을 같은 sync.Mutex로 지키거나 sync.Map을 쓰세요. 이 오류는 recover로 막을 수 없고 프로그램 전체가 끝납니다."},
	{on(`unlock of unlocked`), nil,
		"Unlock was called on a mutex that is not locked: Lock and Unlock must come in pairs, on the same mutex (not on a copy of it).",
		"잠기지 않은 뮤텍스에 Unlock을 불렀습니다. Lock과 Unlock은 같은 뮤텍스(복사본이 아닌)에서 짝을 이루어야 합니다."},
	{on(`assignment to entry in nil map`), nil,
		"The map was declared but never made: m := make(map[K]V), or m := map[K]V{}.",
		"맵을 선언만 하고 만들지 않았습니다: m := make(map[K]V) 또는 m := map[K]V{}."},
	{on(`nil pointer dereference`), nil,
		"A pointer (or interface) is nil here. Was an error ignored that came with it, or the value never made?",
		"포인터(또는 인터페이스)가 nil입니다. 함께 온 오류를 무시했거나 값을 만들지 않았는지 보세요."},
	{on(`compile error: .*append\(.*is not used`), nil,
		"append returns the new slice; it does not change the old one in place. Write s = append(s, x).",
		"append는 새 슬라이스를 돌려줍니다. 원래 것을 바꾸지 않습니다. s = append(s, x)라고 쓰세요."},
	{on(`compile error: .*expression in (go|defer) must be function call`), nil,
		"After go and defer stands a call, with its parentheses: go f(), go func() { ... }().",
		"go와 defer 뒤에는 괄호가 있는 호출이 와야 합니다: go f(), go func() { ... }()."},
	{on(`compile error: .*cannot send to receive-only channel`), nil,
		"<-chan T can only be received from. A function that sends takes chan<- T.",
		"<-chan T에서는 받기만 할 수 있습니다. 보내는 함수는 chan<- T를 받아야 합니다."},
	{on(`compile error: .*cannot receive from send-only channel`), nil,
		"chan<- T can only be sent to. A function that receives takes <-chan T.",
		"chan<- T에는 보내기만 할 수 있습니다. 받는 함수는 <-chan T를 받아야 합니다."},
	{on(`compile error: .*mismatched types (int\S* and time\.Duration|time\.Duration and int)`), nil,
		"A duration is multiplied by a duration: time.Duration(n) * time.Second.",
		"시간은 시간끼리 곱합니다: time.Duration(n) * time.Second."},
	{on(`compile error: .*no new variables on left side of :=`), nil,
		"All names on the left exist already: use = to assign.",
		"왼쪽 이름이 모두 이미 있습니다. 대입에는 =를 쓰세요."},
	{on(`compile error: .*assignment mismatch: 1 variable but .* returns 2 values`), nil,
		"The function returns an error too: v, err := f(...), or v, _ := f(...) to ignore it.",
		"함수가 오류도 함께 돌려줍니다: v, err := f(...), 무시하려면 v, _ := f(...)."},
	{on(`compile error: .*declared and not used`), nil,
		"Go does not accept a variable that is never used: remove it, or write _ in its place.",
		"Go는 쓰지 않는 변수를 허용하지 않습니다. 지우거나 그 자리에 _를 쓰세요."},
	{on(`compile error: .*method \S+ has pointer receiver`), nil,
		"The method belongs to the pointer type: use &value here.",
		"메서드가 포인터 타입에 있습니다. 여기서는 &값을 쓰세요."},
}

// copiesLock finds a parameter or receiver of type sync.name that is no pointer.
func copiesLock(name string) func(*ast.File) bool {
	return func(f *ast.File) (found bool) {
		ast.Inspect(f, func(n ast.Node) bool {
			var lists []*ast.FieldList
			switch n := n.(type) {
			case *ast.FuncType:
				lists = append(lists, n.Params)
			case *ast.FuncDecl:
				lists = append(lists, n.Recv)
			}
			for _, l := range lists {
				if l == nil {
					continue
				}
				for _, p := range l.List {
					if s, ok := p.Type.(*ast.SelectorExpr); ok && s.Sel.Name == name {
						found = true
					}
				}
			}
			return !found
		})
		return
	}
}

// addsInside finds a call of Add on a WaitGroup-like name inside the function of a go statement.
func addsInside(f *ast.File) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		g, ok := n.(*ast.GoStmt)
		if !ok {
			return !found
		}
		lit, ok := g.Call.Fun.(*ast.FuncLit)
		if !ok {
			return true
		}
		add, done := false, false
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if s, ok := c.Fun.(*ast.SelectorExpr); ok {
					add = add || s.Sel.Name == "Add" && len(c.Args) == 1
					done = done || s.Sel.Name == "Done"
				}
			}
			return true
		})
		found = found || add && done
		return !found
	})
	return
}

// addHints puts what a teacher would say under an error, in the notebook's language.
func (s *Session) addHints(code string, e *Error) {
	lang := s.hintLanguage()
	if lang == "" || e == nil {
		return
	}
	text := e.Name + ": " + e.Value + "\n" + strings.Join(e.Traceback, "\n")
	var f *ast.File
	n := 0
	for _, h := range hints {
		if !h.when.MatchString(text) {
			continue
		}
		if h.code != nil {
			if f == nil {
				f = syntaxOf(code)
			}
			if !h.code(f) {
				continue
			}
		}
		if n == 0 {
			e.Traceback = append(e.Traceback, "")
		}
		if lang == "ko" {
			e.Traceback = append(e.Traceback, blue("힌트: ")+h.ko)
		} else {
			e.Traceback = append(e.Traceback, blue("Hint: ")+h.en)
		}
		if n++; n == maxHints {
			return
		}
	}
}

// syntaxOf is what can be read of a cell.
func syntaxOf(code string) *ast.File {
	all := &ast.File{Name: ast.NewIdent("main")}
	decls, stmts, _ := cell.Halves(code, 0)
	for _, text := range []string{"package main;" + decls, "package main;func _() {" + stmts + "\n}"} {
		if strings.HasPrefix(strings.TrimSpace(decls), "package ") {
			text = decls
		}
		f, _ := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution) // what can be read is enough
		if f != nil {
			all.Decls = append(all.Decls, f.Decls...)
		}
	}
	return all
}

// hintLanguage is "en", "ko", or "" for no hints: as %hints has set it, or the language in which the notebook is written.
func (s *Session) hintLanguage() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.hints == "off":
		return ""
	case s.hints != "":
		return s.hints
	}
	if s.hangul {
		return "ko"
	}
	return "en"
}

// hintMagics is the magic about hints.
func hintMagics() []Magic {
	return []Magic{{Name: "hints", Line: true, Args: "[on|off|en|ko]", Help: "Switch the hints under errors on or off, or choose their language.\nBy itself, the language is that of the notebook: Korean if a cell holds Hangul, English otherwise.", Run: func(_ context.Context, m *MagicCall) error {
		if !slices.Contains([]string{"", "on", "off", "en", "ko"}, m.Args) {
			return usageError{}
		}
		s := m.Session
		if m.Args != "" {
			s.mu.Lock()
			s.hints = strings.TrimPrefix(m.Args, "on")
			if m.Args == "off" {
				s.hints = "off"
			}
			s.mu.Unlock()
		}
		switch s.hintLanguage() {
		case "":
			m.Printf("Hints are off.\n")
		case "ko":
			m.Printf("오류 아래에 힌트를 한국어로 보여 줍니다.\n")
		default:
			m.Printf("Hints are shown in English.\n")
		}
		return nil
	}}}
}
