# guestSymbols by go doc listing
cd /work/main/interp/guest
{
echo 'package main'
echo 'import ("reflect"; "unsafe"; "gokernel/interp/guest")'
echo 'type unsafePointer = unsafe.Pointer'
echo 'var guestSymbols = map[string]reflect.Value{'
grep -h "^func [A-Z][A-Za-z0-9]*(" *.go | sed 's/^func \([A-Za-z0-9]*\)(.*/"\1": reflect.ValueOf(guest.\1),/' | sort -u
grep -h "^type \(Frame\|Iter\|Case\|Pif\|Puller\) " *.go | sed 's/^type \([A-Za-z]*\) .*/"\1": reflect.ValueOf((*guest.\1)(nil)),/' | sort -u
echo '}'
} > /work/main/interp/compile/_lab/syms.go
gofmt -w /work/main/interp/compile/_lab/syms.go
