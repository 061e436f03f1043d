// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"errors"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/cache"
)

const (
	// mostRefusals is how many reviews a source may cause in a row that come out bad, and refusalEvery how long one of them counts.
	mostRefusals = 20
	refusalEvery = time.Second
)

// errTooMany says that a source has caused too many reviews that came out bad.
var errTooMany = errors.New("too many reviews came out bad")

// budgets bound how many reviews each source causes that come out bad, so that made-up tokens are not passed on to the API server
// one by one. A source that sends good ones has all of its budget.
type budgets struct {
	clock   cache.Clock
	mutex   sync.Mutex
	sources *cache.LRUExpireCache
}

// budget is what a source had left at a time.
type budget struct {
	left float64
	at   time.Time
}

func newBudgets(clock cache.Clock) *budgets {
	return &budgets{clock: clock, sources: cache.NewLRUExpireCacheWithClock(maxCached, clock)}
}

// take takes one review from the budget of a source, and reports whether there was one left.
func (b *budgets) take(source string) bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := b.now(source)
	if now.left < 1 {
		return false
	}
	now.left--
	b.set(source, now)
	return true
}

// giveBack returns one that did not come out bad.
func (b *budgets) giveBack(source string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := b.now(source)
	now.left = min(now.left+1, mostRefusals)
	b.set(source, now)
}

// now returns the budget of a source now.
func (b *budgets) now(source string) budget {
	now := budget{left: mostRefusals, at: b.clock.Now()}
	if value, known := b.sources.Get(source); known {
		before := value.(budget)
		now.left = min(before.left+float64(now.at.Sub(before.at))/float64(refusalEvery), mostRefusals)
	}
	return now
}

// set keeps the budget of a source until it is whole again.
func (b *budgets) set(source string, now budget) {
	b.sources.Add(source, now, mostRefusals*refusalEvery)
}
