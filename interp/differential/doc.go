// Package differential compares cells with compiled programs that nobody wrote by hand.
//
//	go test ./interp/differential                            40 generated programs
//	go test ./interp/differential -generated 1000            the long form: 1,000 generated programs
//	go test ./interp/differential -run Generated -seed 17 -generated 1 -v
//	                                                         one of them, with its text where it differs
//
// Generated programs come from Generate. They are declared as one cell, as a cell for each
// declaration, or run as a whole program, in sessions that many of them share.
package differential
