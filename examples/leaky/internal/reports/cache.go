package reports

import (
	"bytes"
	"sync"
)

// limit is how many reports a bounded cache holds.
const limit = 32

// Cache remembers rendered reports by customer and month.
type Cache struct {
	unbounded bool
	mu        sync.Mutex
	entries   map[string][]byte
	oldest    []string // keys in order of arrival
}

// NewCache returns an empty cache. With leak it never evicts.
func NewCache(leak bool) *Cache {
	return &Cache{unbounded: leak, entries: make(map[string][]byte)}
}

// Get returns a report, rendering it when it is not cached.
func (c *Cache) Get(customer, month string) []byte {
	key := customer + "/" + month
	c.mu.Lock()
	report, found := c.entries[key]
	c.mu.Unlock()
	if found {
		return report
	}
	report = Render(customer, month)
	c.put(key, report)
	return report
}

func (c *Cache) put(key string, report []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.unbounded {
		c.makeRoom(key)
	}
	// A copy without the spare capacity that rendering left behind.
	c.entries[key] = bytes.Clone(report) // #leak cache: nothing ever evicts an entry
}

func (c *Cache) makeRoom(key string) {
	for len(c.oldest) >= limit {
		delete(c.entries, c.oldest[0])
		c.oldest = c.oldest[1:]
	}
	c.oldest = append(c.oldest, key)
}
