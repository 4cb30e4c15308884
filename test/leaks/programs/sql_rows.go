package main

import (
	"context"
	"database/sql"
	"sync"
)

func init() { programs["sql-rows"] = sqlRowsRequest }

var sharedDB = sync.OnceValue(func() *sql.DB {
	db, _ := sql.Open("memory", "")
	return db
})

func sqlRowsRequest(healthy bool) {
	ctx, cancel := context.WithCancel(context.Background())
	rows, err := sharedDB().QueryContext(ctx, "SELECT") // #leak
	if err != nil {
		cancel()
		return
	}
	rows.Next()
	if healthy {
		rows.Close()
		cancel()
	}
}
