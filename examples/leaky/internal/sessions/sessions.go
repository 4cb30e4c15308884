// Package sessions keeps customers signed in and refreshes their tokens in the background.
package sessions

import (
	"sync"
	"sync/atomic"
	"time"
)

// refreshEvery is how often the token of a session is renewed.
const refreshEvery = 500 * time.Millisecond

// Store holds the sessions of the customers that are signed in.
type Store struct {
	leak bool
	mu   sync.Mutex
	open map[string]*session
}

type session struct {
	refreshes atomic.Int64
	done      chan struct{}
}

// NewStore returns an empty store. With leak a session's refresher is not stopped when the session ends.
func NewStore(leak bool) *Store {
	return &Store{leak: leak, open: make(map[string]*session)}
}

// Login opens a session for a customer, or keeps the one that is open.
func (s *Store) Login(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[customer] != nil {
		return
	}
	opened := &session{done: make(chan struct{})}
	s.open[customer] = opened
	if s.leak {
		go opened.refreshForever()
	} else {
		go opened.refreshUntilDone()
	}
}

// Logout ends a customer's session and says whether there was one.
func (s *Store) Logout(customer string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ended, found := s.open[customer]
	if found {
		delete(s.open, customer)
		close(ended.done)
	}
	return found
}

// refreshForever forgets both to stop its ticker and to look at done.
func (s *session) refreshForever() {
	ticker := time.NewTicker(refreshEvery)
	for range ticker.C { // #leak ticker: nothing ends this loop
		s.refreshes.Add(1)
	}
}

func (s *session) refreshUntilDone() {
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.refreshes.Add(1)
		case <-s.done:
			return
		}
	}
}
