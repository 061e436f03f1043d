// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"iter"
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

// moment is a point in time; the zero moment lies before every other.
type moment time.Time

// within reports whether a window is open at the moment.
func (m moment) within(w model.Window) bool {
	at := time.Time(m)
	return !at.Before(w.StartTime) && (w.EndTime.IsZero() || at.Before(w.EndTime))
}

// moments returns moments at one of which the bindings are live together with the given one, if they ever are: windows that
// have a moment in common have the beginning of one of them in common.
func moments(b *binding, others iter.Seq[*binding]) []moment {
	found := []moment{moment(b.window.StartTime)}
	seen := map[moment]struct{}{found[0]: {}}
	for other := range others {
		begin := moment(other.window.StartTime)
		if _, again := seen[begin]; !again && begin.within(b.window) {
			found, seen[begin] = append(found, begin), struct{}{}
		}
	}
	return found
}

// contains reports whether a window is open whenever another is.
func contains(outer, inner model.Window) bool {
	return !inner.StartTime.Before(outer.StartTime) &&
		(outer.EndTime.IsZero() || (!inner.EndTime.IsZero() && !inner.EndTime.After(outer.EndTime)))
}
