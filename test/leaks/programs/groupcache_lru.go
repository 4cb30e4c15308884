package main

import (
	"fmt"
	"github.com/golang/groupcache/lru"
	"sync"
)

func init() { programs["groupcache-lru"] = groupcacheLruRequest }

var thumbsLock sync.Mutex
var thumbs = lru.New(0) // no limit
var thumbCount int

func groupcacheLruRequest(healthy bool) {
	thumbsLock.Lock()
	defer thumbsLock.Unlock()
	for range 20 {
		thumbCount++
		thumbs.Add(fmt.Sprint(thumbCount), make([]byte, 2000)) // #leak
		if healthy && thumbs.Len() > 100 {
			thumbs.RemoveOldest()
		}
	}
}
