// SPDX-License-Identifier: Apache-2.0

package resolve_test

import "testing"

// TestPrerequisiteEverywhere: a role that is held everywhere meets a prerequisite per unit, whatever units there are.
func TestPrerequisiteEverywhere(t *testing.T) {
	for name, hasUnits := range map[string]bool{"with units": true, "without units": false} {
		t.Run(name, func(t *testing.T) {
			world := shop()
			world.Assignments = world.Assignments[:1]
			if !hasUnits {
				world.Structures[0].Units = nil
			}
			bind(world, presupposing("closer", "buyer", true))
			same(t, "published", published(world), []string{"ann UserAssignment/ann grants[a]", "ann UserAssignment/ann grants[b]"})
		})
	}
}
