package main

import (
	"github.com/patrickmn/go-cache"
	"sync"
	"time"
)

func init() { programs["go-cache"] = goCacheRequest }

var shareGoCache sync.Once
var sharedGoCache *cache.Cache
var keptCachesLock sync.Mutex
var keptCaches []*cache.Cache

func goCacheRequest(healthy bool) {
	if healthy {
		shareGoCache.Do(func() { sharedGoCache = cache.New(time.Minute, time.Minute) })
		sharedGoCache.Set("key", "value", 0)
		return
	}
	keptCachesLock.Lock()
	defer keptCachesLock.Unlock()
	keptCaches = append(keptCaches, cache.New(time.Minute, time.Minute)) // #leak
}
