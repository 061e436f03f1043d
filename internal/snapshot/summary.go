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
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key, e := range s.entries {
		oldest = earlier(oldest, earlier(e.first, earlier(e.considered, e.unpublished)))
		if e.snapshot != nil && e.snapshot.Organization != nil {
			summaries = append(summaries, e.snapshot.summary(key, e.published))
		}
	}
	slices.SortFunc(summaries, func(a, b Summary) int {
		return cmp.Or(cmp.Compare(a.Key.Namespace, b.Key.Namespace), cmp.Compare(a.Key.Name, b.Key.Name))
	})
	return summaries, oldest
}

func (s *Snapshot) summary(key Key, published *Published) Summary {
	summary := Summary{Key: key, Published: published, Findings: map[FindingKind]int{}}
	if s.Resolution.Document != nil {
		summary.Users = len(s.Resolution.Document.Users)
	}
	for i := range s.Resolution.Findings {
		finding := &s.Resolution.Findings[i]
		summary.Findings[FindingKind{Reason: finding.Reason, Severity: finding.Severity.String()}]++
	}
	return summary
}
