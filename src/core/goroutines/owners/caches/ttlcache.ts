/** A cache that was started removes what expired in a goroutine until Stop. */
import { functions, type Owner } from "../owner.js";

export const ttlcache: Owner = {
  library: "github.com/jellydator/ttlcache",
  versions: "all",
  source: "https://pkg.go.dev/github.com/jellydator/ttlcache/v3#Cache.Stop",
  leaks: [
    {
      goroutines: functions(
        "github.com/(?:jellydator|ReneKroon)/ttlcache(?:/v\\d+)?",
        "(*Cache).Start",
        "(*Cache).startExpirationProcessing",
      ),
      allocations: functions("github.com/(?:jellydator|ReneKroon)/ttlcache(?:/v\\d+)?", "New", "NewCache"),
      calls: functions("github.com/(?:jellydator|ReneKroon)/ttlcache(?:/v\\d+)?", "New", "NewCache", "(*Cache).Start"),
      look: "ttlcache.New or ttlcache.NewCache",
      what: "Each ttlcache that was started has a goroutine until it is stopped: likely caches are made again and again.",
      todo: "Share one cache, or Stop each one (defer cache.Stop()).",
    },
  ],
};
