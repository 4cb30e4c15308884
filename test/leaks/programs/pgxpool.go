package main

import (
	"context"
	"github.com/jackc/pgx/v5/pgxpool"
)

func init() { programs["pgxpool"] = pgxpoolRequest }

func pgxpoolRequest(healthy bool) {
	pool, err := pgxpool.New(context.Background(), "postgres://user@127.0.0.1:1/db?pool_max_conns=1") // #leak
	if err != nil {
		return
	}
	if healthy {
		pool.Close()
	}
}
