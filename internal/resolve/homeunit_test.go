// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestUnknownHomeUnitsAreTold: a home unit that does not count is unknown, and one that nobody wrote is none.
func TestUnknownHomeUnitsAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*model.World)
		home    string
		unknown bool
	}{
		"one":      {func(*model.World) {}, "icu", false},
		"none":     {func(w *model.World) { w.Assignments[ann].HomeUnit = "" }, "", false},
		"missing":  {func(w *model.World) { w.Assignments[ann].HomeUnit = "annex" }, "", true},
		"two":      {func(w *model.World) { w.Assignments[annMore].HomeUnit = "er" }, "", true},
		"the same": {func(w *model.World) { w.Assignments[annMore].HomeUnit = "icu" }, "icu", false},
	} {
		world := hospital()
		c.edit(world)
		if user := resolve.Organization(world).Document.Users["ann"]; user.HomeUnit != c.home || user.HomeUnitUnknown != c.unknown {
			t.Errorf("%s: home unit %q, unknown: %t", name, user.HomeUnit, user.HomeUnitUnknown)
		}
	}
}
