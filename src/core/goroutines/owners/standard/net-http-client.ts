/** HTTP client connections stay open until the body of their response is closed, and idle ones belong to their Transport. */
import { either, functions, type Owner } from "../owner.js";

export const netHttpClient: Owner = {
  library: "net/http",
  versions: "all",
  source: "https://pkg.go.dev/net/http#Response",
  leaks: [
    {
      goroutines: either(
        functions(
          "net/http",
          "(*persistConn).readLoop",
          "(*persistConn).writeLoop",
          "(*http2clientConnReadLoop).run",
          "(*http2ClientConn).readLoop",
        ),
        functions("golang.org/x/net/http2", "(*ClientConn).readLoop", "(*clientConnReadLoop).run"),
        functions("net/http/internal/http2", "(*ClientConn).readLoop", "(*clientConnReadLoop).run"),
      ),
      allocations: functions("net/http", "(*Transport).dialConn", "(*Transport).dialConnFor", "(*persistConn).~"),
      calls: functions(
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
      look: "http.Client.Do or http.Get",
      what: "These goroutines serve HTTP client connections that stay open: likely response bodies that are never closed, or a client made anew for each request.",
      todo: "Close every response body (defer resp.Body.Close() after the error check) and share one http.Client.",
    },
  ],
};
