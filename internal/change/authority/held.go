// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// held is an administration rule that a user has by a grant.
type held struct {
	rule *document.AdministrationRule
	// written is the role that has the rule, granted the one that the user was granted.
	written, granted string
	place            place
	window           document.Window
	// platform is set if the granted role is assignable to the platform.
	platform bool
}

func (h *held) name() *Rule { return &Rule{Name: h.rule.Name, Role: h.written, Granted: h.granted} }

// rulesOf returns the administration rules that a user of a document has, at whatever time. A suspended user has none.
func rulesOf(doc *document.Document, id string) []held {
	user, known := doc.Users[id]
	if !known || user.Suspended {
		return nil
	}
	var rules []held
	for grant := range doc.GrantsOf(&user) {
		for written, rule := range doc.AdministrationRules(grant.Role) {
			rules = append(rules, held{
				rule: rule, written: written, granted: grant.Role, place: place{doc, &grant.Scope}, window: grant.Window,
				platform: doc.Roles[grant.Role].Platform,
			})
		}
	}
	return rules
}

// open reports whether a window is open at a moment.
func open(w document.Window, now time.Time) bool {
	return (w.StartTime == nil || !now.Before(*w.StartTime)) && (w.EndTime == nil || now.Before(*w.EndTime))
}

// names reports whether the rule is about a role.
func (h *held) names(role string) bool {
	doc, selection := h.place.doc, h.rule.Roles
	written, known := doc.Roles[role]
	if selection == nil || !known || written.Platform && !h.platform {
		return false
	}
	for _, excepted := range selection.ExceptRoles {
		if _, known := doc.Roles[excepted]; !known || ranks(doc, role, excepted) {
			return false
		}
	}
	switch selection.From {
	case document.RolesListed:
		return slices.Contains(selection.Roles, role)
	case document.RolesUpTo:
		return ranks(doc, selection.UpToRole, role)
	case document.RolesOwnRank:
		return ranks(doc, h.granted, role)
	case document.RolesAll:
		return true
	}
	return false
}

// namesAll reports whether the rule is about every role, without exception.
func (h *held) namesAll() bool {
	selection := h.rule.Roles
	return selection != nil && selection.From == document.RolesAll && len(selection.ExceptRoles) == 0
}

// ranks reports whether a role that exists ranks at or above another.
func ranks(doc *document.Document, role, other string) bool {
	written, known := doc.Roles[role]
	return known && (role == other || slices.Contains(written.Inherits, other))
}
