package main

import (
	"github.com/fsnotify/fsnotify"
	"os"
)

func init() { programs["fsnotify"] = fsnotifyRequest }

func fsnotifyRequest(healthy bool) {
	watcher, err := fsnotify.NewWatcher() // #leak
	if err != nil {
		return
	}
	watcher.Add(os.TempDir())
	if healthy {
		watcher.Close()
	}
}
