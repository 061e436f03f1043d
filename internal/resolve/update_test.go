// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// history resolves the states of a world one after the other, each from the one before.
type history struct {
	world    *model.World
	previous *resolve.Resolution
}

// resolve resolves the world, of which some users differ from what was resolved before.
func (h *history) resolve(users ...string) *resolve.Resolution {
	difference := model.OfUsers(slices.Values(users))
	if h.previous == nil {
		difference = model.Everything()
	}
	h.previous, _ = resolve.Update(h.previous, lettered(h.world), difference, byUser(h.world.Assignments))
	return h.previous
}

// byUser are the assignments of a world.
type byUser []model.Assignment

func (b byUser) Len() int { return len(b) }

func (b byUser) Of(difference model.Difference) iter.Seq2[string, []*model.Assignment] {
	of := map[string][]*model.Assignment{}
	for i := range b {
		if difference.Includes(b[i].User) {
			of[b[i].User] = append(of[b[i].User], &b[i])
		}
	}
	return maps.All(of)
}

// sourcesOf lists where what a user holds is written.
func sourcesOf(resolution *resolve.Resolution, user string) []string {
	var all []string
	for _, grant := range resolution.Document.Users[user].Grants {
		all = append(all, grant.Source)
	}
	return all
}

// TestGivenRoleIsPublishedOnceNothingBreaksIt: what a constraint withheld of what a request or a group gives in one
// resolution is published by the next, once the grant beside it is gone.
func TestGivenRoleIsPublishedOnceNothingBreaksIt(t *testing.T) {
	for source, give := range map[string]func(w *model.World, later model.Object){
		"ApprovalRequest/night grant": func(w *model.World, later model.Object) {
			w.Requested = []model.RequestedGrant{{Object: later, User: "ann", Role: role("closer"), Scope: &model.Scope{Everywhere: true}}}
			w.Requested[0].Kind = model.KindRequest
		},
		"UserGroup/night grants[a]": func(w *model.World, later model.Object) {
			w.Groups = []model.Group{{Object: later, Members: []string{"ann"}, Grants: []model.Grant{given("closer")}}}
		},
	} {
		t.Run(source, func(t *testing.T) {
			world := shop()
			bind(world, apart(false, "buyer", "closer"))
			later := object(model.KindGroup, "night")
			later.Created = clock
			give(world, later)
			world.Assignments[0].Grants = []model.Grant{given("buyer")}
			identified(world)
			h := history{world: world}
			same(t, "held at first", sourcesOf(h.resolve(), "ann"), []string{"UserAssignment/ann grants[a]"})
			world.Assignments[0].Grants = nil
			same(t, "held once the grant is gone", sourcesOf(h.resolve("ann"), "ann"), []string{source})
		})
	}
}

// TestUserWithoutAssignment: a user is gone with the last assignment, unless a group or the platform gives them something.
func TestUserWithoutAssignment(t *testing.T) {
	for name, test := range map[string]struct {
		groups []model.Group
		want   []string
	}{
		"nothing else": {nil, []string{"ann"}},
		"a group":      {[]model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"ben"}}}, []string{"ann", "ben"}},
	} {
		t.Run(name, func(t *testing.T) {
			world := shop()
			world.Groups = test.groups
			h := history{world: world}
			h.resolve()
			world.Assignments = world.Assignments[:1]
			same(t, "users", slices.Sorted(maps.Keys(h.resolve("ben").Document.Users)), test.want)
		})
	}
}

// TestUnknownManagerFollows: a manager who comes, goes or loses the last assignment is known or not, no matter who names them.
func TestUnknownManagerFollows(t *testing.T) {
	world := shop()
	world.Assignments[0].Manager = "ben"
	world.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"ben"}}}
	ben := world.Assignments[1]
	unknown := []string{"Info UserAssignment/ann spec.profile.manager UnknownManager"}
	manager := func(r *resolve.Resolution) []string {
		var all []string
		for _, f := range r.Findings {
			if f.Reason == resolve.ReasonUnknownManager {
				all = append(all, briefly([]resolve.Finding{f})...)
			}
		}
		return all
	}
	h := history{world: world}
	same(t, "with an assignment", manager(h.resolve()), nil)
	world.Assignments = world.Assignments[:1]
	same(t, "without", manager(h.resolve("ben")), unknown)
	same(t, "while another changes", manager(h.resolve("ann")), unknown)
	world.Assignments = append(world.Assignments, ben)
	same(t, "with one again", manager(h.resolve("ben")), nil)
	world.Assignments[0].Manager = "cem"
	same(t, "with another manager", manager(h.resolve("ann")), unknown)
}

// TestSimilarUsersFollow: ids that look alike are found as they come, and where they are written.
func TestSimilarUsersFollow(t *testing.T) {
	world := shop()
	world.Assignments[0].User = "Ben"
	ben := world.Assignments[1]
	similar := func(r *resolve.Resolution) []string {
		is := func(f resolve.Finding) bool { return f.Reason == resolve.ReasonSimilarUsers }
		return briefly(slices.DeleteFunc(slices.Clone(r.Findings), func(f resolve.Finding) bool { return !is(f) }))
	}
	h := history{world: world}
	same(t, "both", similar(h.resolve()), []string{"Info UserAssignment/ann spec.user SimilarUsers"})
	world.Assignments = world.Assignments[:1]
	same(t, "one", similar(h.resolve("ben")), nil)
	world.Assignments = append(world.Assignments, ben)
	world.Assignments[0].Ref.Name = "annabel"
	same(t, "written elsewhere", similar(h.resolve("ben", "Ben")), []string{"Info UserAssignment/annabel spec.user SimilarUsers"})
}

// TestHoldersMakeRoom: once the oldest holder of a role that few may hold is gone, the next holds it, and the document is said
// to differ for both.
func TestHoldersMakeRoom(t *testing.T) {
	world := shop()
	bind(world, limited("closer", 1))
	world.Assignments = append(world.Assignments, holding("cem", 1, given("closer")))
	h := history{world: world}
	same(t, "held by cem at first", sourcesOf(h.resolve(), "cem"), nil)
	former := h.previous
	world.Assignments[0].Grants = world.Assignments[0].Grants[:1]
	after, difference := resolve.Update(former, lettered(world), model.OfUsers(slices.Values([]string{"ann"})), byUser(world.Assignments))
	same(t, "held by cem", sourcesOf(after, "cem"), []string{"UserAssignment/cem grants[a]"})
	if !difference.Includes("cem") || !difference.Includes("ann") || difference.Includes("ben") {
		t.Errorf("the documents are said to differ in %v", difference)
	}
	same(t, "held by cem before", sourcesOf(former, "cem"), nil)
	if after.Equals(former, "cem") || !after.Equals(former, "ben") {
		t.Error("equality of users is not that of what they hold")
	}
}

// TestAChangeDoesNotAllocateForEachUser: the users whom it does not concern are copied in bulk, which Go's maps do only if
// an entry of the document is not larger than 128 bytes.
func TestAChangeDoesNotAllocateForEachUser(t *testing.T) {
	const users = 2_000
	world := shop()
	world.Assignments = nil
	for i := range users {
		id := fmt.Sprintf("user-%04d", i)
		world.Assignments = append(world.Assignments, model.Assignment{
			Object: object(model.KindAssignment, id), User: id, Grants: []model.Grant{given("buyer")},
		})
	}
	h := history{world: lettered(world)}
	h.resolve()
	difference := model.OfUsers(slices.Values([]string{"user-0007"}))
	if got := testing.AllocsPerRun(3, func() {
		resolve.Update(h.previous, h.world, difference, byUser(h.world.Assignments[7:8]))
	}); got > users/4 {
		t.Errorf("one user's change allocates %v times for %d users", got, users)
	}
}
