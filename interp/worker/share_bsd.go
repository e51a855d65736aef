//go:build unix && !linux

package worker

import "os"

// sharedFile is a file without a name that two processes can share.
func sharedFile(size int64) (*os.File, error) {
	f, err := os.CreateTemp("", "gokernel")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name())
	if err := f.Truncate(size); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
