/** A cache has goroutines and counters until Close. */
import { functions, type Owner } from "../owner.js";

export const ristretto: Owner = {
  library: "github.com/dgraph-io/ristretto",
  versions: "all",
  source: "https://pkg.go.dev/github.com/dgraph-io/ristretto#Cache.Close",
  leaks: [
    {
      goroutines: functions(
        "github.com/(?:dgraph-io|hypermodeinc)/ristretto(?:/v\\d+)?",
        "(*Cache).processItems",
        "(*defaultPolicy).processItems",
      ),
      allocations: functions(
        "github.com/(?:dgraph-io|hypermodeinc)/ristretto(?:/v\\d+)?",
        "NewCache",
        "newPolicy",
        "newDefaultPolicy",
        "newCmSketch",
        "newTinyLFU",
      ),
      calls: functions("github.com/(?:dgraph-io|hypermodeinc)/ristretto(?:/v\\d+)?", "NewCache"),
      look: "ristretto.NewCache",
      what: "Each ristretto cache has goroutines, and counters of a fixed size, until it is closed: likely a cache is made again and again.",
      todo: "Share one cache, or Close each one.",
    },
  ],
};
