//go:build !race

package guest

// raceEnabled: the worker is built with the race detector.
const raceEnabled = false
