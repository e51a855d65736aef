package install

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// lockCache takes the lock of the cache folder: one process at a time builds
// there. The lock goes with the process that holds it, so a killed one leaves
// nothing to clean up. progress is told once if it has to wait.
func lockCache(ctx context.Context, cache string, progress io.Writer) (unlock func(), err error) {
	path := filepath.Join(cache, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, cannotWrite(cache, err, "set "+cacheVariable+" to a folder you can write to")
	}
	for told := false; ; told = true {
		ok, err := tryLock(f)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("locking %s: %w", path, err)
		}
		if ok {
			// Closing the file gives the lock back.
			return func() { f.Close() }, nil
		}
		if !told {
			fmt.Fprintln(progress, "Another gokernel is setting up the private JupyterLab; waiting for it.")
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
