// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// support is a shop in which sam holds a role of the platform during some days.
func support(from, until int) *model.World {
	w := shop()
	watch := trade("watch", "close")
	watch.Kind, watch.Namespace, watch.Platform = model.KindPlatformRole, "", true
	w.Catalog.Permissions[2].Platform = true
	w.Roles[2].Rules[0].Permissions = []string{"buy", "pay"}
	w.PlatformRoles = []model.Role{watch}
	w.PlatformAssignments = []model.PlatformAssignment{{
		Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: "sam"}}, User: "sam",
		Grants: []model.PlatformGrant{{Role: "watch", Picks: true, Window: during(model.Grant{}, from, until).Window}},
	}}
	return w
}

func TestGrantsOfThePlatformBeginAndEnd(t *testing.T) {
	grants := resolve.Organization(support(-1, 1)).Document.Users["sam"].Grants
	from, until := day(-1), day(1)
	if len(grants) != 1 || !reflect.DeepEqual(grants[0].Window, document.Window{NotBefore: &from, NotAfter: &until}) {
		t.Fatalf("got %+v, want one grant from %s until %s", grants, from, until)
	}
}

// TestOrderOfWhatGivesAUserRoles: the grants of a user stand in one order, whatever the order of the objects that give them.
func TestOrderOfWhatGivesAUserRoles(t *testing.T) {
	build := func(reverse bool) *document.Document {
		w := support(-1, 1)
		w.PlatformAssignments[0].User = "ann"
		w.Groups = []model.Group{
			{Object: object(model.KindGroup, "day"), Members: []string{"ann"}, Grants: []model.Grant{given("payer")}},
			{Object: object(model.KindGroup, "night"), Members: []string{"ann"}, Grants: []model.Grant{given("buyer")}},
		}
		w.Requested = []model.RequestedGrant{
			{Object: object(model.KindRequest, "first"), User: "ann", Role: role("payer"), Unit: "north"},
			{Object: object(model.KindRequest, "second"), User: "ann", Role: role("payer"), Unit: "south"},
		}
		w.Assignments = append(w.Assignments, holding("ann", 1, given("payer")))
		w.Assignments[len(w.Assignments)-1].Name = "another"
		if reverse {
			slices.Reverse(w.Groups)
			slices.Reverse(w.Requested)
			slices.Reverse(w.Assignments)
		}
		return resolve.Organization(w).Document
	}
	one, other := build(false).Users["ann"].Grants, build(true).Users["ann"].Grants
	if len(one) != 8 || !reflect.DeepEqual(one, other) {
		t.Errorf("%d grants:\n%+v\nthe other way round\n%+v", len(one), one, other)
	}
}

// TestScopeOfARequestedRole: it is the one that the request names, else the request's own unit and values, else the root.
func TestScopeOfARequestedRole(t *testing.T) {
	north := model.Scope{Units: []string{"north"}}
	for name, c := range map[string]struct {
		requested model.RequestedGrant
		want      document.Scope
	}{
		"of its own":  {model.RequestedGrant{Scope: &north, Unit: "south"}, document.Scope{Units: []string{"north"}}},
		"of its unit": {model.RequestedGrant{Unit: "south"}, document.Scope{Units: []string{"south"}}},
		"of no unit":  {model.RequestedGrant{}, document.Scope{Units: []string{"all"}}},
	} {
		w := shop()
		c.requested.Object, c.requested.User, c.requested.Role = object(model.KindRequest, "r"), "ann", role("payer")
		w.Assignments[0].Grants = nil
		w.Requested = []model.RequestedGrant{c.requested}
		if got := resolve.Organization(w).Document.Users["ann"].Grants; len(got) != 1 || !reflect.DeepEqual(got[0].Scope, c.want) {
			t.Errorf("%s: got %+v, want the scope %+v", name, got, c.want)
		}
	}
}
