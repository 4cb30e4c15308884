package main

import (
	"context"
)

func init() { programs["context-custom"] = contextCustomRequest }

// A context of a type that the context package does not know.
type customContext struct{ context.Context }

func (customContext) Value(any) any { return nil }

func contextCustomRequest(healthy bool) {
	_, cancel := context.WithCancel(customContext{longLived}) // #leak
	if healthy {
		cancel()
	}
}
