package main

import (
	"go.etcd.io/bbolt"
	"os"
	"path/filepath"
	"sync"
)

func init() { programs["bbolt-tx"] = bboltTxRequest }

var openBolt sync.Once
var bolt *bbolt.DB

func bboltTxRequest(healthy bool) {
	openBolt.Do(func() {
		os.MkdirAll(filepath.Join(os.TempDir(), "godiag-leaks"), 0o700)
		file := filepath.Join(os.TempDir(), "godiag-leaks", "bolt.db")
		os.Remove(file)
		bolt, _ = bbolt.Open(file, 0o600, nil)
	})
	for range 200 {
		tx, err := bolt.Begin(false) // #leak
		if err != nil {
			return
		}
		if healthy {
			tx.Rollback()
		}
	}
}
