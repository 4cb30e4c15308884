/** Listeners and connections keep a descriptor until Close. */
import { functions, type Owner } from "../owner.js";

export const net: Owner = {
  library: "net",
  versions: "all",
  source: "https://pkg.go.dev/net#Listener",
  leaks: [
    {
      allocations: functions(
        "net",
        "(*sysDialer).~",
        "newFD",
        "(*TCPListener).accept",
        "newTCPConn",
        "(*Dialer).DialContext",
      ),
      calls: functions(
        "net",
        "Dial",
        "DialTimeout",
        "(*Dialer).Dial",
        "(*Dialer).DialContext",
        "DialTCP",
        "DialUDP",
        "(*TCPListener).Accept",
      ),
      look: "net.Dial or net.DialTimeout",
      what: "The memory belongs to network connections: likely ones that are never closed.",
      todo: "Close each connection (defer conn.Close()), and set deadlines.",
    },
  ],
};
