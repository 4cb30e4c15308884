// Package orders prices what customers put into their baskets.
package orders

import (
	"errors"
	"time"
)

// ErrTooSlow says that a price was not known in time; the shop then shows the list price.
var ErrTooSlow = errors.New("pricing took too long")

const (
	patience    = 20 * time.Millisecond
	timePerLine = time.Millisecond
	centsLine   = 1295
)

// Pricer computes prices with discounts, which takes longer for longer orders.
type Pricer struct {
	slots int // of the channel that a result is sent through
}

// NewPricer returns a pricer. With leak its results wait for a receiver, even after that has given up.
func NewPricer(leak bool) *Pricer {
	if leak {
		return &Pricer{slots: 0}
	}
	return &Pricer{slots: 1} // room for the result: the sender never has to wait
}

// Price returns the price of an order in cents, or ErrTooSlow.
func (p *Pricer) Price(lines int) (int, error) {
	result := make(chan int, p.slots)
	go p.compute(lines, result)
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case cents := <-result:
		return cents, nil
	case <-timeout.C:
		return 0, ErrTooSlow
	}
}

func (p *Pricer) compute(lines int, result chan<- int) {
	cents := 0
	for i := 0; i < lines; i++ {
		cents += centsLine - min(i, 50)*5 // the more lines, the cheaper each
	}
	time.Sleep(time.Duration(lines) * timePerLine) // asks the discount service
	result <- cents                                // #leak goroutine: waits for ever once Price has timed out
}
