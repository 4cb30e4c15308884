package main

import (
	"github.com/go-redis/redis/v8"
)

func init() { programs["redis-v8"] = redisV8Request }

func redisV8Request(healthy bool) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"}) // #leak
	if healthy {
		client.Close()
	}
}
