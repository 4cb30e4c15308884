package main

import (
	"time"
)

func init() { programs["channel-send"] = channelSendRequest }

func channelSendRequest(healthy bool) {
	results := make(chan string)
	if healthy {
		results = make(chan string, 1)
	}
	go func() {
		time.Sleep(time.Millisecond)
		results <- "late" // #leak
	}()
	select {
	case <-results:
	case <-time.After(time.Microsecond):
	}
}
