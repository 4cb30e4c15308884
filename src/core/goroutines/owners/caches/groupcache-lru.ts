/** MaxEntries of zero means no limit. */
import { functions, type Owner } from "../owner.js";

export const groupcacheLru: Owner = {
  library: "github.com/golang/groupcache/lru",
  versions: "all",
  source: "https://pkg.go.dev/github.com/golang/groupcache/lru#Cache",
  leaks: [
    {
      allocations: functions("github.com/golang/groupcache/lru", "(*Cache).~"),
      calls: functions("github.com/golang/groupcache/lru", "(*Cache).Add"),
      look: "lru.Cache.Add",
      what: "The memory is held by an LRU cache of groupcache: with lru.New(0) it has no limit.",
      todo: "Give lru.New a limit (MaxEntries of zero means none), and see that each entry is not too large.",
    },
  ],
};
