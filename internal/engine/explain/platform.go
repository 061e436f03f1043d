// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// advisePlatformRoles names the roles that hold the permission on the platform itself, where only PlatformAssignments give any.
func (a *advisor) advisePlatformRoles() {
	e, x := a.explainer, a.explainer.decision.Index
	var roles []string
	held, gated := false, false
	for _, name := range slices.Sorted(maps.Keys(x.Roles)) {
		role := x.Roles[name]
		alternatives := role.Permissions[e.decision.Request.Action.Name]
		switch {
		case !role.Platform || len(alternatives) == 0:
		case !slices.ContainsFunc(alternatives, isOpen):
			gated = true
		case e.holds(name):
			held = true
		default:
			roles = append(roles, name)
		}
	}
	switch {
	case len(a.pieces)+len(a.hindrances) > 0:
	case len(roles) > 0:
		a.hinder("a PlatformAssignment over all organizations would have to give role " + oneOf(roles))
	case held:
		a.hinder("each role that holds the permission does so under conditions that can never be true")
	case gated:
		a.hinder("each role that holds the permission requires a feature or an entitlement, and without an organization there is none")
	default:
		a.hinder("no role that is assignable to the platform holds the permission")
	}
}

// isOpen reports whether an alternative counts where no feature is turned on and grants carry no entitlement.
func isOpen(alternative document.Alternative) bool {
	return len(alternative.RequiredFeatures)+len(alternative.RequiredEntitlements) == 0
}

// oneOf names roles of which one is enough, and counts those beyond the first few.
func oneOf(roles []string) string {
	if more := len(roles) - mostRoles; more > 0 {
		return strings.Join(roles[:mostRoles], ", ") + fmt.Sprintf(" or one of %d more", more)
	}
	return strings.Join(roles, " or ")
}
