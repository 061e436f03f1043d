// SPDX-License-Identifier: Apache-2.0

package publications

import (
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Published is what readers of an organization see.
type Published struct {
	Digest   string
	Bytes    int64
	Revision int64
}

// Tracker tracks publications. It is safe for concurrent use.
type Tracker struct {
	mutex   sync.Mutex
	entries map[snapshot.Key]*entry
	// onObserved and onOutdated are called for each event of the kind.
	onObserved, onOutdated []func(snapshot.Key)
}

// entry is what is known of one organization.
type entry struct {
	published *Published
	// digest is that of the current snapshot; empty if there is nothing to publish.
	digest string
	// unpublished is the oldest change of the current snapshot; zero if readers see it.
	unpublished time.Time
	fence       fence
	// mark is nil until this process has published the organization, or found it published as it should be.
	mark *Mark
}

// NewTracker returns a tracker that knows of no organization.
func NewTracker() *Tracker { return &Tracker{entries: map[snapshot.Key]*entry{}} }

// Resolved records that a snapshot is an organization's current one.
func (t *Tracker) Resolved(s *snapshot.Snapshot) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	e := t.entry(s.Key)
	e.digest = s.Digest()
	e.unpublished = debounce.Earlier(e.unpublished, s.Since)
	// An organization that does not exist has no readers.
	if s.Organization == nil || e.isPublished() {
		e.unpublished = time.Time{}
	}
	t.deleteIfEmpty(s.Key, e)
}

// Removed records that nothing is left of an organization.
func (t *Tracker) Removed(key snapshot.Key) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if e := t.entries[key]; e != nil {
		*e = entry{published: e.published}
		t.deleteIfEmpty(key, e)
	}
}

// Observe records what readers of an organization see; nil for nothing.
func (t *Tracker) Observe(key snapshot.Key, published *Published) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	e := t.entry(key)
	e.published = published
	if e.isPublished() {
		e.unpublished = time.Time{}
	}
	t.deleteIfEmpty(key, e)
	for _, call := range t.onObserved {
		call(key)
	}
}

// OnObserved calls a function whenever Observe was called for an organization. The function must return immediately and must
// not call the tracker.
func (t *Tracker) OnObserved(call func(snapshot.Key)) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.onObserved = append(t.onObserved, call)
}

// Published returns what readers of an organization see; nil if it is nothing.
func (t *Tracker) Published(key snapshot.Key) *Published {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if e := t.entries[key]; e != nil {
		return e.published
	}
	return nil
}

// RevisionOf returns the revision at which readers see a snapshot; 0 if they do not see it. It is the revision that this process
// published, if it knows: another writer may have changed the one that was observed.
func (t *Tracker) RevisionOf(s *snapshot.Snapshot) int64 {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	e, digest := t.entries[s.Key], s.Digest()
	switch {
	case e == nil || e.published == nil || digest == "" || e.published.Digest != digest:
		return 0
	case e.mark != nil && e.mark.Publication.Digest == digest:
		return e.mark.Publication.Revision
	default:
		return e.published.Revision
	}
}

// OldestUnpublished returns the oldest change that was resolved and that readers do not see; zero if they see all.
func (t *Tracker) OldestUnpublished() (oldest time.Time) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, e := range t.entries {
		oldest = debounce.Earlier(oldest, e.unpublished)
	}
	return oldest
}

func (t *Tracker) entry(key snapshot.Key) *entry {
	e := t.entries[key]
	if e == nil {
		e = &entry{}
		t.entries[key] = e
	}
	return e
}

func (t *Tracker) deleteIfEmpty(key snapshot.Key, e *entry) {
	if *e == (entry{}) {
		delete(t.entries, key)
	}
}

func (e *entry) isPublished() bool {
	return e.published != nil && e.digest != "" && e.published.Digest == e.digest
}
