package main

import (
	"github.com/jellydator/ttlcache/v3"
	"time"
)

func init() { programs["ttlcache"] = ttlcacheRequest }

func ttlcacheRequest(healthy bool) {
	cache := ttlcache.New(ttlcache.WithTTL[string, string](time.Minute))
	go cache.Start() // #leak
	cache.Set("key", "value", ttlcache.DefaultTTL)
	if healthy {
		cache.Stop()
	}
}
