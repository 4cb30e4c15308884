/** Servers accept connections until they are closed. */
import { either, functions, type Owner } from "../owner.js";

export const netHttpServer: Owner = {
  library: "net/http",
  versions: "all",
  source: "https://pkg.go.dev/net/http#Server.Shutdown",
  leaks: [
    {
      goroutines: functions("net/http", "(*conn).serve", "(*connReader).backgroundRead"),
      calls: functions("net/http", "(*Server).Serve", "(*Server).ListenAndServe", "ListenAndServe", "Serve"),
      isServersEnd: true,
      look: "http.Server.Serve",
      what: "These goroutines serve HTTP connections of clients: likely clients keep them open, or handlers do not return.",
      todo: "Set ReadHeaderTimeout, IdleTimeout and WriteTimeout on the http.Server, and watch r.Context() in slow handlers.",
    },
    {
      goroutines: either(
        functions("net/http", "(*Server).Serve", "(*Server).ListenAndServe"),
        functions("net/http/httptest", "(*Server).goServe~"),
      ),
      calls: either(
        functions(
          "net/http/httptest",
          "NewServer",
          "NewTLSServer",
          "NewUnstartedServer",
          "(*Server).Start",
          "(*Server).StartTLS",
        ),
        functions("net/http", "(*Server).Serve", "(*Server).ListenAndServe", "ListenAndServe", "Serve"),
      ),
      look: "httptest.NewServer or httptest.NewTLSServer",
      what: "These goroutines accept connections for servers that are never shut down.",
      todo: "Call Close or Shutdown of each server that is started for a while only (defer server.Close()).",
    },
  ],
};
