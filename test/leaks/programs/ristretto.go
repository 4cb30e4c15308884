package main

import (
	"github.com/dgraph-io/ristretto"
)

func init() { programs["ristretto"] = ristrettoRequest }

func ristrettoRequest(healthy bool) {
	cache, err := ristretto.NewCache(&ristretto.Config{NumCounters: 1000, MaxCost: 1000, BufferItems: 64}) // #leak
	if err != nil {
		return
	}
	cache.Set("key", "value", 1)
	if healthy {
		cache.Close()
	}
}
