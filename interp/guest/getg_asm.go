//go:build amd64 || arm64

package guest

// getg is the address of the running goroutine's descriptor. It tells a
// goroutine from one that native code started and that inherited its label.
func getg() uintptr

// goid is the runtime's number of the running goroutine: the word of its
// descriptor that the calibration found, or what its trace says.
func goid(w *World) int64 {
	if off := w.goidAt; off != 0 {
		return *(*int64)(pointer(getg() + off)) // descriptors are never moved or freed
	}
	return stackGoid()
}

// calibrateGoid finds where a descriptor holds the goroutine's number, by
// comparing several goroutines' descriptors with what their traces say. Zero: not found.
func calibrateGoid() uintptr {
	const words = 64 // goid lies within the first 512 bytes of every runtime.g so far
	var ok [words]bool
	for i := range ok {
		ok[i] = true
	}
	for range 4 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			id, g := stackGoid(), getg()
			for i := range ok {
				if *(*int64)(pointer(g + uintptr(i*8))) != id {
					ok[i] = false
				}
			}
		}()
		<-done
	}
	for i := range ok {
		if ok[i] {
			return uintptr(i * 8)
		}
	}
	return 0
}
