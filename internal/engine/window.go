// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"math"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// window is a Window in microseconds since the start of 1970.
type window struct{ from, until int64 }

func compileWindow(written document.Window) window {
	w := window{from: math.MinInt64, until: math.MaxInt64}
	if written.NotBefore != nil {
		w.from = written.NotBefore.UnixMicro()
	}
	if written.NotAfter != nil {
		w.until = written.NotAfter.UnixMicro()
	}
	return w
}

// open tells whether a moment is within the window.
func (w window) open(at time.Time) bool {
	moment := at.UnixMicro()
	return moment >= w.from && moment < w.until
}

// appendBounds adds the bounds that a window has, of which the one with number 0 has none.
func (x *Index) appendBounds(bounds []time.Time, number uint32) []time.Time {
	if number == 0 {
		return bounds
	}
	for _, bound := range [...]int64{x.windows[number].from, x.windows[number].until} {
		if bound != math.MinInt64 && bound != math.MaxInt64 {
			bounds = append(bounds, time.UnixMicro(bound).UTC())
		}
	}
	return bounds
}
