package main

import (
	"fmt"
	"github.com/prometheus/client_golang/prometheus"
	"sync/atomic"
)

func init() { programs["prometheus-labels"] = prometheusLabelsRequest }

var orders atomic.Int64
var requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total"}, []string{"path", "code"})

func prometheusLabelsRequest(healthy bool) {
	for range 200 {
		path := "/orders/{id}"
		if !healthy {
			path = fmt.Sprint("/orders/", orders.Add(1))
		}
		requests.WithLabelValues(path, "200").Inc() // #leak
	}
}
