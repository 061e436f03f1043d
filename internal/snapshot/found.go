// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Found is what is found in an organization during a stretch of time in which nothing but the clock moves. It never
// changes.
type Found struct {
	// All findings, gravest first.
	All []resolve.Finding
	// Of holds them by the object that they are about.
	Of map[model.Ref][]resolve.Finding
	// Until is the moment from which others may be found; zero when the clock alone brings no others.
	Until time.Time
}

// foundLast is the latest Found, and the first moment that it was asked for.
type foundLast struct {
	mutex sync.Mutex
	since time.Time
	found *Found
}

// At returns what is found at a moment. As long as that is the same it is the same pointer, so that statuses and metrics,
// which ask often, cost nothing.
func (s *Snapshot) At(now time.Time) *Found {
	last := &s.found
	last.mutex.Lock()
	defer last.mutex.Unlock()
	if last.found == nil || now.Before(last.since) || last.found.ended(now) {
		last.found, last.since = s.find(now), now
	}
	return last.found
}

func (f *Found) ended(now time.Time) bool { return !f.Until.IsZero() && !now.Before(f.Until) }

func (s *Snapshot) find(now time.Time) *Found {
	found := &Found{Of: map[model.Ref][]resolve.Finding{}}
	found.All, found.Until = s.Resolution.At(now)
	for _, finding := range found.All {
		found.Of[finding.Object] = append(found.Of[finding.Object], finding)
	}
	return found
}
