/** A client that is connected has goroutines until Disconnect. */
import { functions, type Owner } from "../owner.js";

export const pahoMqtt: Owner = {
  library: "github.com/eclipse/paho.mqtt.golang",
  versions: "all",
  source: "https://pkg.go.dev/github.com/eclipse/paho.mqtt.golang#Client",
  leaks: [
    {
      goroutines: functions(
        "github.com/eclipse/paho.mqtt.golang",
        "(*client).~",
        "startIncoming~",
        "startOutgoing~",
        "startComms~",
        "keepalive",
        "(*router).~",
        "startIncomingComms~",
        "startOutgoingComms~",
      ),
      calls: functions("github.com/eclipse/paho.mqtt.golang", "NewClient", "(*client).Connect"),
      look: "mqtt.NewClient or mqtt.Client.Connect",
      what: "Each MQTT client that is connected has goroutines and a connection until Disconnect.",
      todo: "Share one client, or Disconnect each one.",
    },
  ],
};
