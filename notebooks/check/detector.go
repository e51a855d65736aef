package check

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"strings"
)

// Asker asks the program that shows the notebook. Its question "race" (package, function, first argument) runs that
// call of the cell once more in a compiled program under the race detector and answers with the detector's report.
type Asker func(what string, args ...string) (string, error)

// SymbolsWith is Symbols for a process in which checks can ask host.
func SymbolsWith(host Asker) map[string]reflect.Value {
	table := maps.Clone(Symbols())
	table["Exercise"] = reflect.ValueOf(func(name string, answers ...any) Verdict { return exerciseIn(host, name, answers) })
	return table
}

// underDetector tells whether this process is the compiled program that host runs: only what the race detector
// reports counts there.
func underDetector() bool { return os.Getenv("GOKERNEL_RACE") != "" }

// detect runs the exercise that the cell checks as name under the race detector: what it found, or else a remark.
func detect(host Asker, name string) (*fault, text) {
	report, err := host("race", Path, "Exercise", name)
	if err != nil {
		why, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
		switch {
		case strings.HasPrefix(why, "toolchain: "):
			return nil, text{"Go 도구가 설치되어 있지 않아 경쟁 탐지기(`-race`)로는 확인하지 못했습니다.", "Without a Go toolchain on this machine the race detector (`-race`) was left out."}
		case strings.HasPrefix(why, "slow: "):
			return nil, text{"경쟁 탐지기(`-race`)를 처음 준비하는 중이라 이번에는 뺐습니다. 다시 실행하면 이어서 확인합니다.", "The race detector (`-race`) was left out, because it is still being prepared: run the cell again to go on."}
		}
		return nil, text{"경쟁 탐지기(`-race`)로는 확인하지 못했습니다: " + why, "The race detector (`-race`) was left out: " + why}
	}
	if f := raceFault(report); f != nil {
		return f, text{}
	}
	return nil, text{"경쟁 탐지기(`-race`)도 찾아낸 것이 없습니다.", "The race detector (`-race`) found nothing either."}
}

var (
	access = regexp.MustCompile(`(?m)^(Previous )?(?i:atomic )?(Read|read|Write|write) at 0x[0-9a-f]+ by .*:\n((?:  .*\n?)+)`)
	spot   = regexp.MustCompile(`\bcell (\d+):(\d+)`)
)

// raceFault words the first report of the detector; nil if it has nothing to do with the learner's cells.
func raceFault(report string) *fault {
	var what []text
	inCell := false
	for _, m := range access.FindAllStringSubmatch(report, 2) {
		where := text{"채점하는 쪽", "the check"}
		if at := spot.FindStringSubmatch(m[3]); at != nil {
			inCell = true
			where = text{fmt.Sprintf("셀 %s의 %s번째 줄", at[1], at[2]), fmt.Sprintf("line %[2]s of cell %[1]s", at[1], at[2])}
		}
		did := text{"읽기", "a read"}
		if strings.EqualFold(m[2], "write") {
			did = text{"쓰기", "a write"}
		}
		what = append(what, text{did.ko + "(" + where.ko + ")", did.en + " (" + where.en + ")"})
	}
	if !inCell || len(what) < 2 {
		return nil
	}
	return &fault{Race, text{
		"경쟁 탐지기가 데이터 경쟁을 찾았습니다. 서로 기다리지 않는 두 고루틴이 같은 변수에 손을 댔습니다: " + what[0].ko + ", " + what[1].ko + ".",
		"the race detector found a data race: two goroutines touched the same variable, and neither waited for the other: " + what[0].en + " and " + what[1].en + ".",
	}}
}
