/** A connection has buffers until Close; who reads it waits until it ends. */
import { functions, type Owner } from "../owner.js";

export const gorillaWebsocket: Owner = {
  library: "github.com/gorilla/websocket",
  versions: "all",
  source: "https://pkg.go.dev/github.com/gorilla/websocket#Conn.Close",
  leaks: [
    {
      allocations: functions("github.com/gorilla/websocket", "newConn", "newConnRWC~", "(*Upgrader).~", "(*Dialer).~"),
      calls: functions(
        "github.com/gorilla/websocket",
        "(*Upgrader).Upgrade",
        "(*Dialer).Dial",
        "(*Dialer).DialContext",
        "Upgrade",
        "NewClient",
      ),
      look: "websocket.Upgrader.Upgrade or websocket.Dialer.Dial",
      what: "The memory belongs to WebSocket connections: likely ones that are never closed.",
      todo: "Close each connection (defer conn.Close()), and set read deadlines with pings, so that a silent peer is noticed.",
    },
  ],
};
