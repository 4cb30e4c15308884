package main

import (
	"gopkg.in/natefinch/lumberjack.v2"
	"os"
	"path/filepath"
)

func init() { programs["lumberjack"] = lumberjackRequest }

var sharedLumberjack = &lumberjack.Logger{Filename: filepath.Join(os.TempDir(), "godiag-leaks", "shared.log")}

func lumberjackRequest(healthy bool) {
	if healthy {
		sharedLumberjack.Write([]byte("a line\n"))
		return
	}
	logger := &lumberjack.Logger{Filename: filepath.Join(os.TempDir(), "godiag-leaks", "own.log")}
	logger.Write([]byte("a line\n")) // #leak
	logger.Close()
}
