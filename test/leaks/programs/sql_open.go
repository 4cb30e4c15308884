package main

import (
	"database/sql"
)

func init() { programs["sql-open"] = sqlOpenRequest }

func sqlOpenRequest(healthy bool) {
	db, err := sql.Open("memory", "") // #leak
	if err != nil {
		return
	}
	db.Exec("INSERT")
	if healthy {
		db.Close()
	}
}
