package guest

// The errors of loops over functions, each raised by an iterator that really breaks the rule.

// PanicYield raises the error of a call of the body of a loop over a function that may not be called: state is that
// of the loop, -1 when the body is running or has panicked, -2 when the loop is over, another when it has been left.
func PanicYield(place, state int) {
	at(place)
	var body func() bool
	switch state {
	case -2:
		for range func(yield func() bool) { body = yield } {
		}
		body()
	case -1:
		for range func(yield func() bool) {
			func() {
				defer func() { _ = recover() }()
				yield()
			}()
			yield()
		} {
			panic(0)
		}
	default:
		for range func(yield func() bool) { yield(); yield() } {
			break
		}
	}
}

// PanicLostPanic raises the error of an iterator that has recovered a panic of the body and returned.
func PanicLostPanic(place int) {
	at(place)
	for range func(yield func() bool) {
		defer func() { _ = recover() }()
		yield()
	} {
		panic(0)
	}
}
