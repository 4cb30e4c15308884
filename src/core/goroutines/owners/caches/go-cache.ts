/** A cache with a cleanup interval has a goroutine until it is collected; without one nothing that expired is removed. */
import { functions, type Owner } from "../owner.js";

export const goCache: Owner = {
  library: "github.com/patrickmn/go-cache",
  versions: "all",
  source: "https://pkg.go.dev/github.com/patrickmn/go-cache#New",
  leaks: [
    {
      goroutines: functions("github.com/patrickmn/go-cache", "(*janitor).Run"),
      calls: functions("github.com/patrickmn/go-cache", "New", "NewFrom"),
      look: "cache.New or cache.NewFrom",
      what: "Each go-cache has a goroutine that ends only when the cache is collected: likely caches are made again and again, and kept.",
      todo: "Share one cache.",
    },
    {
      allocations: functions("github.com/patrickmn/go-cache", "(*cache).~"),
      calls: functions("github.com/patrickmn/go-cache", "(*cache).Set", "(*cache).Add", "(*cache).SetDefault"),
      look: "cache.Cache.Set",
      what: "The memory is held by go-cache, which has no limit: with NoExpiration, or without a cleanup interval, nothing is ever removed.",
      todo: "Give New an expiry and a cleanup interval, and keys a bound.",
    },
  ],
};
