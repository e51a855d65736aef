// Transfers between accounts that are locked in order.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	sync.Mutex
	id, balance int
}

func transfer(from, to *account, n int) bool {
	a, b := from, to
	if a.id > b.id {
		a, b = b, a
	}
	a.Lock()
	defer a.Unlock()
	b.Lock()
	defer b.Unlock()
	if from.balance < n {
		return false
	}
	from.balance -= n
	to.balance += n
	return true
}

func main() {
	var accounts []*account
	for i := range 5 {
		accounts = append(accounts, &account{id: i, balance: 100})
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 40 {
				from, to := (g+i)%5, (g*3+i*7+1)%5
				if from != to {
					transfer(accounts[from], accounts[to], i%13)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, a := range accounts {
		total += a.balance
	}
	fmt.Println(total)
}
