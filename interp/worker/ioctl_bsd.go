//go:build unix && !linux

package worker

const fionread = 0x4004667f // FIONREAD of the BSDs and macOS: bytes that wait in a pipe

const maxrssUnit = 1 // macOS counts bytes
