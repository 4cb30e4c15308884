/** A client, its watches and its leases have goroutines until they are closed. */
import { either, functions, type Owner } from "../owner.js";

export const etcd: Owner = {
  library: "go.etcd.io/etcd/client/v3",
  versions: "3.4 and later",
  source: "https://pkg.go.dev/go.etcd.io/etcd/client/v3#Client.Close",
  leaks: [
    {
      goroutines: functions("go.etcd.io/etcd/client(?:v3|/v3)", "(*watchGrpcStream).~", "(*watcher).~"),
      calls: functions("go.etcd.io/etcd/client(?:v3|/v3)", "(*watcher).Watch", "(*Client).Watch"),
      look: "clientv3.Client.Watch",
      what: "Each watch of etcd has a goroutine and a buffer until its context is cancelled.",
      todo: "Cancel the context of each Watch (defer cancel()).",
    },
    {
      goroutines: either(
        functions("go.etcd.io/etcd/client(?:v3|/v3)", "(*lessor).~"),
        functions("go.etcd.io/etcd/client(?:v3|/v3)/concurrency", "NewSession"),
      ),
      calls: either(
        functions("go.etcd.io/etcd/client(?:v3|/v3)", "(*lessor).KeepAlive", "(*lessor).KeepAliveOnce"),
        functions("go.etcd.io/etcd/client(?:v3|/v3)/concurrency", "NewSession"),
      ),
      look: "clientv3.Client.KeepAlive",
      what: "Each lease that is kept alive has goroutines until its context is cancelled or the client is closed.",
      todo: "Cancel the context of KeepAlive, or Close the session (defer session.Close()).",
    },
    {
      goroutines: functions("go.etcd.io/etcd/client(?:v3|/v3)", "(*Client).~"),
      calls: functions("go.etcd.io/etcd/client(?:v3|/v3)", "New", "NewFromURL", "NewFromURLs"),
      look: "clientv3.New or clientv3.NewFromURL",
      what: "Each etcd client has connections and goroutines of its own until it is closed.",
      todo: "Share one client, or Close each one (defer client.Close()).",
    },
  ],
};
