// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// stored are assignments as an API server holds them: each has an origin.
func stored(assignments []model.Assignment) listed {
	var all listed
	for i := range assignments {
		a := assignments[i]
		a.Origin = model.Origin{UID: "uid-of-" + a.Name, Generation: 1}
		all = append(all, &a)
	}
	return all
}

// listed are assignments that are resolved over and over.
type listed []*model.Assignment

func (l listed) Len() int { return len(l) }

func (l listed) Origin(i int) (user string, origin model.Origin) { return l[i].User, l[i].Origin }

func (l listed) Read(i int) *model.Assignment { return l[i] }

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
		"UserGroup/night grants[0]": func(w *model.World, later model.Object) {
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
			assignments := stored(world.Assignments)
			memory := &resolve.Memory{}
			same(t, "held at first", sourcesOf(memory.Organization(world, assignments), "ann"), []string{"UserAssignment/ann grants[0]"})

			changed := *assignments[0]
			changed.Grants, changed.Generation = nil, 2
			assignments[0] = &changed
			same(t, "held once the grant is gone", sourcesOf(memory.Organization(world, assignments), "ann"), []string{source})
		})
	}
}

// TestAssignmentsWithoutOriginGo: a user is gone with the last assignment, also where assignments have no origin by which
// they could be told apart.
func TestAssignmentsWithoutOriginGo(t *testing.T) {
	world := shop()
	assignments := listed{&world.Assignments[0], &world.Assignments[1]}
	memory := &resolve.Memory{}
	memory.Organization(world, assignments)
	after := memory.Organization(world, assignments[:1])
	if _, is := after.Document.Users["ben"]; is || len(after.Document.Users) != 1 {
		t.Errorf("the users are %v", after.Document.Users)
	}
}
