package hint

import (
	"regexp"
	"strings"
)

// Classes of failures, as the session names them.
const (
	compileError = "compile error"
	panicked     = "panic"
	fatal        = "fatal error"
)

func on(re string) *regexp.Regexp { return regexp.MustCompile(re) }

// undefined is what the compiler says about a name that it does not know.
var undefined = on(`undefined: ([\p{L}_][\p{L}\p{N}_]*)(?:\n|$)`)

// asleep is a deadlock with a goroutine in this state.
func asleep(state string) *regexp.Regexp {
	return on(`all goroutines are asleep(?s:.*)goroutine \d+ \[` + state)
}

// mainAsleep is a deadlock with the cell's own goroutine in this state.
func mainAsleep(state string) *regexp.Regexp {
	return on(`all goroutines are asleep(?s:.*)goroutine 1 \[` + state)
}

// both holds where the text has the second pattern, too.
func both(re string) func(*Failure, *source) finding {
	r := on(re)
	return func(f *Failure, _ *source) finding { return finding{ok: r.MatchString(f.Text)} }
}

// waitingFor are the mutexes that goroutines of a deadlock wait for.
var waitingFor = on(`\[sync\.(?:RW)?Mutex\.R?Lock[^\]]*\]:\n\s*waits for (\S+)`)

// twoLocks holds where goroutines wait for different mutexes.
func twoLocks(f *Failure, _ *source) finding {
	for i, m := range waitingFor.FindAllStringSubmatch(f.Text, -1) {
		if i > 0 && m[1] != waitingFor.FindStringSubmatch(f.Text)[1] {
			return finding{ok: true}
		}
	}
	return finding{}
}

// foreign is what other languages call a thing: Go's word for it.
var foreign = map[string]string{
	"null": "nil", "None": "nil", "NULL": "nil", "nullptr": "nil", "True": "true", "False": "false", "TRUE": "true", "FALSE": "false",
	"elif": "else if", "let": ":=", "str": "string", "String": "string", "boolean": "bool", "double": "float64", "float": "float64", "char": "rune or byte",
	"long": "int64", "def": "func", "function": "func", "None_": "nil", "printf": "fmt.Printf", "puts": "fmt.Println", "echo": "fmt.Println",
	"Println": "fmt.Println", "Printf": "fmt.Printf", "Sprintf": "fmt.Sprintf", "Sleep": "time.Sleep", "sleep": "time.Sleep", "WaitGroup": "sync.WaitGroup",
	"Mutex": "sync.Mutex", "RWMutex": "sync.RWMutex", "this": "the receiver's name", "self": "the receiver's name", "malloc": "make or new",
	"exit": "os.Exit", "Exit": "os.Exit", "channel": "chan", "async": "go", "spawn": "go",
}

// foreignWord holds where an undefined name is another language's word.
func foreignWord(f *Failure, _ *source) finding {
	if m := undefined.FindStringSubmatch(f.Text); m != nil && foreign[m[1]] != "" {
		return found(foreign[m[1]])
	}
	return finding{}
}

// rules are tried from the first to the last; what knows more stands first.
var rules = []rule{
	// Copies of what must not be copied explain errors that look like something else.
	{topic: "counter", text: on(`negative WaitGroup counter|\[sync\.WaitGroup\.Wait`), also: copies("WaitGroup"), last: true,
		en: "A sync.WaitGroup is copied here ({}): Done and Wait then count on different ones. Pass a pointer: func f(wg *sync.WaitGroup), f(&wg).",
		ko: "sync.WaitGroup이 복사되고 있습니다({}). 그러면 Done과 Wait가 서로 다른 것을 셉니다. 포인터로 넘기세요: func f(wg *sync.WaitGroup), f(&wg)."},
	{topic: "lock", text: on(`\[sync\.(RW)?Mutex|unlock of unlocked|Unlock of unlocked|concurrent map`), also: copies("Mutex", "RWMutex"), last: true,
		en: "A mutex is copied here ({}): every copy is a lock of its own, with the state it had when it was copied. Pass a pointer, or give the method a pointer receiver.",
		ko: "뮤텍스가 복사되고 있습니다({}). 복사본은 복사될 때의 상태를 가진 별개의 잠금입니다. 포인터로 넘기거나 포인터 리시버 메서드를 쓰세요."},

	// sync.WaitGroup
	{topic: "counter", text: on(`negative WaitGroup counter`), also: doneInGo, last: true,
		en: "{}.Go calls Add and Done itself: leave out the Done in its function.",
		ko: "{}.Go는 Add와 Done을 스스로 부릅니다. 함수 안의 Done을 빼세요."},
	{topic: "counter", text: on(`negative WaitGroup counter|WaitGroup misuse|WaitGroup is reused`), also: addsInside, last: true,
		en: "{}.Add stands inside the goroutine: it may run too late. Call Add before the go statement, or use {}.Go.",
		ko: "{}.Add가 고루틴 안에 있어 늦게 실행될 수 있습니다. go 문 앞에서 Add를 부르거나 {}.Go를 쓰세요."},
	{topic: "counter", class: panicked, text: on(`negative WaitGroup counter`), last: true,
		en: "Done was called more often than Add has counted. Every Add(1) needs exactly one Done, usually `defer wg.Done()` as the goroutine's first line; wg.Go pairs them by itself.",
		ko: "Done이 Add로 센 것보다 많이 불렸습니다. Add(1) 하나에 Done 하나가 짝이 되어야 합니다. 보통 고루틴 첫 줄에 `defer wg.Done()`을 두며, wg.Go는 짝을 스스로 맞춥니다."},
	{topic: "counter", text: mainAsleep(`sync\.WaitGroup\.Wait`), also: both(`\[chan send`), last: true,
		en: "Wait waits for goroutines that wait for somebody to receive what they send. Receive while they run: put wg.Wait() and close(ch) into a goroutine of its own, and range over the channel here.",
		ko: "Wait는 고루틴을, 고루틴은 보낸 값을 받아 줄 쪽을 기다립니다. 도는 동안 받으세요. wg.Wait()와 close(ch)를 별도의 고루틴에 넣고, 여기서는 채널을 range로 읽습니다."},
	{topic: "counter", text: mainAsleep(`sync\.WaitGroup\.Wait`), also: both(`\[chan receive[^\]]*\]:\n\s*waits for \S+\.Done\(\) \(<-chan struct`), last: true,
		en: "Wait waits for goroutines that wait for the end of a context, and nobody cancels it. Call cancel() before wg.Wait(), or give the context a deadline (context.WithTimeout).",
		ko: "Wait가 기다리는 고루틴들은 context가 끝나기를 기다리는데 취소하는 쪽이 없습니다. wg.Wait() 앞에서 cancel()을 부르거나 context에 기한을 주세요(context.WithTimeout)."},
	{topic: "counter", text: mainAsleep(`sync\.WaitGroup\.Wait`), also: both(`\[chan receive`), last: true,
		en: "Wait waits for goroutines that wait for another value. A `for range` over a channel ends only when the channel is closed: close it after the last send, before wg.Wait().",
		ko: "Wait가 기다리는 고루틴들은 다음 값을 기다립니다. 채널에 대한 `for range`는 채널이 닫혀야 끝납니다. 마지막으로 보낸 뒤, wg.Wait() 앞에서 close 하세요."},
	{topic: "counter", text: asleep(`sync\.WaitGroup\.Wait`),
		en: "Wait waits for a counter that never reaches 0: Add has counted more than there are calls of Done. `defer wg.Done()` as the goroutine's first line cannot be forgotten on any way out; wg.Go needs neither.",
		ko: "카운터가 0이 되지 않아 Wait가 끝나지 않습니다. Add로 센 것보다 Done이 적게 불렸습니다. 고루틴 첫 줄에 `defer wg.Done()`을 두면 어떤 경로로 나가도 빠지지 않고, wg.Go를 쓰면 둘 다 필요 없습니다."},

	// sync.Mutex
	{topic: "lock", text: asleep(`sync\.RWMutex\.Lock`), also: upgrades, last: true,
		en: "A read lock cannot become a write lock: Lock waits until every RLock is given back, this goroutine's own, too. Call {}.RUnlock() first, or Lock from the start.",
		ko: "읽기 잠금은 쓰기 잠금으로 바뀌지 않습니다. Lock은 자기 것을 포함한 모든 RLock이 풀릴 때까지 기다립니다. 먼저 {}.RUnlock()을 부르거나 처음부터 Lock을 쓰세요."},
	{topic: "lock", text: asleep(`sync\.(RW)?Mutex`), also: twoLocks, last: true,
		en: "Each goroutine holds one lock and waits for another's. Take the locks in the same order everywhere.",
		ko: "고루틴들이 잠금을 하나씩 쥔 채 서로의 잠금을 기다립니다. 모든 곳에서 같은 순서로 잠그세요."},
	{topic: "lock", text: asleep(`sync\.(RW)?Mutex`),
		en: "A mutex is locked again while it is still locked: an Unlock is missing, or a function that holds the lock calls another one that takes it. Write `defer mu.Unlock()` right after mu.Lock().",
		ko: "아직 잠긴 뮤텍스를 다시 잠그려 합니다. Unlock이 빠졌거나, 잠근 채로 같은 잠금을 쓰는 함수를 불렀습니다. mu.Lock() 바로 다음 줄에 `defer mu.Unlock()`을 쓰세요."},
	{topic: "lock", text: on(`[Uu]nlock of unlocked`), also: mixedRW, last: true,
		en: "RLock goes with RUnlock, Lock with Unlock; {} has them mixed.",
		ko: "RLock은 RUnlock과, Lock은 Unlock과 짝입니다. {}에서 둘이 섞였습니다."},
	{topic: "lock", text: on(`[Uu]nlock of unlocked`),
		en: "Unlock was called on a mutex that is not locked: Lock and Unlock come in pairs, on the same mutex. Is there an Unlock besides the deferred one? Go ends the whole program here; recover cannot stop it.",
		ko: "잠기지 않은 뮤텍스에 Unlock을 불렀습니다. Lock과 Unlock은 같은 뮤텍스에서 짝을 이룹니다. defer 말고도 Unlock이 또 있는지 보세요. 이 오류는 recover로 막을 수 없고 프로그램 전체가 끝납니다."},
	{topic: "lock", text: asleep(`sync\.Cond`),
		en: "Nobody calls Signal or Broadcast any more, or it was called before Wait began. Wait belongs into a loop: for !condition { c.Wait() }.",
		ko: "Signal이나 Broadcast를 부를 쪽이 없거나, Wait가 시작되기 전에 이미 불렸습니다. Wait는 반복문 안에 둡니다: for !조건 { c.Wait() }."},
	{topic: "lock", text: asleep(`sync\.Once`),
		en: "The function given to Once.Do calls Do of the same Once: it waits for itself.",
		ko: "Once.Do에 준 함수가 같은 Once의 Do를 부릅니다. 자기 자신을 기다리게 됩니다."},

	// channels
	{topic: "channel", text: asleep(`chan receive \(nil chan\)[^\]]*\]:\n\s*waits for (\S+)\.Done\(\)`), last: true,
		en: "{1} is a context that never ends: nothing can cancel it, and its Done() is nil. Make one that ends: ctx, cancel := context.WithCancel({1}), or context.WithTimeout.",
		ko: "{1}: 끝나지 않는 context입니다. 취소할 방법이 없어 Done()이 nil입니다. 끝이 있는 것을 만드세요: ctx, cancel := context.WithCancel({1}) 또는 context.WithTimeout."},
	{topic: "channel", text: asleep(`chan (?:send|receive) \(nil chan\)`), last: true,
		en: "The channel is nil: declared, but never made. Sending to and receiving from a nil channel waits for ever. Make it: ch := make(chan T).",
		ko: "nil 채널입니다. 선언만 하고 만들지 않았습니다. nil 채널에서는 보내기도 받기도 영원히 기다립니다. ch := make(chan T)로 만드세요."},
	{topic: "channel", text: mainAsleep(`chan send`), also: noGoroutines,
		en: "A `go` is missing: no other goroutine runs, so nobody can receive what this one sends. Run the sender or the receiver as a goroutine, go func() { ... }(), or give the channel a buffer that is large enough.",
		ko: "`go`가 빠졌습니다. 다른 고루틴이 없으니 보낸 값을 받을 쪽이 없습니다. 보내는 쪽이나 받는 쪽을 go func() { ... }()처럼 고루틴으로 실행하거나, 채널에 충분한 버퍼를 두세요."},
	{topic: "channel", text: mainAsleep(`chan receive[^\]]*\]:\n\s*waits for (\S+\.Done\(\)) \(<-chan struct`), last: true,
		en: "Nobody cancels the context: {1} is closed when cancel() is called or the deadline comes. Call cancel in another goroutine, or give the context a deadline (context.WithTimeout).",
		ko: "context를 취소하는 쪽이 없습니다. {1} 채널은 cancel()이 불리거나 기한이 되어야 닫힙니다. 다른 고루틴에서 cancel을 부르거나 context에 기한을 주세요(context.WithTimeout)."},
	{topic: "channel", text: mainAsleep(`chan receive`), also: func(f *Failure, s *source) finding {
		return finding{ok: noGoroutines(f, s).ok && !waitsInRange.MatchString(f.Text)}
	},
		en: "A `go` is missing: no other goroutine runs, so nobody can send what this one waits for. Start the sender with go before receiving.",
		ko: "`go`가 빠졌습니다. 다른 고루틴이 없으니 기다리는 값을 보낼 쪽이 없습니다. 받기 전에 보내는 쪽을 go로 시작하세요."},
	{topic: "channel", text: waitsInRange,
		en: "A `for range` over a channel ends when the channel is closed, and nobody closes it: the sender calls close(ch) after its last value. With several senders, wait for all of them first: go func() { wg.Wait(); close(ch) }().",
		ko: "채널에 대한 `for range`는 채널이 닫혀야 끝나는데 닫는 쪽이 없습니다. 보내는 쪽이 마지막 값을 보낸 뒤 close(ch)를 부릅니다. 보내는 쪽이 여럿이면 모두 기다린 다음 닫습니다: go func() { wg.Wait(); close(ch) }()."},
	{topic: "channel", text: asleep(`chan send[^\n]*\n\s*waits for \S+ \(chan [^\n]*, \d+ of \d+`),
		en: "The channel's buffer is full and nobody receives. Receive in another goroutine; a larger buffer only puts it off.",
		ko: "채널의 버퍼가 가득 찼는데 받는 쪽이 없습니다. 다른 고루틴에서 받게 하세요. 버퍼를 늘리는 것은 미루는 것일 뿐입니다."},
	{topic: "channel", text: asleep(`chan send`),
		en: "Nobody receives what is sent. On a channel without a buffer, the sender waits until another goroutine receives: are there as many receives as sends?",
		ko: "보내는 값을 받는 쪽이 없습니다. 버퍼 없는 채널에서는 다른 고루틴이 받을 때까지 보내는 쪽이 멈춥니다. 보내기와 받기의 횟수가 맞는지 보세요."},
	{topic: "channel", text: asleep(`chan receive`),
		en: "Nobody sends any more, and the channel is not closed: are there as many sends as receives? Is a `go` missing before the function that sends?",
		ko: "더 보내는 쪽이 없는데 채널이 닫히지 않았습니다. 보내기와 받기의 횟수가 맞는지, 보내는 함수를 부를 때 `go`가 빠지지 않았는지 보세요."},
	{topic: "channel", text: asleep(`select \(no cases\)`),
		en: "select {} waits for ever. To wait for goroutines, use a sync.WaitGroup or a channel that says they are done.",
		ko: "select {}는 영원히 기다립니다. 고루틴을 기다리려면 sync.WaitGroup이나 끝났음을 알리는 채널을 쓰세요."},
	{topic: "channel", text: mainAsleep(`select[^\]]*\]:\n\s*waits for (?:[^\n]*, )?receive from (\S+\.Done\(\)) \(<-chan struct`), last: true,
		en: "No case of the select can ever go on: the other goroutines do nothing for it any more, and nobody cancels the context of {1}. Call cancel() when the work is done, or give the context a deadline (context.WithTimeout).",
		ko: "select의 어느 case도 진행될 수 없습니다. 다른 고루틴이 더 해 줄 일이 없고, {1} 쪽 context를 취소하는 쪽도 없습니다. 일이 끝나면 cancel()을 부르거나 context에 기한을 주세요(context.WithTimeout)."},
	{topic: "channel", text: asleep(`select`),
		en: "No case of the select can ever go on. A case for the end (a done channel, ctx.Done(), time.After) or a default case lets it go on.",
		ko: "select의 어느 case도 진행될 수 없습니다. 끝을 알리는 case(done 채널, ctx.Done(), time.After)나 default를 두세요."},
	{topic: "channel", class: panicked, text: on(`send on closed channel`), also: closedByReceiver, last: true,
		en: "The receiver closes {}, while somebody still sends. Closing says that nothing more will be sent: only the sender may say it. A receiver that wants to stop tells the sender by another channel or a context.",
		ko: "받는 쪽이 {} 채널을 닫았는데 아직 보내는 쪽이 있습니다. 닫기는 더 보낼 값이 없다는 뜻이라 보내는 쪽만 할 수 있습니다. 그만 받고 싶으면 다른 채널이나 context로 보내는 쪽에 알리세요."},
	{topic: "channel", class: panicked, text: on(`send on closed channel`), also: closedByEach, last: true,
		en: "Each of the goroutines closes {}: the first one that is done closes it under the others. Close it once, when all are done: go func() { wg.Wait(); close({}) }().",
		ko: "고루틴마다 {} 채널을 닫고 있어, 먼저 끝난 고루틴이 다른 고루틴이 쓰는 채널을 닫습니다. 모두 끝난 뒤 한 번만 닫으세요: go func() { wg.Wait(); close({}) }()."},
	{topic: "channel", class: panicked, text: on(`send on closed channel`), last: true,
		en: "The channel was closed while somebody still sends. Only the sending side closes, once, after the last send: with several senders wait for them with a WaitGroup, then close.",
		ko: "아직 보내는 쪽이 있는데 채널을 닫았습니다. 닫기는 보내는 쪽이 마지막 값을 보낸 뒤 한 번만 합니다. 보내는 쪽이 여럿이면 WaitGroup으로 기다린 다음 close 하세요."},
	{topic: "channel", class: panicked, text: on(`close of closed channel`), also: closedByEach, last: true,
		en: "Each of the goroutines closes {}; a channel can be closed once. Close it where all of them have been waited for: wg.Wait(), then close({}).",
		ko: "고루틴마다 {} 채널을 닫고 있습니다. 채널은 한 번만 닫을 수 있습니다. 모두 기다린 곳에서 닫으세요: wg.Wait() 다음에 close({})."},
	{topic: "channel", class: panicked, text: on(`close of closed channel`), last: true,
		en: "The channel was closed twice. One goroutine owns the channel and closes it, usually with one `defer close(ch)`; where several could, use sync.Once.",
		ko: "채널을 두 번 닫았습니다. 채널의 주인인 고루틴 하나가 보통 `defer close(ch)`로 한 번만 닫습니다. 여럿이 닫을 수 있다면 sync.Once를 쓰세요."},
	{topic: "channel", class: panicked, text: on(`close of nil channel`), last: true,
		en: "The channel is nil: declared, but never made. Make it: ch := make(chan T).",
		ko: "nil 채널입니다. 선언만 하고 만들지 않았습니다. ch := make(chan T)로 만드세요."},

	// maps, memory
	{topic: "map", class: fatal, text: on(`concurrent map`), last: true,
		en: "Several goroutines use one map, and at least one of them writes. Guard every use with the same sync.Mutex, or use sync.Map. Go ends the whole program here; recover cannot stop it.",
		ko: "여러 고루틴이 한 맵을 함께 쓰고 그중 하나 이상이 값을 바꿉니다. 모든 사용을 같은 sync.Mutex로 지키거나 sync.Map을 쓰세요. 이 오류는 recover로 막을 수 없고 프로그램 전체가 끝납니다."},
	{topic: "map", class: panicked, text: on(`assignment to entry in nil map`), last: true,
		en: "The map is nil: declared, but never made. Make it: m := make(map[K]V), or m := map[K]V{}.",
		ko: "nil 맵입니다. 선언만 하고 만들지 않았습니다. m := make(map[K]V) 또는 m := map[K]V{}로 만드세요."},
	{topic: "index", class: panicked, text: on(`index out of range`), also: outerLoopVariable, last: true,
		en: "The goroutines share the loop variable {}: it is declared outside the loop, so all of them see the value that it has now. Declare it in the loop (for {} := ...): then each round has its own.",
		ko: "고루틴들이 반복 변수 {} 하나를 함께 씁니다. 반복문 밖에서 선언되어 모두 지금의 값을 봅니다. 반복문에서 선언하면(for {} := ...) 회차마다 자기 변수를 갖습니다."},
	{topic: "index", class: panicked, text: on(`index out of range`), also: lessOrEqualLen, last: true,
		en: "The last index of {} is len({})-1: compare with <, or write for i := range {}.",
		ko: "{}의 마지막 인덱스는 len({})-1입니다. <로 비교하거나 for i := range {}로 쓰세요."},
	{topic: "index", class: panicked, text: on(`index out of range \[(\d+)\] with length (\d+)`),
		en: "With length {2} the indices run from 0 up to, not including, {2}. A new slice element comes with append; make([]T, n) makes n of them, make([]T, 0, n) none.",
		ko: "길이가 {2}이면 인덱스는 0부터 {2} 앞까지입니다. 요소를 더할 때는 append를 씁니다. make([]T, n)은 요소 n개를, make([]T, 0, n)은 0개를 만듭니다."},
	{topic: "nil", class: panicked, text: on(`nil pointer dereference`), also: shadowsNil, last: true,
		en: "{} is declared anew by := inside a block: the outer {} stays nil. Use = there.",
		ko: "블록 안에서 :=로 {} 변수를 새로 선언했습니다. 바깥의 {} 변수는 nil 그대로입니다. 거기서는 =를 쓰세요."},
	{topic: "nil", class: panicked, text: on(`nil pointer dereference`),
		en: "A pointer, function or interface is nil here. Was an error ignored that came with it, or the value never made?",
		ko: "포인터, 함수 또는 인터페이스가 nil입니다. 함께 온 오류를 무시했거나 값을 만들지 않았는지 보세요."},
	{topic: "divide", class: panicked, text: on(`integer divide by zero`),
		en: "Look at the divisor before you divide: if n == 0 { ... }. Only integers panic; floating-point division by zero gives +Inf or NaN.",
		ko: "나누기 전에 나누는 수를 확인하세요: if n == 0 { ... }. 패닉은 정수에서만 납니다. 실수를 0으로 나누면 +Inf나 NaN이 됩니다."},
	{topic: "assert", class: panicked, text: on(`interface conversion: .* is .*, not (\S+)`),
		en: "The value has another type. Ask first: v, ok := x.({1}), or use a type switch.",
		ko: "값의 타입이 다릅니다. 먼저 확인하세요: v, ok := x.({1}), 또는 타입 switch를 쓰세요."},
	{topic: "stack", class: fatal, text: on(`stack overflow`),
		en: "A function calls itself without end: is the case missing in which it stops, or never reached?",
		ko: "함수가 끝없이 자기 자신을 부릅니다. 멈추는 경우가 빠졌거나 거기에 이르지 못하는지 보세요."},
	{topic: "memory", class: fatal, text: on(`out of memory|cannot allocate memory|memory limit`),
		en: "Something grows without end: a slice in a loop, or goroutines that are started faster than they end. A worker pool or a semaphore bounds them; %memory shows and sets the limit.",
		ko: "끝없이 커지는 것이 있습니다. 반복문 안의 슬라이스이거나, 끝나는 것보다 빨리 시작되는 고루틴입니다. 워커 풀이나 세마포어로 개수를 제한하세요. %memory로 한도를 보고 바꿀 수 있습니다."},
	{topic: "exit", text: on(`exit status`), also: defersAndFatal,
		en: "{} ends the program at once: deferred functions do not run.",
		ko: "{}: 프로그램을 곧바로 끝냅니다. defer로 미룬 함수는 실행되지 않습니다."},

	// what the compiler says
	{topic: "unused", class: compileError, text: on(`append\(.*is not used`), last: true,
		en: "append returns the new slice; it does not change the old one in place. Write s = append(s, x).",
		ko: "append는 새 슬라이스를 돌려줍니다. 원래 것을 바꾸지 않습니다. s = append(s, x)라고 쓰세요."},
	{topic: "unused", class: compileError, text: on(`\(func\(.*\) literal\).*is not used|func literal evaluated but not used`), last: true,
		en: "A function literal does nothing by itself: call it, func() { ... }(), or start it as a goroutine, go func() { ... }().",
		ko: "함수 리터럴은 그 자체로는 아무것도 하지 않습니다. func() { ... }()로 부르거나 go func() { ... }()로 고루틴을 시작하세요."},
	{topic: "unused", class: compileError, text: on(`([\w.]+) \(value of type func\(.*\).*\) is not used`), last: true,
		en: "A function is called with parentheses: {1}(...).",
		ko: "함수는 괄호를 붙여 부릅니다: {1}(...)."},
	{topic: "unused", class: compileError, text: on(`(\S+) == .*is not used`), last: true,
		en: "== compares; to give {1} a value write {1} = ...",
		ko: "==는 비교입니다. {1}에 값을 넣으려면 {1} = ...라고 쓰세요."},
	{topic: "unused", class: compileError, text: on(` is not used`),
		en: "The value is computed and thrown away: assign it, print it, or leave it out.",
		ko: "계산한 값이 버려집니다. 변수에 넣거나 출력하거나 지우세요."},
	{topic: "unused", class: compileError, text: on(`declared and not used: (\S+)`), also: shadows, last: true,
		en: ":= declares a new {} inside the block; the outer one stays as it is. Use = to change the outer one.",
		ko: ":=는 블록 안에 새로운 {} 변수를 선언합니다. 바깥 변수는 그대로입니다. 바깥 것을 바꾸려면 =를 쓰세요."},
	{topic: "unused", class: compileError, text: on(`declared and not used: (\S+)`), last: true,
		en: "Go does not accept a local variable that is never used: use {1}, remove it, or write _ in its place.",
		ko: "Go는 쓰지 않는 지역 변수를 허용하지 않습니다. {1} 변수를 쓰거나, 지우거나, 그 자리에 _를 쓰세요."},
	{topic: "unused", class: compileError, text: on(`"(\S+)" imported (?:as \S+ )?and not used`),
		en: "Go does not accept an import that is never used: remove it, or write import _ \"{1}\" if only its initialisation is wanted.",
		ko: "Go는 쓰지 않는 import를 허용하지 않습니다. 지우거나, 초기화만 필요하면 import _ \"{1}\"로 쓰세요."},
	{topic: "name", class: compileError, text: on(`\.(close|len|cap|append|delete|copy) undefined`), last: true,
		en: "{1} is a built-in function, not a method: {1}(x).",
		ko: "{1} 함수는 메서드가 아니라 내장 함수입니다: {1}(x)."},
	{topic: "name", class: compileError, text: on(`undefined: [\w.]+ \(but have (\w+)\)|but does have (?:method|field) (\w+)|not exported by package`), last: true,
		en: "Letters count: names that begin with a capital letter are exported and can be used from outside; Go takes upper and lower case for different names.",
		ko: "대소문자를 구별합니다. 대문자로 시작하는 이름만 패키지 밖에서 쓸 수 있습니다."},
	{topic: "name", class: compileError, text: undefined, also: foreignWord, last: true,
		en: "In Go this is: {}.",
		ko: "Go에서는 이렇게 씁니다: {}"},
	{topic: "name", class: compileError, text: undefined, also: declaredInside, last: true,
		en: "{} is known only inside the braces in which it is declared. Declare it before the block, and use = inside.",
		ko: "{} 변수는 선언된 중괄호 안에서만 쓸 수 있습니다. 블록 앞에서 선언하고 안에서는 =를 쓰세요."},
	{topic: "name", class: compileError, text: on(`undefined: (\w+)\.(\w+)`),
		en: "The package {1} has no {2}. {1}. and the Tab key show what it has.",
		ko: "{1} 패키지에는 {2}라는 이름이 없습니다. {1}. 뒤에서 Tab을 누르면 있는 것을 보여 줍니다."},
	{topic: "name", class: compileError, text: undefined,
		en: "No cell that has run declares {1}. Is it spelt otherwise, or does the cell that declares it still have to run?",
		ko: "실행한 셀 가운데 {1}을(를) 선언한 것이 없습니다. 철자가 맞는지, 선언하는 셀을 아직 실행하지 않았는지 보세요."},
	{topic: "name", class: compileError, text: on(`(\S+) undefined \(type .* has no field or method`),
		en: "The type has no such field or method: the Tab key after the dot shows what it has.",
		ko: "그 타입에는 그런 필드나 메서드가 없습니다. 점 뒤에서 Tab을 누르면 있는 것을 보여 줍니다."},
	{topic: "name", class: compileError, text: on(`package (\S+) is not in std`),
		en: "Only the standard library and the packages of this kernel can be imported. Is the path spelt right?",
		ko: "표준 라이브러리와 이 커널의 패키지만 import 할 수 있습니다. 경로의 철자를 확인하세요."},
	{topic: "return", class: compileError, text: on(`missing return`),
		en: "Every way through a function with a result must end in return (or panic): one is missing at the end, after the if, for or switch.",
		ko: "결과가 있는 함수는 어느 경로로 가도 return(또는 panic)으로 끝나야 합니다. if, for, switch 뒤 함수 끝에 return이 빠졌습니다."},
	{topic: "call", class: compileError, text: on(`expression in (go|defer) must be function call|(go|defer) (?:discards|requires)|expression in (go|defer) must not be parenthesized`),
		en: "After go and defer stands a call, with its parentheses: go f(), go func() { ... }().",
		ko: "go와 defer 뒤에는 괄호가 있는 호출이 와야 합니다: go f(), go func() { ... }()."},
	{topic: "call", class: compileError, text: on(`variable of (?:struct )?type "?sync"?\.(\w+)\) as \*"?sync`),
		en: "Locks are passed by pointer, never copied: write & before the variable.",
		ko: "잠금은 복사하지 않고 포인터로 넘깁니다. 변수 앞에 &를 쓰세요."},
	{topic: "direction", class: compileError, text: on(`cannot (?:send to|close) receive-only channel`),
		en: "<-chan T can only be received from; sending and closing are the sender's. A function that sends takes chan<- T.",
		ko: "<-chan T에서는 받기만 할 수 있습니다. 보내기와 닫기는 보내는 쪽의 일입니다. 보내는 함수는 chan<- T를 받아야 합니다."},
	{topic: "direction", class: compileError, text: on(`cannot receive from send-only channel|range over .*send-only channel|receive from send-only`),
		en: "chan<- T can only be sent to. A function that receives takes <-chan T.",
		ko: "chan<- T에는 보내기만 할 수 있습니다. 받는 함수는 <-chan T를 받아야 합니다."},
	{topic: "direction", class: compileError, text: on(`cannot use .*variable of type (?:<-chan|chan<-) .*as chan `),
		en: "A channel with one direction does not become one with two: give the parameter that direction, too.",
		ko: "방향이 정해진 채널은 양방향 채널이 될 수 없습니다. 매개변수에도 그 방향을 쓰세요."},
	{topic: "range", class: compileError, text: on(`range over .*type (?:<-)?chan .*permits only one iteration variable`),
		en: "A channel gives values, no index: for v := range ch.",
		ko: "채널은 인덱스 없이 값만 줍니다: for v := range ch."},
	{topic: "types", class: compileError, text: on(`mismatched types (?:u?int\d* and time\.Duration|time\.Duration and u?int\d*|float\d+ and time\.Duration|time\.Duration and float\d+)`),
		en: "A duration is multiplied by a duration: time.Duration(n) * time.Second.",
		ko: "시간은 시간끼리 곱합니다: time.Duration(n) * time.Second."},
	{topic: "types", class: compileError, text: on(`mismatched types (?:untyped )?string and|mismatched types \S+ and (?:untyped )?string`),
		en: "+ does not turn numbers into text: use fmt.Sprint(x), fmt.Sprintf(\"%d\", n) or strconv.Itoa(n).",
		ko: "+는 숫자를 글자로 바꾸지 않습니다. fmt.Sprint(x), fmt.Sprintf(\"%d\", n) 또는 strconv.Itoa(n)을 쓰세요."},
	{topic: "types", class: compileError, text: on(`mismatched types ((?:u?int|float)\d*) and ((?:u?int|float)\d*)`),
		en: "Go converts no numbers by itself: write {1}(x) or {2}(x) around one of them.",
		ko: "Go는 숫자 타입을 저절로 바꾸지 않습니다. 한쪽을 {1}(x)나 {2}(x)로 바꾸세요."},
	{topic: "types", class: compileError, text: on(`non-boolean condition`),
		en: "A condition is a bool: write x != 0, s != \"\" or p != nil.",
		ko: "조건은 bool이어야 합니다. x != 0, s != \"\", p != nil처럼 쓰세요."},
	{topic: "assign", class: compileError, text: on(`cannot assign to struct field .* in map`),
		en: "A struct in a map cannot be changed in place: take it out, change it, put it back (v := m[k]; v.f = x; m[k] = v), or keep pointers in the map.",
		ko: "맵에 든 구조체는 그 자리에서 바꿀 수 없습니다. 꺼내서 바꾸고 다시 넣거나(v := m[k]; v.f = x; m[k] = v), 맵에 포인터를 넣으세요."},
	{topic: "assign", class: compileError, text: on(`no new variables on left side of :=`),
		en: "All names on the left exist already: use = to assign.",
		ko: "왼쪽 이름이 모두 이미 있습니다. 대입에는 =를 쓰세요."},
	{topic: "assign", class: compileError, text: on(`assignment mismatch: 1 variable but .* returns 2 values`),
		en: "The function returns two values, the second often an error: v, err := f(...), or v, _ := f(...) to ignore it.",
		ko: "함수가 값을 둘 돌려줍니다. 둘째는 보통 오류입니다: v, err := f(...), 무시하려면 v, _ := f(...)."},
	{topic: "assign", class: compileError, text: on(`\(no value\) used as value`),
		en: "The function returns nothing: call it on a line of its own.",
		ko: "돌려주는 값이 없는 함수입니다. 따로 한 줄에서 부르세요."},
	{topic: "method", class: compileError, text: on(`method \S+ has pointer receiver`),
		en: "The method belongs to the pointer type: use &value here.",
		ko: "메서드가 포인터 타입에 있습니다. 여기서는 &값을 쓰세요."},
	{topic: "method", class: compileError, text: on(`missing method (\w+)`),
		en: "To satisfy the interface, the type needs a method {1} with just this signature.",
		ko: "인터페이스를 만족하려면 타입에 정확히 같은 시그니처의 {1} 메서드가 있어야 합니다."},
	{topic: "syntax", class: compileError, text: on(`syntax error: unexpected keyword else`),
		en: "else stands on the line of the closing brace: } else {.",
		ko: "else는 닫는 중괄호와 같은 줄에 씁니다: } else {."},
	{topic: "syntax", class: compileError, text: on(`unexpected semicolon or newline before \{|unexpected newline, expected \{`),
		en: "The opening brace stands at the end of the line: func f() {, if x {, for {.",
		ko: "여는 중괄호는 그 줄의 끝에 씁니다: func f() {, if x {, for {."},
	{topic: "syntax", class: compileError, text: on(`unexpected newline in (?:composite literal|argument list|parameter list)`),
		en: "When the closing bracket stands on a line of its own, the line before it ends with a comma.",
		ko: "닫는 괄호를 다음 줄에 쓸 때는 그 앞줄 끝에 쉼표를 붙입니다."},
	{topic: "syntax", class: compileError, text: on(`syntax error`), also: saysWhile,
		en: "Go has one loop, for: for x < 10 { ... }, for { ... }.",
		ko: "Go의 반복문은 for 하나입니다: for x < 10 { ... }, for { ... }."},
	{topic: "syntax", class: compileError, text: on(`syntax error: unexpected (?:\+\+|--)|(?:\+\+|--) at end of|unexpected \S+ at end of statement`), also: increments,
		en: "x++ and x-- are statements, no expressions: they stand on a line of their own.",
		ko: "x++와 x--는 식이 아니라 문장입니다. 따로 한 줄에 씁니다."},
}

// waitsInRange is a deadlock with the cell's own goroutine in a range over a channel.
var waitsInRange = on(`all goroutines are asleep(?s:.*)goroutine 1 \[chan receive[^\]]*\]:(?:\n[^\n]+)*?\n\t[^\n]*\bfor\b[^\n]*\brange\b`)

// saysWhile holds where the failing line begins with another language's loop.
func saysWhile(f *Failure, _ *source) finding {
	return finding{ok: on(`\| \s*(?:while|until|foreach|do|loop)\b`).MatchString(f.Text)}
}

// increments holds where the failing line has ++ or -- inside an expression.
func increments(f *Failure, _ *source) finding {
	_, line, _ := strings.Cut(f.Text, " | ")
	line, _, _ = strings.Cut(line, "\n")
	return finding{ok: on(`\+\+|--`).MatchString(line)}
}

// quietRules are about cells that end well. They speak where the program does what its writer cannot mean.
var quietRules = []rule{
	{also: addsInsideAndWaits,
		en: "{}.Add stands inside the goroutine: Wait may return before it has run. Call Add before the go statement, or use {}.Go.",
		ko: "{}.Add가 고루틴 안에 있어, 그것이 실행되기 전에 Wait가 끝날 수 있습니다. go 문 앞에서 Add를 부르거나 {}.Go를 쓰세요."},
	{also: doneInGo,
		en: "{}.Go calls Add and Done itself: leave out the Done in its function.",
		ko: "{}.Go는 Add와 Done을 스스로 부릅니다. 함수 안의 Done을 빼세요."},
	{also: outerLoopVariable,
		en: "The goroutines share the loop variable {}: it is declared outside the loop. Declare it in the loop (for {} := ...): then each round has its own.",
		ko: "고루틴들이 반복 변수 {} 하나를 함께 씁니다. 반복문 밖에서 선언되었기 때문입니다. 반복문에서 선언하면(for {} := ...) 회차마다 자기 변수를 갖습니다."},
}
