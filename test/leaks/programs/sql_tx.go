package main

import (
	"context"
)

func init() { programs["sql-tx"] = sqlTxRequest }

func sqlTxRequest(healthy bool) {
	ctx, cancel := context.WithCancel(context.Background())
	tx, err := sharedDB().BeginTx(ctx, nil) // #leak
	if err != nil {
		cancel()
		return
	}
	if healthy {
		tx.Rollback()
		cancel()
	}
}
