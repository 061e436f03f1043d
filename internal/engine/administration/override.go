// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Override says why a rule does not let a permission be given to a user, or denied, in a scope.
func (a *Actor) Override(h *Held, user, permission string, in Place, denies bool) Refusal {
	if refused := a.OnUser(h, document.ActionWriteOverrides, user, false); refused.Reason != "" {
		return refused
	}
	if superior := a.Beyond(user, true); superior != "" {
		return Refuse(LacksRole, "%s holds %s, which ranks above what the rule reaches", user, superior)
	}
	if !a.MayOverride(h, permission) {
		return Refuse(LacksRole, "it covers %s, none of which holds %s without a condition", h.Rule.Roles, permission)
	}
	return a.Within(h, in, denies)
}

// MayOverride reports whether a rule lets a permission be overridden: some role that it is about holds it without a condition, or
// it exists and no role holds it.
func (a *Actor) MayOverride(h *Held, permission string) bool {
	if h.NamesAll() {
		return true
	}
	_, known := a.Before.Permissions[permission]
	isHeld := false
	for name, role := range a.Before.Roles {
		alternatives := role.Permissions[permission]
		isHeld = isHeld || len(alternatives) > 0
		if h.Names(name) && slices.ContainsFunc(alternatives, a.isUnconditional) {
			return true
		}
	}
	return known && !isHeld
}

// isUnconditional reports whether an alternative asks for nothing but entitlements, which go with a grant.
func (a *Actor) isUnconditional(held document.Alternative) bool {
	return len(held.Qualifiers) == 0 && Subset(held.RequiredFeatures, a.Before.Features)
}
