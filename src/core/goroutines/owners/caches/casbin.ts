/** A CachedEnforcer remembers every decision; a SyncedEnforcer loads policies in a goroutine until it is stopped. */
import { either, functions, type Owner } from "../owner.js";

export const casbin: Owner = {
  library: "github.com/casbin/casbin",
  versions: "all",
  source: "https://github.com/casbin/casbin/issues/504",
  leaks: [
    {
      allocations: either(
        functions("github.com/casbin/casbin(?:/v\\d+)?/persist/cache", "(*DefaultCache).~", "(*SyncCache).~"),
        functions("github.com/casbin/casbin(?:/v\\d+)?", "(*CachedEnforcer).~", "(*SyncedCachedEnforcer).~"),
      ),
      calls: functions(
        "github.com/casbin/casbin(?:/v\\d+)?",
        "(*CachedEnforcer).Enforce",
        "(*SyncedCachedEnforcer).Enforce",
      ),
      look: "casbin.CachedEnforcer.Enforce or casbin.SyncedCachedEnforcer.Enforce",
      what: "A CachedEnforcer keeps the decision for each different request, without a limit: each path or user that is asked for adds an entry.",
      todo: "Ask with a key of few values (a route instead of a path), set an expiry or a cache with a limit (SetCache, SetExpireTime), or use Enforcer.",
    },
    {
      goroutines: functions("github.com/casbin/casbin(?:/v\\d+)?", "(*SyncedEnforcer).StartAutoLoadPolicy"),
      calls: functions("github.com/casbin/casbin(?:/v\\d+)?", "(*SyncedEnforcer).StartAutoLoadPolicy"),
      look: "casbin.SyncedEnforcer.StartAutoLoadPolicy",
      what: "Each SyncedEnforcer that loads policies by itself has a goroutine until it is stopped.",
      todo: "Call StopAutoLoadPolicy, and share one enforcer.",
    },
  ],
};
