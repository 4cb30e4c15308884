// Package leaks says which of the example's leaks are switched on.
package leaks

import (
	"fmt"
	"strings"
)

// Set holds one switch for each leak; the zero value is a healthy program.
type Set struct {
	Cache     bool // rendered reports are cached and never evicted
	Goroutine bool // a result is sent to a receiver that has given up
	Ticker    bool // the refresher of a session outlives the session
	Body      bool // an HTTP response body is not closed on the error path
	MapKeys   bool // metrics are kept per raw URL
}

func (s *Set) switches() []struct {
	name string
	on   *bool
} {
	return []struct {
		name string
		on   *bool
	}{
		{"cache", &s.Cache},
		{"goroutine", &s.Goroutine},
		{"ticker", &s.Ticker},
		{"body", &s.Body},
		{"mapkeys", &s.MapKeys},
	}
}

// Names lists every leak that there is, for help texts.
func Names() string {
	var names []string
	for _, s := range new(Set).switches() {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}

// Parse reads a comma-separated list of names; "all" and "none" stand for themselves.
func Parse(list string) (Set, error) {
	var set Set
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		known := name == "" || name == "none" || name == "all"
		for _, s := range set.switches() {
			if name == s.name || name == "all" {
				*s.on = true
				known = true
			}
		}
		if !known {
			return Set{}, fmt.Errorf("no leak is called %q: there are %s", name, Names())
		}
	}
	return set, nil
}

// String lists the leaks that are on.
func (s Set) String() string {
	var names []string
	for _, one := range s.switches() {
		if *one.on {
			names = append(names, one.name)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ",")
}
