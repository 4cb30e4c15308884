/** A client watches its servers and keeps pools until Disconnect. */
import { functions, type Owner } from "../owner.js";

export const mongo: Owner = {
  library: "go.mongodb.org/mongo-driver",
  versions: "1 and 2",
  source: "https://pkg.go.dev/go.mongodb.org/mongo-driver/v2/mongo#Client.Disconnect",
  leaks: [
    {
      goroutines: functions(
        "go.mongodb.org/mongo-driver(?:/v\\d+)?/x/mongo/driver/topology",
        "(*Server).~",
        "(*pool).~",
        "(*rttMonitor).~",
        "(*Topology).~",
        "newPool",
      ),
      calls: functions("go.mongodb.org/mongo-driver(?:/v\\d+)?/mongo", "Connect", "NewClient", "(*Client).Connect"),
      look: "mongo.Connect or mongo.NewClient",
      what: "Each MongoDB client watches its servers with goroutines and keeps pools of connections until Disconnect: likely a client is made for each request.",
      todo: "Make one client when the program starts and share it, or Disconnect each one.",
    },
  ],
};
