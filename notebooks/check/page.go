package check

import (
	"fmt"
	"html"
	"strings"
)

const (
	green  = "#2e9e5b"
	red    = "#d6453d"
	yellow = "#c98a00"
	blue   = "#3b82c4"
)

// box is a page with a coloured edge: a bold head, then lines.
func box(colour, mark, head string, lines ...string) Page {
	var rich, plain strings.Builder
	fmt.Fprintf(&rich, `<div style="border-left:4px solid %s;padding:.4em .9em;margin:.2em 0">`, colour)
	fmt.Fprintf(&rich, `<div><span style="color:%s;font-weight:bold">%s</span> <b>%s</b></div>`, colour, mark, html.EscapeString(head))
	fmt.Fprintf(&plain, "%s %s", mark, head)
	for _, line := range lines {
		fmt.Fprintf(&rich, `<div style="margin-top:.3em">%s</div>`, code(line))
		fmt.Fprintf(&plain, "\n  %s", line)
	}
	rich.WriteString("</div>")
	return Page{plain.String(), rich.String()}
}

// code escapes a line and sets what stands between backquotes as code.
func code(line string) string {
	var out strings.Builder
	for i, part := range strings.Split(line, "`") {
		if i%2 == 1 {
			fmt.Fprintf(&out, "<code>%s</code>", html.EscapeString(part))
		} else {
			out.WriteString(html.EscapeString(part))
		}
	}
	return out.String()
}

func plainPage(line string) Page { return box(red, "✗", line) }

func unknownPage(lang, name string) Page {
	return plainPage(text{
		fmt.Sprintf("%q라는 연습 문제는 없습니다.", name),
		fmt.Sprintf("there is no exercise %q.", name),
	}.in(lang))
}

func verdictPage(lang string, ex exercise, f *fault, remarks ...string) Page {
	title := ex.title.in(lang)
	if f == nil {
		return box(green, "✓", text{"통과했습니다: ", "passed: "}.in(lang)+title, remarks...)
	}
	lines := append([]string{f.text.in(lang), text{
		fmt.Sprintf("고쳐서 다시 실행해 보세요. 막히면 `check.Hint(\"ko/%s\")`", ex.id),
		fmt.Sprintf("Change it and run again. Stuck? `check.Hint(\"en/%s\")`", ex.id),
	}.in(lang)}, remarks...)
	return box(red, "✗", reasonTitle(f.reason).in(lang)+": "+title, lines...)
}

func reasonTitle(r Reason) text {
	switch r {
	case Signature:
		return text{"함수의 모양이 다릅니다", "not the function asked for"}
	case Sequential:
		return text{"동시에 실행되지 않습니다", "not concurrent"}
	case Race:
		return text{"경쟁 상태입니다", "a race"}
	case Leak:
		return text{"고루틴이 샙니다", "a leak"}
	case Deadlock:
		return text{"끝나지 않습니다", "stuck"}
	case Panicked:
		return text{"패닉이 일어났습니다", "a panic"}
	case TooEarly:
		return text{"너무 이릅니다", "too early"}
	case TooMany:
		return text{"한꺼번에 너무 많습니다", "too many at a time"}
	case TooSlow:
		return text{"너무 느립니다", "too slow"}
	case Spinning:
		return text{"쉬지 않고 헛돕니다", "it spins"}
	case Uncanceled:
		return text{"취소되지 않았습니다", "not cancelled"}
	default:
		return text{"아직입니다", "not yet"}
	}
}

func hintPage(lang string, ex exercise, shown int) Page {
	var lines []string
	for _, h := range ex.hints[:shown] {
		lines = append(lines, h.in(lang))
	}
	if shown < len(ex.hints) {
		lines = append(lines, text{"더 필요하면 같은 셀을 한 번 더 실행하세요.", "Run the cell again for one more."}.in(lang))
	} else {
		lines = append(lines, fmt.Sprintf(text{
			"힌트는 여기까지입니다. 풀이는 `check.Solution(\"ko/%s\")`",
			"That was the last hint. The solution: `check.Solution(\"en/%s\")`",
		}.in(lang), ex.id))
	}
	head := fmt.Sprintf(text{"힌트 %d/%d: %s", "hint %d/%d: %s"}.in(lang), shown, len(ex.hints), ex.title.in(lang))
	return box(yellow, "?", head, lines...)
}

func solutionPage(lang string, ex exercise, source string) Page {
	head := text{"풀이: ", "solution: "}.in(lang) + ex.title.in(lang)
	p := box(blue, "★", head, ex.why.in(lang))
	p.plain += "\n\n" + source
	p.rich = strings.TrimSuffix(p.rich, "</div>") +
		`<pre style="margin-top:.6em"><code>` + html.EscapeString(source) + "</code></pre></div>"
	return p
}

func resetPage(lang, id string, err error) Page {
	if err != nil {
		return plainPage(err.Error())
	}
	if id == "" {
		return box(blue, "↺", text{"모든 진도를 지웠습니다.", "all progress is forgotten."}.in(lang))
	}
	return box(blue, "↺", text{"처음으로 되돌렸습니다: ", "as new: "}.in(lang)+id)
}

func predictPage(lang string, guess, got any, right bool) Page {
	yours := fmt.Sprintf(text{"예상: `%v`", "your guess: `%v`"}.in(lang), guess)
	real := fmt.Sprintf(text{"실제: `%v`", "it was: `%v`"}.in(lang), got)
	if right {
		return box(green, "✓", text{"예상대로입니다.", "as you said."}.in(lang), real)
	}
	return box(yellow, "≠", text{"예상과 다릅니다. 왜 그럴까요?", "not what you said. Why?"}.in(lang), yours, real)
}

// sectionTitle names the sections of the course.
func sectionTitle(n int) text {
	return []text{
		{"시작하기", "Getting started"},
		{"프로세스, 스레드, 고루틴", "Processes, threads, goroutines"},
		{"Go 스케줄러", "Go's scheduler"},
		{"고루틴", "Goroutines"},
		{"채널", "Channels"},
		{"경쟁 상태", "Race conditions"},
		{"select", "select"},
		{"고루틴 시간 초과", "Timing out a goroutine"},
		{"채널 재방문", "Channels revisited"},
		{"공유 메모리와 공유 변수", "Shared memory and shared variables"},
		{"클로저 변수와 go 구문", "Closure variables and the go statement"},
		{"context", "context"},
		{"semaphore", "semaphore"},
		{"더 나아가기", "Further on"},
	}[n]
}

func progressPage(lang string, all []exercise, n store) Page {
	type row struct{ done, total int }
	rows := map[int]*row{}
	var open []string
	done, last := 0, 0
	for _, ex := range all {
		r := rows[ex.section]
		if r == nil {
			r = &row{}
			rows[ex.section] = r
		}
		r.total++
		last = max(last, ex.section)
		if n.read(ex.id).Passed {
			r.done++
			done++
		} else if len(open) == 0 {
			open = append(open, fmt.Sprintf(text{"다음 문제: %d장 `%s` %s", "next: section %d `%s` %s"}.in(lang), ex.section, ex.id, ex.title.in(lang)))
		}
	}
	head := fmt.Sprintf(text{"모두 %d문제 가운데 %d문제를 풀었습니다", "%[2]d of %[1]d exercises passed"}.in(lang), len(all), done)
	p := box(blue, "◐", head, open...)
	var rich strings.Builder
	rich.WriteString(`<table style="margin-top:.5em">`)
	for i := 0; i <= last; i++ {
		r := rows[i]
		if r == nil {
			continue
		}
		title := sectionTitle(i).in(lang)
		p.plain += fmt.Sprintf("\n  %2d  %s%s  %d/%d  %s", i, strings.Repeat("■", r.done), strings.Repeat("□", r.total-r.done), r.done, r.total, title)
		fmt.Fprintf(&rich, `<tr><td style="text-align:right">%d</td><td style="text-align:left">%s</td>`+
			`<td style="text-align:left;letter-spacing:2px;color:%s">%s</td><td>%d/%d</td></tr>`,
			i, html.EscapeString(title), green, strings.Repeat("■", r.done)+strings.Repeat("□", r.total-r.done), r.done, r.total)
	}
	rich.WriteString("</table>")
	p.rich = strings.TrimSuffix(p.rich, "</div>") + rich.String() + "</div>"
	return p
}
