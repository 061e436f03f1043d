// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"maps"
	"slices"
	"time"
)

const (
	// settleTime is how long files must have been unchanged: editors, git and slow programs write them in several steps.
	settleTime = time.Second
	// emptiedTime is how long they must have been unchanged if a file has lost all its content. A shell empties the file to which
	// it redirects a command before the command writes anything, and the command may take a while.
	emptiedTime = 10 * time.Second
)

// settling is how long the state of files has lasted.
type settling struct {
	state State
	since time.Time
	// settled is the last state that settled; zero before the first.
	settled State
}

// observe records what was seen at a time, and returns how long that has to last until it is settled: zero or less if it is.
// It also returns a file that has lost its content, when that is seen first.
func (s *settling) observe(state State, now time.Time) (left time.Duration, emptied string) {
	changed := s.since.IsZero() || state.Fingerprint != s.state.Fingerprint
	if changed {
		s.state, s.since = state, now
	}
	required, file := settleTime, s.emptied()
	if file != "" {
		required = emptiedTime
	}
	if !changed {
		file = ""
	}
	if left = required - now.Sub(s.since); left <= 0 {
		s.settled = s.state
	}
	return left, file
}

// emptied returns a file that had content when the state last settled, and has none now.
func (s *settling) emptied() string {
	for _, path := range slices.Sorted(maps.Keys(s.state.empty)) {
		if wasEmpty, found := s.settled.empty[path]; s.state.empty[path] && found && !wasEmpty {
			return path
		}
	}
	return ""
}
