/** A DB has a goroutine and a pool until Close; rows and transactions keep a connection, and a goroutine that watches their context. */
import { functions, type Owner } from "../owner.js";

const QUERIES = [
  "(*DB).Query",
  "(*DB).QueryContext",
  "(*DB).QueryRow",
  "(*DB).QueryRowContext",
  "(*Tx).Query",
  "(*Tx).QueryContext",
  "(*Tx).QueryRow",
  "(*Tx).QueryRowContext",
  "(*Stmt).Query",
  "(*Stmt).QueryContext",
  "(*Stmt).QueryRow",
  "(*Stmt).QueryRowContext",
  "(*Conn).QueryContext",
  "(*Conn).QueryRowContext",
];
const BEGINS = ["(*DB).Begin", "(*DB).BeginTx", "(*Conn).BeginTx"];
const OTHERS = [
  "(*DB).Exec",
  "(*DB).ExecContext",
  "(*DB).Prepare",
  "(*DB).PrepareContext",
  "(*DB).Ping",
  "(*DB).PingContext",
  "(*DB).Conn",
];
const queries = functions("database/sql", ...QUERIES);
const begins = functions("database/sql", ...BEGINS);

/** The calls that take a connection; drivers work below them. */
export const usesOfDatabase = functions("database/sql", ...QUERIES, ...BEGINS, ...OTHERS);

export const databaseSql: Owner = {
  library: "database/sql",
  versions: "all",
  source: "https://pkg.go.dev/database/sql#Rows.Close",
  leaks: [
    {
      goroutines: functions(
        "database/sql",
        "(*DB).connectionOpener",
        "(*DB).connectionResetter",
        "(*DB).connectionCleaner",
      ),
      calls: functions("database/sql", "Open", "OpenDB"),
      look: "sql.Open or sql.OpenDB",
      what: "Each sql.DB is a pool with a goroutine of its own until it is closed: likely sql.Open is called for each query.",
      todo: "Call sql.Open once, when the program starts, and share the sql.DB (it is a pool, and safe for concurrent use).",
    },
    {
      goroutines: functions("database/sql", "(*Rows).awaitDone"),
      calls: queries,
      look: "sql.DB.Query or sql.DB.QueryContext",
      what: "Rows that are not closed keep their connection, and a goroutine that watches their context.",
      todo: "Close rows in every path (defer rows.Close() after the error check), also where only the first row is read.",
    },
    {
      goroutines: functions("database/sql", "(*Tx).awaitDone"),
      calls: begins,
      look: "sql.DB.Begin or sql.DB.BeginTx",
      what: "Transactions that are never ended keep their connection, and a goroutine that watches their context.",
      todo: "End each transaction in every path (defer tx.Rollback() after Begin does nothing once it is committed).",
    },
    {
      allocations: functions(
        "database/sql",
        "(*DB).conn",
        "(*DB).queryDC",
        "(*DB).beginDC",
        "(*DB).prepareDC",
        "(*DB).addDep~",
        "(*DB).openNewConnection",
      ),
      calls: usesOfDatabase,
      look: "sql.DB.Query or sql.DB.QueryContext",
      what: "The memory belongs to database connections, rows or statements: likely rows, transactions or statements that are never closed.",
      todo: "Close rows and statements (defer rows.Close()), end transactions (defer tx.Rollback()), and prepare a statement once.",
    },
  ],
};
