/** A connection has goroutines until Close, an asynchronous subscription until Unsubscribe. */
import { functions, type Owner } from "../owner.js";

export const nats: Owner = {
  library: "github.com/nats-io/nats.go",
  versions: "all",
  source: "https://pkg.go.dev/github.com/nats-io/nats.go#Conn.Close",
  leaks: [
    {
      goroutines: functions("github.com/nats-io/nats.go", "(*Conn).waitForMsgs"),
      calls: functions(
        "github.com/nats-io/nats.go",
        "(*Conn).Subscribe",
        "(*Conn).QueueSubscribe",
        "(*Conn).SubscribeSync",
        "(*js).Subscribe",
        "(*js).QueueSubscribe",
      ),
      look: "nats.Conn.Subscribe or nats.Conn.QueueSubscribe",
      what: "Each asynchronous subscription of NATS has a goroutine until it is unsubscribed or its connection is closed.",
      todo: "Call Unsubscribe (or Drain) of each subscription that is made for a while only.",
    },
    {
      goroutines: functions("github.com/nats-io/nats.go", "(*Conn).~", "(*asyncCallbacksHandler).~"),
      calls: functions("github.com/nats-io/nats.go", "Connect", "(Options).Connect", "Options.Connect"),
      look: "nats.Connect or nats.Options.Connect",
      what: "Each NATS connection has goroutines and buffers of its own until it is closed.",
      todo: "Make one connection and share it (it is safe for concurrent use), or Close each one (defer nc.Close()).",
    },
  ],
};
