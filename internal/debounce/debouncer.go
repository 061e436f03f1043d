// SPDX-License-Identifier: Apache-2.0

package debounce

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

const (
	// maxPeriods is after how many quiet periods an organization is resolved although changes go on coming.
	maxPeriods = 10
	// maxLate is how late a start may be. Where it is later, the goroutines that bring changes may be late too.
	maxLate = 50 * time.Millisecond
)

// Debouncer knows of each organization since when it has changes to resolve. It is safe for concurrent use.
type Debouncer struct {
	// AtLeast returns how long an organization must have been quiet at least, if its changes come late; nil stands for none.
	AtLeast func() time.Duration

	quiet time.Duration
	now   func() time.Time

	mutex   sync.Mutex
	entries map[types.NamespacedName]*entry
}

// entry is what is known of one organization. An organization without changes has none.
type entry struct {
	// first and last are the first and the last change since the latest start; zero if there was none.
	first, last time.Time
	// started is the first change that a started resolution covers; zero if none is running.
	started time.Time
	// again is until when its changes are gathered once more, because the start was late; zero if it was not.
	again time.Time
}

// New returns a debouncer that waits until an organization has been quiet for a period.
func New(quiet time.Duration, clock func() time.Time) *Debouncer {
	return &Debouncer{quiet: quiet, now: clock, entries: map[types.NamespacedName]*entry{}}
}

// MarkDirty records a change of an organization. It returns after which time TryStart should be called.
func (d *Debouncer) MarkDirty(key types.NamespacedName) (after time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	e := d.entries[key]
	if e == nil {
		e = &entry{}
		d.entries[key] = e
	}
	e.last = d.now()
	if e.first.IsZero() {
		e.first = e.last
	}
	return d.period()
}

// period is how long an organization must have been quiet now.
func (d *Debouncer) period() time.Duration {
	if d.AtLeast == nil {
		return d.quiet
	}
	return max(d.quiet, d.AtLeast())
}

// TryStart records that a resolution of the organization starts, unless it is too early: then it returns how long to wait. It
// is time once the organization has been quiet for the period, or when a burst of changes lasts for many periods. If it is called
// late, changes are gathered for a period once more. Since is the oldest change that the resolution covers; zero if nothing changed.
func (d *Debouncer) TryStart(key types.NamespacedName) (since time.Time, wait time.Duration) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	e := d.entries[key]
	if e == nil {
		return time.Time{}, 0
	}
	if wait := d.wait(e); wait > 0 {
		return time.Time{}, wait
	}
	// A resolution that failed has not ended: the next one covers its changes too.
	e.started = Earlier(e.started, e.first)
	e.first, e.last, e.again = time.Time{}, time.Time{}, time.Time{}
	return e.started, 0
}

// wait returns how long it is until an organization may be resolved.
func (d *Debouncer) wait(e *entry) time.Duration {
	if e.first.IsZero() {
		return 0
	}
	period, now := d.period(), d.now()
	due := Earlier(e.last.Add(period), e.first.Add(max(maxPeriods*d.quiet, 2*period)))
	if now.Sub(due) > maxLate && e.again.IsZero() {
		e.again = now.Add(period)
	}
	if due.Before(e.again) {
		due = e.again
	}
	return due.Sub(now)
}

// Finish records that the resolution of the organization has ended successfully.
func (d *Debouncer) Finish(key types.NamespacedName) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	e := d.entries[key]
	if e == nil {
		return
	}
	e.started = time.Time{}
	if e.first.IsZero() {
		delete(d.entries, key)
	}
}

// Oldest returns the oldest change of any organization that is not resolved yet; zero if there is none.
func (d *Debouncer) Oldest() (oldest time.Time) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, e := range d.entries {
		oldest = Earlier(oldest, Earlier(e.first, e.started))
	}
	return oldest
}

// Earlier returns the earlier of two times, of which a zero one does not count.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
