package main

import (
	"context"
	"os/exec"
)

func init() { programs["exec-wait"] = execWaitRequest }

var longLived, endLongLived = context.WithCancel(context.Background())

func execWaitRequest(healthy bool) {
	cmd := exec.CommandContext(longLived, "/bin/true")
	if err := cmd.Start(); err != nil { // #leak
		return
	}
	cmd.Process.Kill()
	if healthy {
		cmd.Wait()
	} else {
		cmd.Process.Wait()
	}
}
