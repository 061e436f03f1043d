// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// both is a role that gives what a buyer and a closer give.
func both(name string) model.Role { return trade(name, "buy", "close") }

// TestCombinedDuties: what evades a separation of roles is found on the role and on the override that do.
func TestCombinedDuties(t *testing.T) {
	buyersAndClosers := func(except ...model.RoleRef) model.Constraint {
		c := apart(true, "buyer", "closer")
		c.Separation.Except = except
		return c
	}
	for name, test := range map[string]struct {
		spoil func(w *model.World)
		want  []string
	}{
		"a role with the permissions of both": {
			func(w *model.World) { w.Roles = append(w.Roles, both("trader")); bind(w, buyersAndClosers()) },
			[]string{"Warning Role/trader CombinedDuties"},
		},
		"one that is exempt": {
			func(w *model.World) {
				w.Roles = append(w.Roles, both("trader"))
				bind(w, buyersAndClosers(role("trader")))
			}, nil,
		},
		"a role with those of one": {func(w *model.World) { w.Roles = append(w.Roles, trade("trader", "buy")); bind(w, buyersAndClosers()) }, nil},
		"duties by permission see it themselves": {
			func(w *model.World) {
				w.Roles = append(w.Roles, both("trader"))
				bind(w, apart(true, "/buy", "/close"))
			}, nil,
		},
		"a role that inherits both, which the constraint sees": {
			func(w *model.World) {
				trader := trade("trader")
				trader.Inherits = []model.Inheritance{{Role: role("buyer")}, {Role: role("closer")}}
				w.Roles = append(w.Roles, trader)
				bind(w, buyersAndClosers())
			}, nil,
		},
		"an override": {
			func(w *model.World) {
				ann := holding("ann", 3, given("buyer"))
				ann.Overrides = []model.Override{{Name: "o", Permission: "close", Scope: model.Scope{Everywhere: true}}}
				w.Assignments = []model.Assignment{ann}
				bind(w, buyersAndClosers())
			},
			[]string{"Warning Organization/shop CombinedDuties", "Warning UserAssignment/ann spec.overrides[o] CombinedDuties"},
		},
		"an override of what the role gives": {
			func(w *model.World) {
				ann := holding("ann", 3, given("buyer"))
				ann.Overrides = []model.Override{{Name: "o", Permission: "buy", Scope: model.Scope{Everywhere: true}}}
				w.Assignments = []model.Assignment{ann}
				bind(w, buyersAndClosers())
			}, nil,
		},
	} {
		world := shop()
		test.spoil(world)
		got := found(world, resolve.ReasonCombinedDuties)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: found\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// TestExemptRoles: what exactly an exempt role gives makes up no duty; what else its holders have does.
func TestExemptRoles(t *testing.T) {
	for name, test := range map[string]struct {
		except  []model.RoleRef
		catalog bool
		grants  []model.Grant
		broken  bool
	}{
		"nobody is exempt":                       {nil, false, []model.Grant{given("trader")}, true},
		"the role is":                            {[]model.RoleRef{role("trader")}, false, []model.Grant{given("trader")}, false},
		"a role that inherits it is not":         {[]model.RoleRef{role("trader")}, false, []model.Grant{given("heir")}, true},
		"with one more duty":                     {[]model.RoleRef{role("trader")}, false, []model.Grant{given("trader"), given("buyer")}, false},
		"with both duties besides":               {[]model.RoleRef{role("trader")}, false, []model.Grant{given("trader"), given("buyer"), given("closer")}, true},
		"a catalog does not exempt custom roles": {[]model.RoleRef{role("trader")}, true, []model.Grant{given("trader")}, true},
	} {
		world := shop()
		heir := trade("heir")
		heir.Inherits = []model.Inheritance{{Role: role("trader")}}
		world.Roles = append(world.Roles, both("trader"), heir)
		world.Assignments = []model.Assignment{holding("ann", 3, test.grants...)}
		c := apart(true, "/buy", "/close")
		c.Separation.Except = test.except
		if test.catalog {
			world.Catalog.Constraints = []model.Constraint{c}
		} else {
			bind(world, c)
		}
		if got := found(world, resolve.ReasonSeparationOfDuties); (len(got) > 0) != test.broken {
			t.Errorf("%s: %v", name, got)
		}
	}
}
