package main

import (
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
)

func init() { programs["watermill"] = watermillRequest }

var persistent = gochannel.NewGoChannel(gochannel.Config{Persistent: true}, watermill.NopLogger{})
var passing = gochannel.NewGoChannel(gochannel.Config{}, watermill.NopLogger{})

func watermillRequest(healthy bool) {
	pubSub := persistent
	if healthy {
		pubSub = passing
	}
	for range 20 {
		pubSub.Publish("orders", message.NewMessage("id", make([]byte, 2000))) // #leak
	}
}
