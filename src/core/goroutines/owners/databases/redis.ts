/** A client is a pool; before version 9 a goroutine checks it until Close. A PubSub has goroutines until Close. */
import { either, functions, type Owner } from "../owner.js";

export const redis: Owner = {
  library: "github.com/redis/go-redis",
  versions: "6 to 9 (the reaper before 9)",
  source: "https://github.com/redis/go-redis/issues/508",
  leaks: [
    {
      goroutines: functions("github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?", "(*channel).~", "(*PubSub).~"),
      calls: functions(
        "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?",
        "(*Client).Subscribe",
        "(*Client).PSubscribe",
        "(*Client).SSubscribe",
        "(*ClusterClient).Subscribe",
        "(*ClusterClient).PSubscribe",
        "(*Ring).Subscribe",
        "(*PubSub).Channel",
      ),
      look: "redis.Client.Subscribe or redis.Client.PSubscribe",
      what: "Each subscription to Redis has a connection and goroutines until it is closed.",
      todo: "Close each PubSub (defer pubsub.Close()).",
    },
    {
      goroutines: either(
        functions(
          "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?/internal/pool",
          "(*ConnPool).~",
          "NewConnPool",
        ),
        functions(
          "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?",
          "(*clusterStateHolder).~",
          "(*ringShards).~",
          "(*ringSharding).~",
          "(*sentinelFailover).~",
        ),
      ),
      allocations: either(
        functions(
          "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?/internal/pool",
          "NewConnPool",
          "NewConn",
          "(*ConnPool).~",
        ),
        functions(
          "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?",
          "NewClient",
          "newConnPool",
          "NewClusterClient",
          "NewFailoverClient",
          "NewUniversalClient",
          "NewRing",
        ),
      ),
      calls: functions(
        "github.com/(?:go-redis/redis|redis/go-redis)(?:/v\\d+)?",
        "NewClient",
        "NewClusterClient",
        "NewFailoverClient",
        "NewFailoverClusterClient",
        "NewUniversalClient",
        "NewRing",
      ),
      look: "redis.NewClient or redis.NewClusterClient",
      what: "Each Redis client is a pool of connections with goroutines of its own until it is closed: likely a client is made for each request.",
      todo: "Make one client when the program starts and share it (it is safe for concurrent use), or Close each one (defer client.Close()).",
    },
  ],
};
