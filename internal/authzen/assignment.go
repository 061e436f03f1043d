// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"fmt"
	"iter"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Actions that ask who may give roles, and take them. They are the service's own, whatever the catalog declares.
const (
	actionAssign = "rolewright.assign"
	actionRevoke = "rolewright.revoke"
)

// Types of what is assigned, and names of the action's properties.
const (
	resourceRole = "role"

	propertyUser  = "user"
	propertyRole  = "role"
	propertyScope = "scope"
)

// ExplainAssignment decides a request that asks whether its subject may give a role, or take it, and says why. The second result is
// false if the action of the request is another one.
func ExplainAssignment(index *engine.Index, r *access.Request) (access.AssignmentExplanation, bool) {
	asked, is := assignment(r)
	if !is {
		return access.AssignmentExplanation{}, false
	}
	if reason, message := misfit(index, r); reason != "" {
		return access.AssignmentExplanation{Reason: access.AssignmentReason(reason), Message: message}, true
	}
	return index.ExplainAssignment(asked), true
}

// assignment reads a request as a question about an assignment. The second result is false if its action is another one.
// The resource is the user who gets the role, whom the action's property names otherwise; or the role.
func assignment(r *access.Request) (*access.AssignmentRequest, bool) {
	if r.Action.Name != actionAssign && r.Action.Name != actionRevoke {
		return nil, false
	}
	asked := &access.AssignmentRequest{Actor: r.Subject.ID, Revoke: r.Action.Name == actionRevoke}
	if r.Resource.Type == resourceRole {
		asked.User, asked.Role = name(r, propertyUser), r.Resource.ID
	} else {
		asked.User, asked.Role = r.Resource.ID, name(r, propertyRole)
	}
	switch scope := r.Action.Properties[propertyScope].(type) {
	case nil:
	case map[string]any:
		asked.Resource = scope
	default:
		// Such a scope names no unit, as a unit that is no name does not.
		asked.Resource = map[string]any{access.PropertyUnit: []any{scope}}
	}
	return asked, true
}

// name returns a property of the action that is a name; one that is missing, or odd, names nothing.
func name(r *access.Request, property string) string {
	text, _ := r.Action.Properties[property].(string)
	return text
}

// misfit says why a question about an assignment is about nothing that is assigned, or by no user.
func misfit(index *engine.Index, r *access.Request) (access.Reason, string) {
	switch {
	case !index.IsSubjectType(r.Subject.Type):
		return access.ReasonUnknownSubjectType, fmt.Sprintf("subjects of type %q give no roles: only %q does",
			r.Subject.Type, index.SubjectType())
	case r.Resource.Type != resourceRole && !index.IsSubjectType(r.Resource.Type):
		return access.ReasonUnknownResourceType, fmt.Sprintf("resources of type %q are not assigned: it is %q or %q",
			r.Resource.Type, index.SubjectType(), resourceRole)
	}
	return "", ""
}

// evaluateAssignment decides about an assignment and appends the answer.
func (x *exchange) evaluateAssignment(request *access.Request, asked *access.AssignmentRequest, of semantic) bool {
	if !x.message.explain {
		reason, _ := misfit(x.index, request)
		return x.answerPlainly(request, reason == "" && x.index.MayAssign(asked))
	}
	e, _ := ExplainAssignment(x.index, request)
	return x.answerWith(request, e.Decision, reasons{Reason: access.Reason(e.Reason), Message: e.Message, Revision: x.revision}, of)
}

// WhoMayAssign lists the users who may give a role, or take it, for a request that asks that; the second result is false if its action is
// another one.
func WhoMayAssign(index *engine.Index, r *access.Request) (iter.Seq[string], bool) {
	asked, is := assignment(r)
	if reason, _ := misfit(index, r); is && reason != "" {
		return func(func(string) bool) {}, true
	}
	if !is {
		return nil, false
	}
	return index.WhoMayAssign(asked, ""), true
}

// assignments returns the results of a search about assignments after a name.
func (x *exchange) assignments(request *access.Request, asked *access.AssignmentRequest, after string) iter.Seq[string] {
	if reason, _ := misfit(x.index, request); reason != "" {
		return func(func(string) bool) {}
	}
	switch {
	case x.target.Endpoint == SearchSubject:
		return x.index.WhoMayAssign(asked, after)
	case request.Resource.Type == resourceRole:
		return x.index.AssignableRoles(asked, after)
	default:
		return x.index.AssignableUsers(asked, after)
	}
}
