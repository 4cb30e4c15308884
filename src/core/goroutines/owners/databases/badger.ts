/** A database has goroutines, tables and caches until Close. */
import { either, functions, type Owner } from "../owner.js";

export const badger: Owner = {
  library: "github.com/dgraph-io/badger",
  versions: "all",
  source: "https://pkg.go.dev/github.com/dgraph-io/badger/v4#DB.Close",
  leaks: [
    {
      goroutines: either(
        functions(
          "github.com/dgraph-io/badger(?:/v\\d+)?",
          "(*DB).~",
          "(*levelsController).~",
          "(*publisher).~",
          "(*vlogThreshold).~",
          "Open",
          "newLevelsController",
          "(*oracle).~",
        ),
        functions("github.com/dgraph-io/badger(?:/v\\d+)?/y", "(*WaterMark).~"),
      ),
      allocations: functions("github.com/dgraph-io/badger(?:/v\\d+)?", "Open"),
      calls: functions("github.com/dgraph-io/badger(?:/v\\d+)?", "Open", "OpenManaged"),
      look: "badger.Open or badger.OpenManaged",
      what: "Each badger.DB has goroutines, memory tables and caches of its own until it is closed.",
      todo: "Open each database once, and Close it (defer db.Close()).",
    },
    {
      allocations: functions(
        "github.com/dgraph-io/badger(?:/v\\d+)?",
        "(*Txn).NewIterator",
        "(*DB).NewTransaction",
        "(*DB).newTransaction",
      ),
      calls: functions("github.com/dgraph-io/badger(?:/v\\d+)?", "(*Txn).NewIterator", "(*DB).NewTransaction"),
      look: "badger.Txn.NewIterator or badger.DB.NewTransaction",
      what: "Iterators or transactions of badger that are never ended keep tables and memory.",
      todo: "Close each iterator (defer it.Close()) and discard each transaction (defer txn.Discard()).",
    },
  ],
};
