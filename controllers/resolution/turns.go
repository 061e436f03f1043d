// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

const (
	// expensive is how many steps make an organization one of those that are resolved one at a time: with two grants each, 35,000 users.
	expensive = resolve.DefaultBudget / 20
	// anotherTurn is how long an expensive organization waits before it looks whether its turn has come.
	anotherTurn = 200 * time.Millisecond
	// An organization that was given up waits before it is resolved again, for a time that doubles from the first to the last.
	firstPause = time.Second
	lastPause  = time.Minute
)

// turns keeps the organizations that take much work from holding all workers: one of them is resolved at a time. It is safe for
// concurrent use.
type turns struct {
	mutex sync.Mutex
	// waiting are the organizations whose latest resolution was expensive, and running the one that is being resolved.
	waiting map[snapshot.Key]pause
	running *snapshot.Key
}

// pause is for how long, and until when, an organization waits that was given up.
type pause struct {
	length time.Duration
	until  time.Time
}

// begin reports after which time the organization should be tried again; 0 if it may be resolved now.
func (t *turns) begin(key snapshot.Key, now time.Time) (wait time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	p, isExpensive := t.waiting[key]
	switch {
	case !isExpensive:
		return 0
	case now.Before(p.until):
		return p.until.Sub(now)
	case t.running != nil:
		return anotherTurn
	}
	t.running = &key
	return 0
}

// took notes what a resolution took.
func (t *turns) took(key snapshot.Key, resolution *resolve.Resolution, now time.Time) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.waiting == nil {
		t.waiting = map[snapshot.Key]pause{}
	}
	switch {
	case resolution.GivenUp:
		length := min(max(firstPause, 2*t.waiting[key].length), lastPause)
		t.waiting[key] = pause{length: length, until: now.Add(length)}
	case resolution.Steps > int64(expensive):
		t.waiting[key] = pause{}
	default:
		delete(t.waiting, key)
	}
}

// end ends the turn of an organization.
func (t *turns) end(key snapshot.Key) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.running != nil && *t.running == key {
		t.running = nil
	}
}

// forget drops what is known of an organization.
func (t *turns) forget(key snapshot.Key) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.waiting, key)
}
