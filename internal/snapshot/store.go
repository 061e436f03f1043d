// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Store holds the current snapshot of every organization. It is safe for concurrent use.
type Store struct {
	mutex       sync.Mutex
	snapshots   map[Key]*Snapshot
	subscribers []func(Key, *Snapshot)
	// catalogSubscribers are called with the catalog of each snapshot.
	catalogSubscribers []func(catalog string)
	// awaited are the organizations that must have been resolved once before the store is ready; nil until they are known.
	awaited map[Key]struct{}
}

// NewStore returns an empty store.
func NewStore() *Store { return &Store{snapshots: map[Key]*Snapshot{}} }

// Put makes a snapshot the current one of its organization, and calls the subscribers.
func (s *Store) Put(snapshot *Snapshot) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.snapshots[snapshot.Key] = snapshot
	s.changed(snapshot.Key)
	for _, call := range s.catalogSubscribers {
		call(snapshot.catalog())
	}
}

// Remove removes the snapshot of an organization of which nothing is left, and calls the subscribers.
func (s *Store) Remove(key Key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.snapshots, key)
	s.changed(key)
}

// Get returns the current snapshot of an organization, nil if there is none.
func (s *Store) Get(key Key) *Snapshot {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.snapshots[key]
}

// List returns the current snapshots by namespace and name.
func (s *Store) List() []*Snapshot {
	s.mutex.Lock()
	list := make([]*Snapshot, 0, len(s.snapshots))
	for _, snapshot := range s.snapshots {
		list = append(list, snapshot)
	}
	s.mutex.Unlock()
	slices.SortFunc(list, func(a, b *Snapshot) int {
		return cmp.Or(cmp.Compare(a.Key.Namespace, b.Key.Namespace), cmp.Compare(a.Key.Name, b.Key.Name))
	})
	return list
}

// Subscribe calls a function for every organization that has a snapshot, and from then on whenever a snapshot is put or
// removed: with the snapshot, which is nil if it was removed. The function must return immediately and must not call the store.
func (s *Store) Subscribe(call func(Key, *Snapshot)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.subscribers = append(s.subscribers, call)
	for key, snapshot := range s.snapshots {
		call(key, snapshot)
	}
}

// SubscribeCatalogs calls a function with the catalog of every organization that has a snapshot, and from then on whenever a
// snapshot is put. The function must return immediately and must not call the store.
func (s *Store) SubscribeCatalogs(call func(catalog string)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.catalogSubscribers = append(s.catalogSubscribers, call)
	for _, snapshot := range s.snapshots {
		call(snapshot.catalog())
	}
}

// Await names the organizations that must have been resolved before the store is ready.
func (s *Store) Await(keys []Key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.awaited = make(map[Key]struct{}, len(keys))
	for _, key := range keys {
		if s.snapshots[key] == nil {
			s.awaited[key] = struct{}{}
		}
	}
}

// Ready returns nil once every organization that was to be awaited has been resolved or is gone, else an error that says what
// is missing.
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

// IsReady reports whether Ready has no error.
func (s *Store) IsReady() bool { return s.Ready() == nil }

// changed is called after an organization was resolved or removed.
func (s *Store) changed(key Key) {
	delete(s.awaited, key)
	for _, call := range s.subscribers {
		call(key, s.snapshots[key])
	}
}
