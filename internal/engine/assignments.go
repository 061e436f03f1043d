// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/assign"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// MayAssign decides whether the actor of a request may give its role to its user, or take it.
func (x *Index) MayAssign(r *access.AssignmentRequest) bool { return assign.MayAssign(x.tables(), r) }

// ExplainAssignment decides as MayAssign does, and says why.
func (x *Index) ExplainAssignment(r *access.AssignmentRequest) access.AssignmentExplanation {
	return assign.Explain(x.tables(), r)
}

// AssignableRoles lists the roles that the actor of a request may give to its user, or take, with names greater than after.
func (x *Index) AssignableRoles(r *access.AssignmentRequest, after string) iter.Seq[string] {
	return assign.Roles(x.tables(), r, after)
}

// AssignableUsers lists the users to whom the actor of a request may give its role, or from whom to take it, with ids greater than
// after.
func (x *Index) AssignableUsers(r *access.AssignmentRequest, after string) iter.Seq[string] {
	return assign.Users(x.tables(), r, after)
}

// WhoMayAssign lists the users who may give the role of a request to its user, or take it, with ids greater than after.
func (x *Index) WhoMayAssign(r *access.AssignmentRequest, after string) iter.Seq[string] {
	return assign.Actors(x.tables(), r, after)
}

// AdministrationRules lists the administration rules that a user has at the moment.
func (x *Index) AdministrationRules(user string) []access.AdministrationRule {
	return assign.Administration(x.tables(), user)
}
