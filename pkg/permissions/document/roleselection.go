// SPDX-License-Identifier: Apache-2.0

package document

import "strings"

// RoleSelection names roles, by their keys in Document.Roles.
type RoleSelection struct {
	// From is Listed, UpTo, OwnRank or All: Roles; UpToRole with every role that it inherits; the role that a user was granted
	// with every role that it inherits; or every role. A word that is unknown names none. Chains know no OwnRank.
	From     string   `json:"from"`
	Roles    []string `json:"roles,omitempty"`
	UpToRole string   `json:"upToRole,omitempty"`
	// ExceptRoles are left out, with every role that inherits one of them. If one does not exist, no role is named.
	ExceptRoles []string `json:"exceptRoles,omitempty"`
}

// Words of role selections.
const (
	RolesListed  = "Listed"
	RolesUpTo    = "UpTo"
	RolesOwnRank = "OwnRank"
	RolesAll     = "All"
)

// String says in words which roles are named.
func (s *RoleSelection) String() string {
	named := "no role"
	switch {
	case s == nil:
		return named
	case s.From == RolesListed && len(s.Roles) > 0:
		named = "role " + s.Roles[0]
		if len(s.Roles) > 1 {
			named = "roles " + strings.Join(s.Roles, ", ")
		}
	case s.From == RolesUpTo && s.UpToRole != "":
		named = "roles up to " + s.UpToRole
	case s.From == RolesOwnRank:
		named = "roles up to their own"
	case s.From == RolesAll:
		named = "every role"
	}
	if len(s.ExceptRoles) > 0 {
		named += " but " + strings.Join(s.ExceptRoles, ", ") + " and above"
	}
	return named
}
