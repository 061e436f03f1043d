// SPDX-License-Identifier: Apache-2.0

package publications

import "github.com/rolewright/rolewright/internal/snapshot"

// fence keeps an outdated snapshot from replacing what another process published: a snapshot may do so only if its
// resolution started after this process had observed the version that it replaces.
//
// Two processes may believe at the same time that they lead: one that was frozen for longer than its lease wakes up, and
// holds a snapshot from before. Its watches bring it what the new leader published, perhaps before they bring the changes
// that it was published for. To replace that with the old snapshot would give back for a moment what was taken.
type fence struct {
	// written is the version of the ConfigMap that this process wrote last.
	written string
	// observed is the latest version of another process that a snapshot was kept from replacing.
	observed string
}

// Written records the version of an organization's ConfigMap that this process wrote.
func (t *Tracker) Written(key snapshot.Key, version string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.entry(key).fence.written = version
}

// ObservedVersion returns the version that a resolution of the organization will have considered if it starts now. It belongs
// into the snapshot.
func (t *Tracker) ObservedVersion(key snapshot.Key) string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if e := t.entries[key]; e != nil {
		return e.fence.observed
	}
	return ""
}

// MayReplace reports whether a snapshot may replace a version of the organization's ConfigMap: this process wrote that version
// itself, or it was observed before the resolution started. Otherwise the snapshot is outdated, and MayReplace asks once for
// another resolution.
func (t *Tracker) MayReplace(s *snapshot.Snapshot, version string) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	fence := &t.entry(s.Key).fence
	if version == fence.written || version == s.ObservedVersion {
		return true
	}
	if version == fence.observed {
		return false
	}
	fence.observed = version
	for _, call := range t.onOutdated {
		call(s.Key)
	}
	return false
}

// OnOutdated calls a function for every organization that must be resolved again although none of its objects changed. The
// function must return immediately and must not call the tracker.
func (t *Tracker) OnOutdated(call func(snapshot.Key)) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.onOutdated = append(t.onOutdated, call)
}
