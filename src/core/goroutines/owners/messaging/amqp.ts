/** Connections and consumers have goroutines until they are closed. */
import { functions, type Owner } from "../owner.js";

export const amqp: Owner = {
  library: "github.com/rabbitmq/amqp091-go",
  versions: "all",
  source: "https://pkg.go.dev/github.com/rabbitmq/amqp091-go#Connection.Close",
  leaks: [
    {
      goroutines: functions("github.com/(?:rabbitmq/amqp091-go|streadway/amqp)", "(*consumers).~", "(*Channel).~"),
      calls: functions(
        "github.com/(?:rabbitmq/amqp091-go|streadway/amqp)",
        "(*Channel).Consume",
        "(*Channel).ConsumeWithContext",
        "(*Connection).Channel",
      ),
      look: "amqp.Channel.Consume or amqp.Channel.ConsumeWithContext",
      what: "Each consumer of a channel has a goroutine and a buffer until it is cancelled or its channel is closed.",
      todo: "Close each channel (defer ch.Close()), and share it where one goroutine uses it.",
    },
    {
      goroutines: functions("github.com/(?:rabbitmq/amqp091-go|streadway/amqp)", "(*Connection).~"),
      calls: functions("github.com/(?:rabbitmq/amqp091-go|streadway/amqp)", "Dial", "DialConfig", "DialTLS", "Open"),
      look: "amqp.Dial or amqp.DialConfig",
      what: "Each connection to RabbitMQ has goroutines and buffers of its own until it is closed: likely one is opened for each message.",
      todo: "Open one connection when the program starts and share it, or Close each one.",
    },
  ],
};
