// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"iter"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// MayAssign decides whether the actor of a request may give its role to its user, or take it, by the administration rules of the
// roles that the actor holds at the moment. What the request names and the organization does not have is refused.
//
// It answers as a change is judged that adds, or removes, exactly this grant. Constraints are not asked: one may still withhold
// the grant, and ExplainAssignment names those that could.
func (x *Index) MayAssign(r *AssignmentRequest) bool { return x.engine().MayAssign(r) }

// ExplainAssignment decides as MayAssign does, and says why: by which rule or, for a no, which rule came nearest and what it lacks.
func (x *Index) ExplainAssignment(r *AssignmentRequest) AssignmentExplanation {
	return x.engine().ExplainAssignment(r)
}

// AssignableRoles lists the roles that the actor of a request may give to its user, or take, sorted bytewise and greater than
// after: "" starts from the first. The request's role is ignored; all else counts as in MayAssign, at one moment for the whole
// search.
func (x *Index) AssignableRoles(r *AssignmentRequest, after string) iter.Seq[string] {
	return x.engine().AssignableRoles(r, after)
}

// AssignableUsers lists the ids of the users to whom the actor of a request may give its role, or from whom to take it, sorted
// bytewise and greater than after: "" starts from the first. The request's user is ignored. It asks about every user, until the
// caller stops.
func (x *Index) AssignableUsers(r *AssignmentRequest, after string) iter.Seq[string] {
	return x.engine().AssignableUsers(r, after)
}

// WhoMayAssign lists the ids of the users who may give the role of a request to its user, or take it, sorted bytewise and greater
// than after: "" starts from the first. The request's actor is ignored. It asks about those alone who hold a role with
// administration rules.
func (x *Index) WhoMayAssign(r *AssignmentRequest, after string) iter.Seq[string] {
	return x.engine().WhoMayAssign(r, after)
}

// AdministrationRules lists the administration rules that a user has at the moment, each as often as the user holds it: what they
// may change of the organization, where, and until when.
func (x *Index) AdministrationRules(user string) []AdministrationRule {
	return x.engine().AdministrationRules(user)
}

// What an application asks about administration and is answered, which package access holds.
type (
	// AssignmentRequest asks whether a user may give a role to another one.
	AssignmentRequest = access.AssignmentRequest
	// AssignmentExplanation is an answer about an assignment with all that led to it.
	AssignmentExplanation = access.AssignmentExplanation
	// AdministrationRule is an administration rule that a user has by a grant.
	AdministrationRule = access.AdministrationRule
)
