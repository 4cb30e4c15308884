/** A cache has a goroutine until Close; HardMaxCacheSize of zero means no limit. */
import { functions, type Owner } from "../owner.js";

export const bigcache: Owner = {
  library: "github.com/allegro/bigcache",
  versions: "all",
  source: "https://pkg.go.dev/github.com/allegro/bigcache/v3#BigCache.Close",
  leaks: [
    {
      goroutines: functions("github.com/allegro/bigcache(?:/v\\d+)?", "newBigCache", "NewBigCache", "New"),
      allocations: functions(
        "github.com/allegro/bigcache(?:/v\\d+)?",
        "newBigCache",
        "initNewShard",
        "New",
        "NewBigCache",
      ),
      calls: functions("github.com/allegro/bigcache(?:/v\\d+)?", "New", "NewBigCache"),
      look: "bigcache.New or bigcache.NewBigCache",
      what: "Each bigcache has shards and a goroutine of its own until it is closed: likely a cache is made again and again.",
      todo: "Share one cache, or Close each one.",
    },
    {
      allocations: functions("github.com/allegro/bigcache(?:/v\\d+)?", "(*BigCache).~", "(*cacheShard).~"),
      calls: functions("github.com/allegro/bigcache(?:/v\\d+)?", "(*BigCache).Set", "(*BigCache).Append"),
      look: "bigcache.BigCache.Set or bigcache.BigCache.Append",
      what: "The memory is held by bigcache: without HardMaxCacheSize it has no limit, and without CleanWindow nothing that expired is removed.",
      todo: "Set HardMaxCacheSize (MB) and CleanWindow.",
    },
  ],
};
