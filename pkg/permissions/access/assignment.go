// SPDX-License-Identifier: Apache-2.0

package access

import "github.com/rolewright/rolewright/pkg/permissions/document"

// AssignmentRequest asks whether a user may give a role to another one, by the administration rules of the roles that they hold.
type AssignmentRequest struct {
	// Actor is the id of the user who would give the role, and User of the one who would get it.
	Actor, User string
	// Role is a key of Document.Roles.
	Role string
	// Revoke asks whether the role may be taken instead.
	Revoke bool
	// Resource says where the role would be held, as a request does: its properties may name a unit, and values of dimensions.
	// Without a unit it is the root, so everywhere; without a value of a dimension, it is for all of them.
	Resource map[string]any
}

// AssignmentReason is the code of what decided about an assignment.
type AssignmentReason string

// Reasons about assignments, in the order in which they are asked.
const (
	// AssignmentUnavailable is the answer of a Source that has no publication yet, or a stale one.
	AssignmentUnavailable           AssignmentReason = "Unavailable"
	AssignmentUnknownActor          AssignmentReason = "UnknownActor"
	AssignmentActorSuspended        AssignmentReason = "ActorSuspended"
	AssignmentUnknownUser           AssignmentReason = "UnknownUser"
	AssignmentUnknownRole           AssignmentReason = "UnknownRole"
	AssignmentPlatformRole          AssignmentReason = "PlatformRole"
	AssignmentUnknownUnit           AssignmentReason = "UnknownUnit"
	AssignmentUnknownDimensionValue AssignmentReason = "UnknownDimensionValue"
	AssignmentNoAdministrationRules AssignmentReason = "NoAdministrationRules"
	// AssignmentNotAllowed is the answer if the actor has administration rules, none of which allows it.
	AssignmentNotAllowed AssignmentReason = "NotAllowed"
	// AssignmentOwnAuthority is the answer if actors would widen their own authority.
	AssignmentOwnAuthority AssignmentReason = "OwnAuthority"
	AssignmentAllowed      AssignmentReason = "Allowed"
)

// AssignmentExplanation is an answer about an assignment with all that led to it.
type AssignmentExplanation struct {
	// Decision is what MayAssign answers.
	Decision bool `json:"decision"`
	// Reason is the code of what decided, and Message says it in one sentence.
	Reason  AssignmentReason `json:"reason"`
	Message string           `json:"message"`
	// Rule is the administration rule that allows it or, if none does, the one that came nearest; nil if none came near.
	Rule *AdministrationRule `json:"rule,omitempty"`
	// ConstrainedBy names the constraints on the role. One of them may withhold a grant of it that the actor may write.
	ConstrainedBy []string `json:"constrainedBy,omitempty"`
}

// String writes the explanation for a terminal.
func (e AssignmentExplanation) String() string {
	if e.Decision {
		return "yes: " + e.Message + "\n"
	}
	return "no: " + e.Message + "\n"
}

// AdministrationRule is an administration rule that a user has by a grant.
type AdministrationRule struct {
	// Name of the rule, and Role in which it is written.
	Name string `json:"name"`
	Role string `json:"role"`
	// GrantedRole is the role that the user holds: Role itself, or one that inherits it.
	GrantedRole string `json:"grantedRole"`
	// Source says where the grant is written.
	Source string `json:"source,omitempty"`
	// Scope and Window say where and when the rule is held.
	Scope  document.Scope  `json:"scope"`
	Window document.Window `json:"window"`
	// Rule is what is written.
	Rule document.AdministrationRule `json:"rule"`
}
