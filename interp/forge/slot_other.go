//go:build !amd64 && !arm64

package forge

// slotStride 0 means that there are no method entries for this architecture: New says so.
const slotStride = 0

var entriesPC uintptr
