/** Connections and transports have goroutines and buffers until Close. */
import { either, functions, type Owner } from "../owner.js";

export const quicGo: Owner = {
  library: "github.com/quic-go/quic-go",
  versions: "all",
  source: "https://pkg.go.dev/github.com/quic-go/quic-go#Transport.Close",
  leaks: [
    {
      goroutines: either(
        functions(
          "github.com/quic-go/quic-go",
          "(*Conn).~",
          "(*connection).~",
          "(*sendQueue).~",
          "(*Transport).~",
          "(*packetHandlerMap).~",
          "(*closedLocalConn).~",
        ),
        functions(
          "github.com/quic-go/quic-go/http3",
          "(*ClientConn).~",
          "(*Conn).~",
          "(*connection).~",
          "(*Transport).~",
          "(*RoundTripper).~",
        ),
      ),
      allocations: either(
        functions("github.com/quic-go/quic-go", "Dial~", "DialAddr~", "(*Transport).~", "newClientConnection~"),
        functions("github.com/quic-go/quic-go/http3", "(*Transport).dial~", "(*RoundTripper).dial~"),
      ),
      calls: either(
        functions("github.com/quic-go/quic-go", "Dial~", "DialAddr~", "(*Transport).Dial", "(*Transport).DialEarly"),
        functions("github.com/quic-go/quic-go/http3", "(*Transport).RoundTrip~", "(*RoundTripper).RoundTrip~"),
        functions(
          "net/http",
          "(*Client).do",
          "(*Client).Do",
          "(*Client).Get",
          "(*Client).Head",
          "(*Client).Post",
          "(*Client).PostForm",
          "(*Transport).RoundTrip",
          "(*Transport).roundTrip",
          "Get",
          "Head",
          "Post",
          "PostForm",
        ),
      ),
      look: "quic.Dial or quic.DialAddr",
      what: "Each QUIC connection, and each Transport, has goroutines, a socket and buffers of its own until it is closed: likely a connection or an http3.Transport is made for each request.",
      todo: "Share one http3.Transport (or quic.Transport), and close each connection (conn.CloseWithError, transport.Close()).",
    },
  ],
};
