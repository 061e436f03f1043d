// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// patience is how many times the quiet period may pass before an organization is resolved in the midst of a burst.
const patience = 10

// Published is what readers of an organization see, as far as it was observed.
type Published struct {
	Digest   string
	Bytes    int64
	Revision int64
}

// Store keeps the latest snapshot of every organization. It is safe for concurrent use.
type Store struct {
	now func() time.Time

	mutex       sync.Mutex
	entries     map[Key]*entry
	subscribers []func(Key)
	resolvers   []func(Key)
	readers     []func(Key)
	// awaited are the organizations that must have been resolved once before the store is ready; nil until they are known.
	awaited map[Key]struct{}
}

type entry struct {
	snapshot *Snapshot
	// first and last event that no resolution has begun to consider.
	first, last time.Time
	// considered is the first event of the resolution that runs.
	considered time.Time
	// unpublished is the first event of the snapshot that readers do not see; zero when they see it.
	unpublished time.Time
	published   *Published
	sight       sight
}

// NewStore returns an empty store that tells time by the clock.
func NewStore(clock func() time.Time) *Store {
	return &Store{now: clock, entries: map[Key]*entry{}}
}

// Touch notes that something of an organization changed.
func (s *Store) Touch(key Key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.touch(s.entry(key))
}

func (s *Store) touch(e *entry) {
	e.last = s.now()
	if e.first.IsZero() {
		e.first = e.last
	}
}

// Begin notes that an organization is about to be resolved, unless it is too early: then it returns how long to wait.
// It is time when nothing was touched for the quiet period, or when a burst lasts for many such periods.
func (s *Store) Begin(key Key, quiet time.Duration) (wait time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entry(key)
	if !e.first.IsZero() {
		due := earlier(e.last.Add(quiet), e.first.Add(patience*quiet))
		if wait := due.Sub(s.now()); wait > 0 {
			return wait
		}
	}
	e.considered = earlier(e.considered, e.first)
	e.first, e.last = time.Time{}, time.Time{}
	e.sight.considering = e.sight.doubted
	return 0
}

// Put keeps a snapshot, in place of the organization's former one, and tells the subscribers.
func (s *Store) Put(snapshot *Snapshot) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entry(snapshot.Key)
	e.snapshot, e.sight.considered = snapshot, e.sight.considering
	e.unpublished, e.considered = earlier(e.unpublished, e.considered), time.Time{}
	e.compare()
	s.settle(snapshot.Key)
}

// Remove forgets an organization of which nothing is left, and tells the subscribers.
func (s *Store) Remove(key Key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entry(key)
	e.snapshot, e.considered, e.unpublished, e.sight = nil, time.Time{}, time.Time{}, sight{}
	s.forgetIfIdle(key, e)
	s.settle(key)
}

// Observe notes what readers of an organization see; nil for nothing.
func (s *Store) Observe(key Key, published *Published) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entry(key)
	e.published = published
	e.compare()
	s.forgetIfIdle(key, e)
	for _, tell := range s.readers {
		tell(key)
	}
}

// OnObserved calls tell whenever what readers of an organization see was observed. Tell must return at once and must not call
// the store.
func (s *Store) OnObserved(tell func(Key)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.readers = append(s.readers, tell)
}

// Seen returns the latest snapshot of an organization, and the revision at which readers see it; 0 when they do not.
func (s *Store) Seen(key Key) (*Snapshot, int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entries[key]
	if e == nil || e.snapshot == nil {
		return nil, 0
	}
	if digest := e.snapshot.digest(); e.published == nil || digest == "" || e.published.Digest != digest {
		return e.snapshot, 0
	}
	return e.snapshot, e.published.Revision
}

// Get returns the latest snapshot of an organization, nil when there is none.
func (s *Store) Get(key Key) *Snapshot {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if e := s.entries[key]; e != nil {
		return e.snapshot
	}
	return nil
}

// Subscribe calls tell for every organization that has a snapshot, and from then on whenever a snapshot is put or
// removed. Tell must return at once and must not call the store.
func (s *Store) Subscribe(tell func(Key)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.subscribers = append(s.subscribers, tell)
	for key, e := range s.entries {
		if e.snapshot != nil {
			tell(key)
		}
	}
}

// Await names the organizations that must have been resolved before the store is ready.
func (s *Store) Await(keys []Key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.awaited = make(map[Key]struct{}, len(keys))
	for _, key := range keys {
		if e := s.entries[key]; e == nil || e.snapshot == nil {
			s.awaited[key] = struct{}{}
		}
	}
}

// Ready returns nil once every organization that was to be awaited has been resolved or is gone, else what is missing.
func (s *Store) Ready() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case s.awaited == nil:
		return errors.New("the caches have not synced yet")
	case len(s.awaited) > 0:
		return fmt.Errorf("%d organizations have not been resolved yet", len(s.awaited))
	default:
		return nil
	}
}

func (s *Store) entry(key Key) *entry {
	e := s.entries[key]
	if e == nil {
		e = &entry{}
		s.entries[key] = e
	}
	return e
}

// forgetIfIdle drops an entry that says nothing any more.
func (s *Store) forgetIfIdle(key Key, e *entry) {
	if *e == (entry{}) {
		delete(s.entries, key)
	}
}

// settle is called when an organization was resolved or removed.
func (s *Store) settle(key Key) {
	delete(s.awaited, key)
	for _, tell := range s.subscribers {
		tell(key)
	}
}

// compare notes when readers see the snapshot. An organization that does not exist has no readers.
func (e *entry) compare() {
	if e.snapshot == nil || e.snapshot.Organization == nil {
		e.unpublished = time.Time{}
		return
	}
	if digest := e.snapshot.digest(); e.published != nil && digest != "" && e.published.Digest == digest {
		e.unpublished = time.Time{}
	}
}

// earlier returns the earlier of two times, where a zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
