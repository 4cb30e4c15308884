package main

import (
	"context"
	"github.com/allegro/bigcache/v3"
	"time"
)

func init() { programs["bigcache"] = bigcacheRequest }

func bigcacheRequest(healthy bool) {
	config := bigcache.DefaultConfig(time.Minute)
	config.Shards, config.MaxEntriesInWindow, config.HardMaxCacheSize, config.Verbose = 1, 10, 1, false
	cache, err := bigcache.New(context.Background(), config) // #leak
	if err != nil {
		return
	}
	cache.Set("key", []byte("value"))
	if healthy {
		cache.Close()
	}
}
