// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/property"
)

// withLess is a world without some grants and giving overrides of the users and groups for whom concerned holds.
func withLess(t *rapid.T, world *model.World, concerned func(users ...string) bool) *model.World {
	less := copied(world)
	drawn := func() bool { return rapid.Bool().Draw(t, "remove") }
	for i := range less.Assignments {
		if a := &less.Assignments[i]; concerned(a.User) {
			a.Grants = slices.DeleteFunc(a.Grants, func(model.Grant) bool { return drawn() })
			a.Overrides = slices.DeleteFunc(a.Overrides, func(o model.Override) bool { return !o.Deny && drawn() })
		}
	}
	for i := range less.Groups {
		if g := &less.Groups[i]; concerned(g.Members...) {
			g.Grants = slices.DeleteFunc(g.Grants, func(model.Grant) bool { return drawn() })
		}
	}
	for i := range less.PlatformAssignments {
		if a := &less.PlatformAssignments[i]; concerned(a.User) {
			a.Grants = slices.DeleteFunc(a.Grants, func(model.PlatformGrant) bool { return drawn() })
		}
	}
	return less
}

// TestRemovingGrantsAddsNothing: where no constraint is enforced, no answer becomes yes without some grants or giving
// overrides. Enforced, a grant that goes may make room for one that was withheld for its sake.
func TestRemovingGrantsAddsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := unconstrained(drawWorld(t))
		less := withLess(t, world, func(...string) bool { return true })
		before, after := resolved(t, world), resolved(t, less)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			if !before.Check(request) && after.Check(request) {
				t.Fatalf("with less the answer becomes yes, to\n%s\nin\n%s\n%s", written(request), written(less), after.Explain(request))
			}
		}
	})
}

// TestRemovingGrantsConcernsOneUser: only a limit of holders makes what one user holds depend on what another is given.
func TestRemovingGrantsConcernsOneUser(t *testing.T) {
	limitless := func(c model.Constraint) bool { return c.Holders != nil }
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		world.Catalog.Constraints = slices.DeleteFunc(world.Catalog.Constraints, limitless)
		for i := range world.Structures {
			world.Structures[i].Constraints = slices.DeleteFunc(world.Structures[i].Constraints, limitless)
		}
		user := rapid.SampledFrom(usersOf(world)).Draw(t, "poorer")
		less := withLess(t, world, func(users ...string) bool {
			return !slices.ContainsFunc(users, func(u string) bool { return u != user })
		})
		before, after := resolved(t, world), resolved(t, less)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			// A platform user without grant is no user any more, which ends lines of managers.
			if request.Subject.ID != user && before.Check(request) != after.Check(request) && len(world.PlatformAssignments) == 0 {
				t.Fatalf("with less for %s the answer changes, to\n%s\nin\n%s\n%s", user, written(request), written(less), after.Explain(request))
			}
		}
	})
}

// TestRemovingTheNewestAddsNothing: of all that constraints bind, but for prerequisites, the newest makes room for nothing.
func TestRemovingTheNewestAddsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawConstrained(t)
		world.Groups = nil
		structure := &world.Structures[0]
		structure.Constraints = slices.DeleteFunc(structure.Constraints, func(c model.Constraint) bool { return c.Prerequisite != nil })
		slices.SortFunc(world.Assignments, func(a, b model.Assignment) int { return a.Older(b.Object) })
		less := copied(world)
		newest := &less.Assignments[len(less.Assignments)-1]
		newest.Overrides = slices.DeleteFunc(newest.Overrides, func(o model.Override) bool { return !o.Deny })
		if len(newest.Overrides) == len(world.Assignments[len(world.Assignments)-1].Overrides) {
			last := slices.MaxFunc(newest.Grants, func(a, b model.Grant) int { return cmp.Compare(a.Name, b.Name) })
			newest.Grants = slices.DeleteFunc(newest.Grants, func(g model.Grant) bool { return g.Name == last.Name })
		}
		before, after := resolved(t, world), resolved(t, less)
		for _, request := range everyRequest(world) {
			if !before.Check(request) && after.Check(request) {
				t.Fatalf("without the newest the answer becomes yes, to\n%s\nin\n%s\n%s", written(request), written(world), after.Explain(request))
			}
		}
	})
}

// TestWithheldIsNotPublished: what an enforced constraint takes from an assignment stands in no document.
func TestWithheldIsNotPublished(t *testing.T) {
	withheld := 0
	property.Check(t, func(t *rapid.T) {
		resolution := resolve.Organization(drawWorld(t))
		var sources []string
		for _, user := range resolution.Document.Users {
			for _, grant := range user.Grants {
				sources = append(sources, grant.Source)
			}
			for _, override := range user.Overrides {
				sources = append(sources, override.Source)
			}
		}
		for _, f := range resolution.Findings {
			violation := slices.Contains([]string{resolve.ReasonSeparationOfDuties, resolve.ReasonTooManyHolders, resolve.ReasonPrerequisiteNotMet}, f.Reason)
			if !violation || f.Severity != resolve.Error || f.Object.Kind == model.KindGroup {
				continue
			}
			// A default grant has one source for all users, and some may hold it all the same.
			if strings.HasPrefix(f.Field, "spec.defaultGrants") {
				continue
			}
			withheld++
			if source := f.Object.String() + " " + f.Field[len("spec."):]; slices.Contains(sources, source) {
				t.Fatalf("%s is published, and yet\n%s", source, f)
			}
		}
	}, func() string { return fewer(withheld, 1, "nothing is withheld") })
}
