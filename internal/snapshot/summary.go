// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"slices"
	"time"
)

// Summary is what an operator wants to know of one organization that exists.
type Summary struct {
	Key   Key
	Users int
	// Published is nil when readers see nothing.
	Published *Published
	// Findings counts them by kind.
	Findings map[FindingKind]int
}

// FindingKind tells findings apart, wherever they were found.
type FindingKind struct {
	Reason, Severity string
}

// Summaries returns a summary of every organization that exists, by namespace and name, and the moment of the oldest
// change that readers of its organization do not see yet; zero when they see all.
func (s *Store) Summaries() (summaries []Summary, oldest time.Time) {
	present, oldest := s.present()
	now := s.now()
	for _, p := range present {
		summaries = append(summaries, p.snapshot.summary(p.published, now))
	}
	slices.SortFunc(summaries, func(a, b Summary) int {
		return cmp.Or(cmp.Compare(a.Key.Namespace, b.Key.Namespace), cmp.Compare(a.Key.Name, b.Key.Name))
	})
	return summaries, oldest
}

// presence is an organization that exists, and what readers of it see.
type presence struct {
	snapshot  *Snapshot
	published *Published
}

// present is brief, because resolutions wait for it.
func (s *Store) present() (present []presence, oldest time.Time) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, e := range s.entries {
		oldest = earlier(oldest, earlier(e.first, earlier(e.considered, e.unpublished)))
		if e.snapshot != nil && e.snapshot.Organization != nil {
			present = append(present, presence{snapshot: e.snapshot, published: e.published})
		}
	}
	return present, oldest
}

func (s *Snapshot) summary(published *Published, now time.Time) Summary {
	summary := Summary{Key: s.Key, Published: published, Findings: map[FindingKind]int{}}
	if s.Resolution.Document != nil {
		summary.Users = len(s.Resolution.Document.Users)
	}
	found := s.FindingsAt(now).All
	for i := range found {
		summary.Findings[FindingKind{Reason: found[i].Reason, Severity: found[i].Severity.String()}]++
	}
	return summary
}
