// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"math"
	"time"
)

// window is a Window in microseconds since the start of 1970.
type window struct{ from, until int64 }

func compileWindow(written Window) window {
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

// appendBounds adds the bounds that a window has.
func (w window) appendBounds(bounds []time.Time) []time.Time {
	for _, bound := range [...]int64{w.from, w.until} {
		if bound != math.MinInt64 && bound != math.MaxInt64 {
			bounds = append(bounds, time.UnixMicro(bound).UTC())
		}
	}
	return bounds
}
