// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestEndsThatCanBeWritten: an end is told if there is one, in a year that RFC 3339 can write.
func TestEndsThatCanBeWritten(t *testing.T) {
	in := func(year int) *time.Time { return new(time.Date(year, time.December, 31, 23, 59, 59, 0, time.UTC)) }
	for _, c := range []struct {
		end  *time.Time
		told bool
	}{
		{nil, false}, {in(-1), false}, {in(0), true}, {in(2026), true}, {in(9999), true}, {in(10000), false},
	} {
		x := &Index{Windows: []Window{{}, compileWindow(document.Window{EndTime: c.end})}}
		if got := x.End(1); (got != nil) != c.told || got != nil && !got.Equal(*c.end) {
			t.Errorf("the end %v is told as %v", c.end, got)
		}
		if got := x.End(0); got != nil {
			t.Errorf("the window without bounds ends at %v", got)
		}
	}
}
