package main

import (
	"fmt"
	"golang.org/x/time/rate"
	"sync"
)

func init() { programs["rate-limiter"] = rateLimiterRequest }

var limitersLock sync.Mutex
var limiters = map[string]*rate.Limiter{}

func rateLimiterRequest(healthy bool) {
	limitersLock.Lock()
	defer limitersLock.Unlock()
	for range 4000 {
		address := fmt.Sprint("10.0.", len(limiters)/256, ".", len(limiters)%256)
		limiters[address] = rate.NewLimiter(5, 10) // #leak
		if healthy && len(limiters) > 100 {
			clear(limiters)
		}
	}
}
