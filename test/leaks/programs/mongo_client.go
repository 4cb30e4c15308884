package main

import (
	"context"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func init() { programs["mongo-client"] = mongoClientRequest }

func mongoClientRequest(healthy bool) {
	client, err := mongo.Connect(context.Background(), options.Client().ApplyURI("mongodb://127.0.0.1:1")) // #leak
	if err != nil {
		panic(err)
	}
	if healthy {
		client.Disconnect(context.Background())
	}
}
