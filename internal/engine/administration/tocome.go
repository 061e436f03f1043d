// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Settled returns a rule whose exceptions are only those that exist: one that does not could begin to, and except nothing.
func Settled(h *Held) *Held {
	if h.Rule.Roles == nil {
		return h
	}
	rule, selection := *h.Rule, *h.Rule.Roles
	selection.ExceptRoles = slices.DeleteFunc(slices.Clone(selection.ExceptRoles), func(name string) bool { return !h.knows(name) })
	rule.Roles = &selection
	settled := *h
	settled.Rule, settled.named = &rule, nil
	return &settled
}

// IsOpenEnded reports whether a rule with roles may be about some that do not exist yet.
func IsOpenEnded(h *Held) bool {
	switch selection := h.Rule.Roles; selection.From {
	case document.RolesAll:
		return true
	case document.RolesListed:
		return slices.ContainsFunc(selection.Roles, func(name string) bool { return !h.knows(name) })
	case document.RolesUpTo:
		return !h.knows(selection.UpToRole)
	}
	return false
}

// CoversToCome reports whether a rule is about every role that does not exist yet and that another one may be about.
func CoversToCome(h, other *Held) bool {
	own, its := h.Rule.Roles, other.Rule.Roles
	return !IsOpenEnded(other) || h.NamesAll() ||
		own != nil && own.From == document.RolesAll && its.From == document.RolesAll && Subset(own.ExceptRoles, its.ExceptRoles)
}

// knows reports whether a role exists in the state in which the rule is held.
func (h *Held) knows(role string) bool {
	_, known := h.Place.Doc.Roles[role]
	return known
}
