// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/model"
)

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

// TestPrerequisitesOfPrerequisites: what presupposes something that is withheld is withheld, in however many steps, and whatever
// the order in which the constraints are looked at.
func TestPrerequisitesOfPrerequisites(t *testing.T) {
	world := shop()
	world.Roles = append(world.Roles, trade("chief", "close"), trade("head", "close"))
	for i, of := range [][2]string{{"head", "chief"}, {"chief", "closer"}, {"closer", "buyer"}, {"buyer", "payer"}} {
		asking := presupposing(of[0], of[1], false)
		asking.Name = string(rune('a' + i))
		bind(world, asking)
	}
	world.Assignments = []model.Assignment{holding("ann", 1, given("head"), given("chief"), given("closer"), given("buyer"))}
	if held := sources(published(world)); len(held) != 0 {
		t.Errorf("held are %v", held)
	}
	world.Assignments[0].Grants = append(world.Assignments[0].Grants, given("payer"))
	if held := sources(published(world)); len(held) != 5 {
		t.Errorf("held are %v", held)
	}
}

// TestPrerequisiteOfALaterGrant: each grant asks for as long as it lasts itself.
func TestPrerequisiteOfALaterGrant(t *testing.T) {
	world := shop()
	bind(world, presupposing("closer", "buyer", false))
	world.Assignments = []model.Assignment{holding("ann", 1, during(given("buyer"), 0, 10), during(given("closer"), 2, 5))}
	if held := sources(published(world)); len(held) != 2 {
		t.Errorf("held are %v", held)
	}
}
