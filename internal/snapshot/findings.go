// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Findings are the findings in an organization during a period in which only the clock moves. They never change.
type Findings struct {
	// All findings, most severe first.
	All []resolve.Finding
	// ByObject holds them by the object that they are about.
	ByObject map[model.Ref][]resolve.Finding
	// Until is the moment from which the findings may differ; zero if the clock alone never changes them.
	Until time.Time
}

// latestFindings caches the latest Findings, with the first moment at which they were asked for.
type latestFindings struct {
	mutex    sync.Mutex
	since    time.Time
	findings *Findings
}

// FindingsAt returns the findings at a moment. It returns the same pointer for as long as they are the same, so that
// statuses and metrics can ask often.
func (s *Snapshot) FindingsAt(now time.Time) *Findings {
	latest := &s.latestFindings
	latest.mutex.Lock()
	defer latest.mutex.Unlock()
	if latest.findings == nil || now.Before(latest.since) || latest.findings.expired(now) {
		latest.findings, latest.since = s.findingsAt(now), now
	}
	return latest.findings
}

func (f *Findings) expired(now time.Time) bool { return !f.Until.IsZero() && !now.Before(f.Until) }

func (s *Snapshot) findingsAt(now time.Time) *Findings {
	findings := &Findings{ByObject: map[model.Ref][]resolve.Finding{}}
	findings.All, findings.Until = s.Resolution.At(now)
	for _, finding := range findings.All {
		findings.ByObject[finding.Object] = append(findings.ByObject[finding.Object], finding)
	}
	return findings
}
