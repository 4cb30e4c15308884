/** A GoChannel with Persistent keeps every message in memory. */
import { either, functions, type Owner } from "../owner.js";

export const watermill: Owner = {
  library: "github.com/ThreeDotsLabs/watermill",
  versions: "all",
  source: "https://pkg.go.dev/github.com/ThreeDotsLabs/watermill/pubsub/gochannel#Config",
  leaks: [
    {
      allocations: either(
        functions("github.com/ThreeDotsLabs/watermill/pubsub/gochannel", "(*GoChannel).~"),
        functions("github.com/ThreeDotsLabs/watermill/message", "NewMessage"),
      ),
      calls: functions("github.com/ThreeDotsLabs/watermill/pubsub/gochannel", "(*GoChannel).Publish"),
      look: "gochannel.GoChannel.Publish",
      what: "A GoChannel with Persistent: true keeps every message that was ever published, for subscribers to come.",
      todo: "Set Persistent: false, or use a Pub/Sub that stores its messages outside the memory.",
    },
    {
      goroutines: functions("github.com/ThreeDotsLabs/watermill/pubsub/gochannel", "(*GoChannel).~", "(*subscriber).~"),
      calls: functions(
        "github.com/ThreeDotsLabs/watermill/pubsub/gochannel",
        "(*GoChannel).Publish",
        "(*GoChannel).Subscribe",
      ),
      look: "gochannel.GoChannel.Publish or gochannel.GoChannel.Subscribe",
      what: "Messages wait for subscribers that do not acknowledge them: each has a goroutine.",
      todo: "Ack or Nack every message, and cancel the context of subscriptions that end.",
    },
  ],
};
