//go:build !unix

package worker

import (
	"errors"
	"os"
)

func sharedFile(size int64) (*os.File, error) {
	return nil, errors.New("memory is not shared on this system")
}

func childShared() *remainder { return nil }
