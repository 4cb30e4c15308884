/** Readers and writers have goroutines until Close. */
import { functions, type Owner } from "../owner.js";

export const kafkaGo: Owner = {
  library: "github.com/segmentio/kafka-go",
  versions: "0.4",
  source: "https://pkg.go.dev/github.com/segmentio/kafka-go#Reader.Close",
  leaks: [
    {
      goroutines: functions(
        "github.com/segmentio/kafka-go",
        "(*reader).~",
        "(*Reader).~",
        "(*ConsumerGroup).~",
        "NewConsumerGroup",
      ),
      calls: functions("github.com/segmentio/kafka-go", "NewReader", "NewConsumerGroup"),
      look: "kafka.NewReader or kafka.NewConsumerGroup",
      what: "Each kafka.Reader has connections and goroutines of its own until it is closed.",
      todo: "Close each Reader (defer reader.Close()).",
    },
    {
      goroutines: functions(
        "github.com/segmentio/kafka-go",
        "(*partitionWriter).~",
        "(*Writer).~",
        "(*connPool).~",
        "(*connGroup).~",
        "(*conn).run",
        "(*writer).~",
      ),
      calls: functions("github.com/segmentio/kafka-go", "NewWriter", "(*Writer).WriteMessages", "(*Client).~"),
      look: "kafka.NewWriter or kafka.Writer.WriteMessages",
      what: "Each kafka.Writer, and its Transport, has connections and goroutines of its own until it is closed: likely one is made for each message.",
      todo: "Share one Writer, or Close each one (defer writer.Close()).",
    },
  ],
};
