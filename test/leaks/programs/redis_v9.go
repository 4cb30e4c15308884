package main

import (
	"context"
	"github.com/redis/go-redis/v9"
)

func init() { programs["redis-v9"] = redisV9Request }

func redisV9Request(healthy bool) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	subscription := client.Subscribe(context.Background(), "orders")
	messages := subscription.Channel() // #leak
	if healthy {
		subscription.Close()
		client.Close()
		<-messages
	}
}
