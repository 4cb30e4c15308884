/** A session has connections and goroutines until Close. */
import { functions, type Owner } from "../owner.js";

export const gocql: Owner = {
  library: "github.com/gocql/gocql",
  versions: "all",
  source: "https://pkg.go.dev/github.com/gocql/gocql#Session.Close",
  leaks: [
    {
      goroutines: functions(
        "github.com/(?:gocql/gocql|apache/cassandra-gocql-driver(?:/v\\d+)?)",
        "(*Session).~",
        "(*controlConn).~",
        "(*Conn).~",
        "(*hostConnPool).~",
        "(*policyConnPool).~",
        "(*eventDebouncer).~",
        "(*refreshDebouncer).~",
        "NewSession",
      ),
      calls: functions(
        "github.com/(?:gocql/gocql|apache/cassandra-gocql-driver(?:/v\\d+)?)",
        "(*ClusterConfig).CreateSession",
        "NewSession",
      ),
      look: "gocql.ClusterConfig.CreateSession or gocql.NewSession",
      what: "Each gocql.Session has connections and goroutines of its own until it is closed: likely a session is made for each request.",
      todo: "Make one session when the program starts and share it, or Close each one.",
    },
  ],
};
