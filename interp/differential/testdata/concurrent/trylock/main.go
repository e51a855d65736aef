// Who finds the lock taken does something else.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	var rw sync.RWMutex
	mu.Lock()
	res := make(chan bool)
	go func() { res <- mu.TryLock() }()
	fmt.Println(<-res)
	mu.Unlock()
	go func() { ok := mu.TryLock(); mu.Unlock(); res <- ok }()
	fmt.Println(<-res)
	rw.RLock()
	go func() { res <- rw.TryLock() }()
	fmt.Println(<-res)
	go func() { ok := rw.TryRLock(); rw.RUnlock(); res <- ok }()
	fmt.Println(<-res)
	rw.RUnlock()
	var l sync.Locker = rw.RLocker()
	l.Lock()
	l.Unlock()
	fmt.Println(rw.TryLock())
}
