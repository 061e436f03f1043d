// SPDX-License-Identifier: Apache-2.0

package snapshot

// sight is what is known of the ConfigMap that an organization is published in, in the order in which things came to be
// known: whoever replaces what somebody else published must have looked at the organization after seeing it.
//
// Two processes may believe at once that they lead: one that was frozen for longer than its lease wakes up, and holds a
// snapshot from before. Its watches bring it what the new leader published, perhaps before they bring the changes that it
// was published for. To replace that with the old snapshot would give back for a moment what was taken.
type sight struct {
	// wrote is the version that this process wrote last.
	wrote string
	// doubted is the version for which another resolution was asked. It follows that resolution while it runs, as
	// considering, and into its snapshot, as considered.
	doubted, considering, considered string
}

// Wrote notes the version of an organization's ConfigMap that this process wrote.
func (s *Store) Wrote(key Key, version string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.entry(key).sight.wrote = version
}

// Considers reports whether the snapshot of an organization may replace a version of its ConfigMap: this process wrote
// that itself, or it was seen before the resolution began. Else it asks for another resolution, once.
func (s *Store) Considers(key Key, version string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.entry(key)
	switch version {
	case e.sight.wrote, e.sight.considered:
		return true
	case e.sight.doubted:
		return false
	}
	e.sight.doubted = version
	s.touch(e)
	for _, ask := range s.resolvers {
		ask(key)
	}
	return false
}

// OnDoubt calls ask for every organization that has to be resolved again although none of its objects changed. Ask must
// return at once and must not call the store.
func (s *Store) OnDoubt(ask func(Key)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.resolvers = append(s.resolvers, ask)
}
