/** A limiter is small; one for each caller is kept as long as the map that it is in. */
import { functions, type Owner } from "../owner.js";

export const xTimeRate: Owner = {
  library: "golang.org/x/time/rate",
  versions: "all",
  source: "https://pkg.go.dev/golang.org/x/time/rate#NewLimiter",
  leaks: [
    {
      allocations: functions("golang.org/x/time/rate", "NewLimiter"),
      calls: functions("golang.org/x/time/rate", "NewLimiter"),
      look: "rate.NewLimiter",
      what: "Rate limiters are made and kept: likely one for each user or address, in a map from which nothing is removed.",
      todo: "Remove limiters that were not used for a while (remember when each was), or limit the map by size.",
    },
  ],
};
