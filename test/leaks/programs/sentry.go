package main

import (
	"github.com/getsentry/sentry-go"
)

func init() { programs["sentry"] = sentryRequest }

var sharedSentry, _ = sentry.NewClient(sentry.ClientOptions{Dsn: "http://key@127.0.0.1:1/1"})

func sentryRequest(healthy bool) {
	if healthy {
		sharedSentry.CaptureMessage("request", nil, nil)
		return
	}
	client, err := sentry.NewClient(sentry.ClientOptions{Dsn: "http://key@127.0.0.1:1/1"}) // #leak
	if err == nil {
		client.CaptureMessage("request", nil, nil)
	}
}
