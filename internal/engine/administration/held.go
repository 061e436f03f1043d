// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Held is an administration rule that a user has by a grant.
type Held struct {
	Rule *document.AdministrationRule
	// Written is the role that has the rule, Granted the one that the user was granted, and Source where that grant is written.
	Written, Granted, Source string
	// Place is where the rule is held, and Window when.
	Place  Place
	Window document.Window
	// Platform is set if the granted role is assignable to the platform.
	Platform bool
	// role has all rules of the granted role, and named the roles that this one is about; nil if nobody is granted it.
	role  *roleRules
	named func() map[string]bool
}

// Open reports whether the rule is held at a moment.
func (h *Held) Open(now time.Time) bool {
	w := &h.Window
	return (w.StartTime == nil || !now.Before(*w.StartTime)) && (w.EndTime == nil || now.Before(*w.EndTime))
}

// Names reports whether the rule is about a role.
func (h *Held) Names(role string) bool {
	if h.named != nil {
		return h.named()[role]
	}
	return h.names(role)
}

func (h *Held) names(role string) bool {
	doc, selection := h.Place.Doc, h.Rule.Roles
	written, known := doc.Roles[role]
	if selection == nil || !known || written.Platform && !h.Platform {
		return false
	}
	for _, excepted := range selection.ExceptRoles {
		if _, known := doc.Roles[excepted]; !known || Ranks(doc, role, excepted) {
			return false
		}
	}
	switch selection.From {
	case document.RolesListed:
		return slices.Contains(selection.Roles, role)
	case document.RolesUpTo:
		return Ranks(doc, selection.UpToRole, role)
	case document.RolesOwnRank:
		return Ranks(doc, h.Granted, role)
	case document.RolesAll:
		return true
	}
	return false
}

// NamesAll reports whether the rule is about every role, without exception.
func (h *Held) NamesAll() bool {
	selection := h.Rule.Roles
	return selection != nil && selection.From == document.RolesAll && len(selection.ExceptRoles) == 0
}

// Ranks reports whether a role that exists ranks at or above another.
func Ranks(doc *document.Document, role, other string) bool {
	written, known := doc.Roles[role]
	return known && (role == other || slices.Contains(written.Inherits, other))
}
