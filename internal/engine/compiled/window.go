// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"math"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Window is a Window in microseconds since the start of 1970.
type Window struct{ From, Until int64 }

func compileWindow(written document.Window) Window {
	w := Window{From: math.MinInt64, Until: math.MaxInt64}
	if written.StartTime != nil {
		w.From = written.StartTime.UnixMicro()
	}
	if written.EndTime != nil {
		w.Until = written.EndTime.UnixMicro()
	}
	return w
}

// Open reports whether a moment is within the window.
func (w Window) Open(at time.Time) bool {
	moment := at.UnixMicro()
	return moment >= w.From && moment < w.Until
}

// AppendBounds adds the bounds that a window has, of which the one with number 0 has none.
func (x *Index) AppendBounds(bounds []time.Time, number uint32) []time.Time {
	if number == 0 {
		return bounds
	}
	for _, bound := range [...]int64{x.Windows[number].From, x.Windows[number].Until} {
		if bound != math.MinInt64 && bound != math.MaxInt64 {
			bounds = append(bounds, time.UnixMicro(bound).UTC())
		}
	}
	return bounds
}

// End returns the end of a window; nil if it has none, or none that can be written.
func (x *Index) End(number uint32) *time.Time {
	if number == 0 || x.Windows[number].Until == math.MaxInt64 {
		return nil
	}
	end := time.UnixMicro(x.Windows[number].Until).UTC()
	if end.Year() < 0 || end.Year() > maxYear {
		return nil
	}
	return &end
}

// maxYear is the last year that RFC 3339 can write.
const maxYear = 9999
