package main

import (
	"github.com/hashicorp/golang-lru/v2/expirable"
	"sync"
	"time"
)

func init() { programs["expirable-lru"] = expirableLruRequest }

var shareLRU sync.Once
var sharedLRU *expirable.LRU[int, string]

func expirableLruRequest(healthy bool) {
	if healthy {
		shareLRU.Do(func() { sharedLRU = expirable.NewLRU[int, string](100, nil, time.Minute) })
		sharedLRU.Add(1, "one")
		return
	}
	expirable.NewLRU[int, string](100, nil, time.Minute).Add(1, "one") // #leak
}
