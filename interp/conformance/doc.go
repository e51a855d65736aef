// Package conformance holds the tests that run Go's own programs as cells: each
// program of $(go env GOROOT)/test that is marked "// run" is built and run by the
// toolchain, and run as the one cell of a fresh session, and what they print is compared.
//
//	go test ./interp/conformance -v                          the folders of the table
//	go test ./interp/conformance -v -folders fixedbugs       another folder: abi, dwarf, typeparam/mdempsky
//	go test ./interp/conformance -v -programs chan/sieve1.go one program
//	go test ./interp/conformance -native                     with functions as native code
//	go test ./interp/conformance -update                     write testdata/notexact.txt anew
//	go test ./interp/conformance -v -examples net,os        the examples of these packages' documentation
//
// testdata/excluded.txt names the programs that no cell can answer as a compiled program
// does, with the reason. testdata/notexact.txt lists what is not exact yet; it may only
// shrink: a program that is not in it must be exact, and one that is in it must not be. testdata/examples.txt
// is the same for the examples of the standard library.
package conformance
