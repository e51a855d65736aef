// Package differential compares cells with compiled programs: those that nobody wrote by hand, and those whose goroutines
// leave one outcome.
//
//	go test ./interp/differential                            40 generated programs
//	go test ./interp/differential -generated 1000            the long form: 1,000 generated programs
//	go test ./interp/differential -run Generated -seed 17 -generated 1 -v
//	                                                         one of them, with its text where it differs
//	go test ./interp/differential -run Race -repeat 300 -timeout 3h
//	                                                         the long form: each concurrent program 300 times, and all
//	                                                         notebooks of the course, without a report of the race detector
//
// Generated programs come from Generate. They are declared as one cell, as a cell for each
// declaration, or run as a whole program, in sessions that many of them share.
// The concurrent programs are in testdata/concurrent; they run where the process for cells is built with the race detector.
//
// The long forms, run once on two cores: 1,000 generated programs equal, but for three that were not deterministic (two showed
// addresses, one printed more than a cell may; the generator makes none of these any more); 53 concurrent programs 300 times
// each, 15,900 runs, equal and without a report; the 14 notebooks without a report of any but their own races.
package differential
