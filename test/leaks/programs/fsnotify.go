package main

import (
	"github.com/fsnotify/fsnotify"
	"os"
	"sync/atomic"
)

func init() { programs["fsnotify"] = fsnotifyRequest }

var fsnotifyRequests atomic.Int64

func fsnotifyRequest(healthy bool) {
	// Every fourth: a user may have 128 of them, and other programs have some.
	if fsnotifyRequests.Add(1)%4 != 0 {
		return
	}
	watcher, err := fsnotify.NewWatcher() // #leak
	if err != nil {
		return
	}
	watcher.Add(os.TempDir())
	if healthy {
		watcher.Close()
	}
}
