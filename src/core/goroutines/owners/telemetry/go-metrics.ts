/** A meter is kept by a global arbiter until Stop. */
import { functions, type Owner } from "../owner.js";

export const goMetrics: Owner = {
  library: "github.com/rcrowley/go-metrics",
  versions: "all",
  source: "https://pkg.go.dev/github.com/rcrowley/go-metrics#NewMeter",
  leaks: [
    {
      allocations: functions(
        "github.com/rcrowley/go-metrics",
        "NewMeter",
        "NewTimer",
        "NewStandardMeter",
        "newStandardMeter",
        "GetOrRegister~",
        "(*StandardRegistry).~",
      ),
      calls: functions("github.com/rcrowley/go-metrics", "NewMeter", "NewTimer", "GetOrRegister~", "NewRegistered~"),
      look: "metrics.NewMeter or metrics.NewTimer",
      what: "Meters and timers of go-metrics are kept by a global list until they are stopped; names without bound keep adding more.",
      todo: "Stop each meter that is no longer needed, unregister it, and use names of few values.",
    },
  ],
};
