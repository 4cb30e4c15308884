package main

import (
	"github.com/lib/pq"
	"time"
)

func init() { programs["pq-listener"] = pqListenerRequest }

func pqListenerRequest(healthy bool) {
	listener := pq.NewListener("postgres://user@127.0.0.1:1/db?connect_timeout=1", time.Minute, time.Hour, nil) // #leak
	if healthy {
		listener.Close()
	}
}
