/** Producers and consumers have goroutines, and threads of librdkafka, until Close. */
import { functions, type Owner } from "../owner.js";

export const confluentKafka: Owner = {
  library: "github.com/confluentinc/confluent-kafka-go",
  versions: "all",
  source: "https://pkg.go.dev/github.com/confluentinc/confluent-kafka-go/v2/kafka#Producer.Close",
  leaks: [
    {
      goroutines: functions(
        "github.com/confluentinc/confluent-kafka-go(?:/v\\d+)?/kafka",
        "poller",
        "(*Producer).~",
        "(*Consumer).~",
        "(*handle).~",
        "channelProducer~",
        "NewProducer",
        "NewConsumer",
      ),
      calls: functions(
        "github.com/confluentinc/confluent-kafka-go(?:/v\\d+)?/kafka",
        "NewProducer",
        "NewConsumer",
        "NewAdminClient",
      ),
      look: "kafka.NewProducer or kafka.NewConsumer",
      what: "Each Kafka producer or consumer has goroutines, and threads and memory of librdkafka, until it is closed.",
      todo: "Share one, or Flush and Close each.",
    },
  ],
};
