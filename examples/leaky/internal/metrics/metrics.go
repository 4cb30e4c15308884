// Package metrics counts requests and remembers their latest latencies, per route.
package metrics

import (
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"
)

// window is how many latencies a route remembers for its percentiles.
const window = 1024

// Counters keeps one entry for each route that was requested.
type Counters struct {
	rawURLs bool
	mu      sync.Mutex
	routes  map[string]*route
}

type route struct {
	requests int
	latest   [window]time.Duration // a ring: request n is at n % window
}

// New returns empty counters. With rawURLs they are keyed by the whole URL instead of its route, and so
// get a new entry for every order, customer and query string.
func New(rawURLs bool) *Counters {
	return &Counters{rawURLs: rawURLs, routes: make(map[string]*route)}
}

// Count wraps a handler so that its requests are counted.
func (c *Counters) Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		c.observe(c.key(r), time.Since(start))
	})
}

func (c *Counters) key(r *http.Request) string {
	if c.rawURLs {
		return r.URL.String()
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return "/" + first
}

func (c *Counters) observe(key string, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.routes[key] == nil {
		c.routes[key] = &route{} // #leak mapkeys: a new key for every URL, and none is ever deleted
	}
	r := c.routes[key]
	r.latest[r.requests%window] = took
	r.requests++
}

// WriteTo prints the routes with their counts and 95th percentiles.
func (c *Counters) WriteTo(w io.Writer) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := make([]string, 0, len(c.routes))
	for name := range c.routes {
		names = append(names, name)
	}
	sort.Strings(names)
	var written int64
	for _, name := range names {
		r := c.routes[name]
		n, err := fmt.Fprintf(w, "%s requests=%d p95=%s\n", name, r.requests, r.percentile(95))
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func (r *route) percentile(p int) time.Duration {
	known := r.latest[:min(r.requests, window)]
	sorted := append([]time.Duration(nil), known...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i] < sorted[j] })
	return sorted[(len(sorted)-1)*p/100]
}
