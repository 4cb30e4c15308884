/** A pool of pgx checks its connections in goroutines until Close; a connection watches the context of its query. */
import { either, functions, type Owner } from "../owner.js";
import { usesOfDatabase } from "../standard/database-sql.js";

export const pgx: Owner = {
  library: "github.com/jackc/pgx",
  versions: "4, 5",
  source: "https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#Pool.Close",
  leaks: [
    {
      goroutines: either(
        functions("github.com/jackc/pgx/v\\d+/pgxpool", "(*Pool).~", "NewWithConfig~", "ConnectConfig~"),
        functions("github.com/jackc/puddle(?:/v\\d+)?", "(*Pool).~", "NewPool~"),
      ),
      calls: functions("github.com/jackc/pgx/v\\d+/pgxpool", "New", "NewWithConfig", "Connect", "ConnectConfig"),
      look: "pgxpool.New or pgxpool.NewWithConfig",
      what: "Each pgxpool.Pool has goroutines and connections of its own until it is closed: likely a pool is made for each request.",
      todo: "Make one pool when the program starts and share it; Close what is made for a while only.",
    },
    {
      goroutines: either(
        functions("github.com/jackc/pgx/v\\d+/pgconn/(?:internal/)?ctxwatch", "(*ContextWatcher).Watch"),
        functions("github.com/jackc/pgconn/internal/ctxwatch", "(*ContextWatcher).Watch"),
      ),
      calls: either(
        functions("github.com/jackc/pgx/v\\d+/pgxpool", "(*Pool).~", "(*Conn).~", "(*Tx).~"),
        functions("github.com/jackc/pgx/v\\d+", "(*Conn).~", "Connect", "ConnectConfig"),
        usesOfDatabase,
      ),
      look: "pgxpool.Pool.Query or pgx.Conn.Query",
      what: "Queries or rows of pgx that are never ended keep their connection, and a goroutine that watches their context.",
      todo: "Close rows (defer rows.Close()), end transactions, and release what Acquire gave (defer conn.Release()).",
    },
  ],
};
