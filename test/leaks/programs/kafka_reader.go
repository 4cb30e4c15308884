package main

import (
	"github.com/segmentio/kafka-go"
)

func init() { programs["kafka-reader"] = kafkaReaderRequest }

func kafkaReaderRequest(healthy bool) {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, GroupID: "orders", Topic: "orders"}) // #leak
	if healthy {
		reader.Close()
	}
}
