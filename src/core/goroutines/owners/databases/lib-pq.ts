/** A connection of lib/pq watches the context of its query; a Listener runs until Close. */
import { functions, type Owner } from "../owner.js";
import { usesOfDatabase } from "../standard/database-sql.js";

export const libPq: Owner = {
  library: "github.com/lib/pq",
  versions: "all",
  source: "https://pkg.go.dev/github.com/lib/pq#Listener.Close",
  leaks: [
    {
      goroutines: functions("github.com/lib/pq", "(*Listener).~", "(*ListenerConn).~"),
      calls: functions("github.com/lib/pq", "NewListener", "NewDialListener", "NewListenerConn"),
      look: "pq.NewListener or pq.NewDialListener",
      what: "Each pq.Listener has a connection and goroutines of its own until it is closed.",
      todo: "Share one Listener, or Close each one (defer listener.Close()).",
    },
    {
      goroutines: functions("github.com/lib/pq", "(*conn).watchCancel"),
      calls: usesOfDatabase,
      look: "sql.DB.Query or sql.DB.QueryContext",
      what: "Queries of lib/pq that are never ended each keep a goroutine that watches their context: likely rows or transactions that are never closed.",
      todo: "Close rows (defer rows.Close()) and end transactions (defer tx.Rollback()) in every path.",
    },
  ],
};
