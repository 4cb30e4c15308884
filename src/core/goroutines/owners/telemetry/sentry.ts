/** A client has a transport with a goroutine. */
import { functions, type Owner } from "../owner.js";

export const sentry: Owner = {
  library: "github.com/getsentry/sentry-go",
  versions: "all",
  source: "https://pkg.go.dev/github.com/getsentry/sentry-go#NewClient",
  leaks: [
    {
      goroutines: functions(
        "github.com/getsentry/sentry-go",
        "(*HTTPTransport).~",
        "(*BatchLogger).~",
        "(*batchProcessor[~",
      ),
      calls: functions("github.com/getsentry/sentry-go", "Init", "NewClient"),
      look: "sentry.Init or sentry.NewClient",
      what: "Each Sentry client has a transport with a goroutine and a queue of its own: likely sentry.Init or NewClient is called for each request.",
      todo: "Call sentry.Init once, and clone the hub for each request (sentry.CurrentHub().Clone()).",
    },
  ],
};
