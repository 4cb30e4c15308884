/** Clients, producers and consumers have goroutines until Close. */
import { functions, type Owner } from "../owner.js";

export const sarama: Owner = {
  library: "github.com/IBM/sarama",
  versions: "all",
  source: "https://pkg.go.dev/github.com/IBM/sarama#Client",
  leaks: [
    {
      goroutines: functions(
        "github.com/(?:IBM|Shopify)/sarama",
        "withRecover",
        "(*Broker).~",
        "(*client).~",
        "(*asyncProducer).~",
        "(*syncProducer).~",
        "(*partitionConsumer).~",
        "(*brokerConsumer).~",
        "(*consumerGroup).~",
        "(*offsetManager).~",
      ),
      calls: functions(
        "github.com/(?:IBM|Shopify)/sarama",
        "NewClient",
        "NewSyncProducer~",
        "NewAsyncProducer~",
        "NewConsumer~",
        "NewConsumerGroup~",
        "NewClusterAdmin~",
        "NewOffsetManager~",
      ),
      look: "sarama.NewClient or sarama.NewSyncProducer",
      what: "Each sarama client, producer or consumer has connections and goroutines of its own until it is closed: likely one is made for each message.",
      todo: "Share one, or Close each (defer producer.Close()).",
    },
  ],
};
