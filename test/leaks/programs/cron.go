package main

import (
	"github.com/robfig/cron/v3"
)

func init() { programs["cron"] = cronRequest }

func cronRequest(healthy bool) {
	jobs := cron.New()
	jobs.Start() // #leak
	if healthy {
		jobs.Stop()
	}
}
