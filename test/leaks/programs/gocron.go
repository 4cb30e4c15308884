package main

import (
	"github.com/go-co-op/gocron/v2"
	"time"
)

func init() { programs["gocron"] = gocronRequest }

func gocronRequest(healthy bool) {
	scheduler, err := gocron.NewScheduler() // #leak
	if err != nil {
		panic(err)
	}
	scheduler.NewJob(gocron.DurationJob(time.Hour), gocron.NewTask(func() {}))
	scheduler.Start()
	if healthy {
		scheduler.Shutdown()
	}
}
