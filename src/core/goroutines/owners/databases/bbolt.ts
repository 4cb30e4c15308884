/** A read transaction keeps the pages of its moment until it ends. */
import { functions, type Owner } from "../owner.js";

export const bbolt: Owner = {
  library: "go.etcd.io/bbolt",
  versions: "all",
  source: "https://pkg.go.dev/go.etcd.io/bbolt#DB.Begin",
  leaks: [
    {
      goroutines: functions("go.etcd.io/bbolt", "(*DB).beginRWTx", "(*DB).beginTx", "(*DB).Begin"),
      allocations: functions("go.etcd.io/bbolt", "(*DB).beginTx", "(*DB).beginRWTx", "(*Tx).init"),
      calls: functions("go.etcd.io/bbolt", "(*DB).Begin"),
      look: "bbolt.DB.Begin",
      what: "Transactions of bbolt that are never ended keep their pages: the file, and the memory that it is mapped to, grow.",
      todo: "End each transaction that Begin gave (defer tx.Rollback()), or use View and Update.",
    },
    {
      allocations: functions("go.etcd.io/bbolt", "Open"),
      calls: functions("go.etcd.io/bbolt", "Open"),
      look: "bbolt.Open",
      what: "Each bbolt.DB has a file and a mapping of its own until it is closed.",
      todo: "Open each file once, and Close it (defer db.Close()).",
    },
  ],
};
