// Package answers holds the solutions of the exercises, under the names that
// learners are asked to use, and wrong answers with the reason for which they
// must not pass. The check package shows the sources of the solutions; tests
// run all of them.
package answers

// Answer is an answer to an exercise. Want is the reason for which it fails, ""
// for a solution. What is Racy is a data race by intent and cannot run under
// the race detector; what is Detected is one that only the detector finds for
// certain.
type Answer struct {
	ID       string
	Name     string
	Funcs    []any
	Want     string
	Racy     bool
	Detected bool
}

// All are all answers.
func All() []Answer {
	var all []Answer
	for _, part := range [][]Answer{goroutineAnswers(), channelAnswers(), sharingAnswers(), contextAnswers(), beyondAnswers(), detectedAnswers(), unusualAnswers(), hostileAnswers()} {
		all = append(all, part...)
	}
	return all
}

func right(id, name string, funcs ...any) Answer { return Answer{ID: id, Name: name, Funcs: funcs} }

func wrong(id, name, want string, funcs ...any) Answer {
	return Answer{ID: id, Name: name, Funcs: funcs, Want: want}
}

func racy(id, name, want string, funcs ...any) Answer {
	return Answer{ID: id, Name: name, Funcs: funcs, Want: want, Racy: true}
}

func detected(id, name string, funcs ...any) Answer {
	return Answer{ID: id, Name: name, Funcs: funcs, Want: "race", Racy: true, Detected: true}
}
