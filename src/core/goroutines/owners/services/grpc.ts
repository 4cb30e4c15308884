/** A ClientConn has goroutines of its own, several for each connection, until Close; a stream until its end. */
import { either, functions, type Owner } from "../owner.js";

export const grpc: Owner = {
  library: "google.golang.org/grpc",
  versions: "all",
  source: "https://pkg.go.dev/google.golang.org/grpc#ClientConn.Close",
  leaks: [
    {
      goroutines: either(
        functions(
          "google.golang.org/grpc/internal/transport",
          "(*http2Server).~",
          "newHTTP2Server~",
          "NewServerTransport~",
        ),
        functions("google.golang.org/grpc", "(*Server).handleRawConn", "(*Server).serveStreams"),
      ),
      calls: functions("google.golang.org/grpc", "(*Server).Serve"),
      isServersEnd: true,
      look: "grpc.Server.Serve",
      what: "These goroutines serve gRPC connections: likely clients keep them open, or open one for each call.",
      todo: "Look at the clients first; set keepalive.ServerParameters (MaxConnectionIdle, MaxConnectionAge) on the server.",
    },
    {
      goroutines: functions("google.golang.org/grpc", "newClientStreamWithParams~", "(*clientStream).~"),
      calls: functions("google.golang.org/grpc", "(*ClientConn).NewStream", "(*ClientConn).Invoke", "NewClientStream"),
      look: "grpc.ClientConn.NewStream or grpc.ClientConn.Invoke",
      what: "Streams of gRPC that are never ended each keep a goroutine and their buffers.",
      todo: "End each stream: cancel its context, or receive until io.EOF or an error.",
    },
    {
      goroutines: either(
        functions(
          "google.golang.org/grpc/internal/transport",
          "newHTTP2Client~",
          "NewHTTP2Client~",
          "(*http2Client).~",
        ),
        functions("google.golang.org/grpc/internal/grpcsync", "(*CallbackSerializer).run"),
        functions("google.golang.org/grpc/internal/resolver/dns", "(*dnsResolver).watcher"),
        functions("google.golang.org/grpc", "(*addrConn).~", "(*ccBalancerWrapper).~", "(*ccResolverWrapper).~"),
      ),
      allocations: functions("google.golang.org/grpc", "NewClient", "Dial", "DialContext", "(*addrConn).~"),
      calls: functions("google.golang.org/grpc", "NewClient", "Dial", "DialContext"),
      look: "grpc.NewClient or grpc.Dial",
      what: "Each grpc.ClientConn has goroutines and buffers of its own until it is closed: likely one is made for each call, and never closed.",
      todo: "Make one ClientConn when the program starts and share it (it is safe for concurrent use), or Close each one (defer conn.Close()).",
    },
  ],
};
