/** Each connection of the MySQL driver has a watcher until it is closed. */
import { either, functions, type Owner } from "../owner.js";
import { usesOfDatabase } from "../standard/database-sql.js";

export const goSqlDriver: Owner = {
  library: "github.com/go-sql-driver/mysql",
  versions: "1.3 and later",
  source: "https://github.com/go-sql-driver/mysql#rows-close",
  leaks: [
    {
      goroutines: functions("github.com/go-sql-driver/mysql", "(*mysqlConn).startWatcher"),
      calls: either(usesOfDatabase, functions("database/sql", "Open", "OpenDB")),
      look: "sql.DB.Query or sql.DB.QueryContext",
      what: "Each connection to MySQL has a goroutine of its own until it is closed: likely rows or transactions that are never closed keep their connections, or sql.Open is called for each query.",
      todo: "Close rows (defer rows.Close()), end transactions, call sql.Open once, and limit the pool (SetMaxOpenConns, SetConnMaxIdleTime).",
    },
  ],
};
