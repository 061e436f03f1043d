// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Chain translates an ApprovalChain.
func Chain(written *v1alpha1.ApprovalChain) model.Chain {
	chain := ChainSpec(&written.Spec)
	chain.Object = object(model.KindChain, &written.ObjectMeta)
	return chain
}

// ChainSpec translates what an ApprovalChain says.
func ChainSpec(spec *v1alpha1.ApprovalChainSpec) model.Chain {
	chain := model.Chain{
		RequestType: string(spec.RequestType), When: string(spec.When),
		Parallel: spec.Order == v1alpha1.StepsParallel,
		Steps:    each(spec.Steps, step),
		Bypass:   string(spec.BypassPermission), OnBehalf: string(spec.OnBehalfPermission), Manage: string(spec.ManagePermission),
		ApproveOwnSteps:   spec.OnSubmission == v1alpha1.ApproveOwnSteps,
		DistinctApprovers: isDistinct(spec.DistinctApprovers),
		Requesters:        each(spec.Requesters, requester),
		GrantPolicy:       grantPolicy(spec.GrantPolicy),
	}
	if spec.Priority != nil {
		chain.Priority = int(*spec.Priority)
	}
	return chain
}

// requester translates what a RequesterSelector says by the field that its type names, and nothing else.
func requester(written *v1alpha1.RequesterSelector) model.Requester {
	translated := model.Requester{Type: string(written.Type)}
	switch {
	case written.Type == v1alpha1.RequesterTypeRole && written.Role != nil:
		translated.Role = &model.RoleApprover{Role: roleRef(&written.Role.RoleRef), Exact: isExact(written.Role.Match)}
	case written.Type == v1alpha1.RequesterTypePermission && written.Permission != nil:
		translated.Permission = string(written.Permission.Name)
	}
	return translated
}

// maxGrant is for how long a role is given at most, unless the policy says less.
const maxGrant = 31536000

func grantPolicy(written *v1alpha1.GrantPolicy) *model.GrantPolicy {
	if written == nil {
		return nil
	}
	limit := cmp.Or(written.MaxDurationSeconds, maxGrant)
	policy := &model.GrantPolicy{
		Roles: roleSelection(
			string(written.Roles.From), written.Roles.RoleRefs, written.Roles.UpToRoleRef, written.Roles.ExceptRoleRefs),
		Beneficiaries: names(written.Beneficiaries), WithoutDecision: names(written.WithoutDecision),
		Max: seconds(&limit), Default: seconds(&written.DefaultDurationSeconds),
	}
	if j := written.Justification; j != nil {
		policy.Justification = &model.JustificationPolicy{Requirement: string(j.Requirement), Pattern: j.Pattern, Hint: string(j.Hint)}
	}
	return policy
}

// isDistinct reports whether different users must decide different steps. An extent that is unknown must not let more votes count.
func isDistinct(within v1alpha1.DistinctApprovers) bool {
	return within != "" && within != v1alpha1.DistinctWithinStep
}

func step(written *v1alpha1.ApprovalStep) model.Step {
	translated := model.Step{
		Name: string(written.Name), When: string(written.When),
		Approvers: each(written.Approvers, approver), Fallback: each(written.Fallback, approver),
		RequiredPermission: string(written.RequiredPermission),
		Mode:               model.ApprovalMode(cmp.Or(written.ApprovalMode, v1alpha1.ApprovalCount)),
		RequiredDenials:    max(1, int(written.RequiredDenials)),
		Timeouts: each(written.Timeouts, func(t *v1alpha1.ApprovalTimeout) model.Timeout {
			return model.Timeout{After: seconds(&t.AfterSeconds), Action: model.TimeoutAction(t.Action), Approvers: each(t.Approvers, approver)}
		}),
	}
	if translated.Mode == model.ApprovalCount {
		translated.RequiredApprovals = max(1, int(written.RequiredApprovals))
	}
	return translated
}

func seconds(count *int32) time.Duration { return time.Duration(*count) * time.Second }

// approver translates what an ApproverSelector says by the field that its type names, and nothing else.
func approver(written *v1alpha1.ApproverSelector) model.Approver {
	translated := model.Approver{Type: model.ApproverType(written.Type)}
	switch role, manager, withRole := written.Role, written.Manager, written.ManagerWithRole; {
	case written.Type == v1alpha1.ApproverTypePermission && written.Permission != nil:
		translated.Permission = string(written.Permission.Name)
	case written.Type == v1alpha1.ApproverTypeRole && role != nil:
		translated.Role = &model.RoleApprover{
			Role: roleRef(&role.RoleRef), Exact: isExact(role.Match), NearestUnitKind: string(role.NearestUnitKind),
		}
	case written.Type == v1alpha1.ApproverTypeGroup && written.GroupRef != nil:
		translated.Group = written.GroupRef.Name
	case written.Type == v1alpha1.ApproverTypeUsers:
		translated.Users = names(written.Users)
	case written.Type == v1alpha1.ApproverTypeManager && manager != nil:
		translated.Manager = &model.ManagerApprover{LineOf: lineOf(manager.LineOf), Level: int(manager.Level)}
	case written.Type == v1alpha1.ApproverTypeManagerWithRole && withRole != nil:
		translated.ManagerWithRole = &model.ManagerWithRoleApprover{
			LineOf: lineOf(withRole.LineOf), Role: roleRef(&withRole.RoleRef), Exact: isExact(withRole.Match),
			AboveLevel: int(withRole.AboveLevel),
		}
	}
	return translated
}

// isExact reports whether a match selects the holders of one role only. A match that is unknown must not select more.
func isExact(match v1alpha1.RoleMatch) bool { return match != "" && match != v1alpha1.RoleMatchAtLeast }

func lineOf(user v1alpha1.LineOf) model.LineOf {
	return model.LineOf(cmp.Or(user, v1alpha1.LineOfRequester))
}

// requested translates the requests that give a role: those that were approved, and neither revoked nor deleted.
func requested(requests []v1alpha1.ApprovalRequest) []model.RequestedGrant {
	var given []model.RequestedGrant
	for i := range requests {
		if Gives(&requests[i]) {
			given = append(given, Requested(&requests[i], requests[i].Status.Grant.Window))
		}
	}
	return given
}

// Gives reports whether a request gives a role, during the window that its status names. A request that is being deleted gives
// none, however long something keeps it.
func Gives(request *v1alpha1.ApprovalRequest) bool {
	given := request.Status.Grant
	return request.DeletionTimestamp.IsZero() && request.Status.State == v1alpha1.RequestApproved && request.Spec.Grant != nil &&
		given != nil && given.StartTime != nil && given.EndTime != nil && given.RevocationTime == nil
}

// Requested translates the role that a request asks for, as it would be given during a window.
func Requested(request *v1alpha1.ApprovalRequest, during v1alpha1.Window) model.RequestedGrant {
	spec := &request.Spec
	given := model.RequestedGrant{
		Object:  object(model.KindRequest, &request.ObjectMeta),
		User:    string(Beneficiary(spec)),
		Records: UserRecords(request.Status.BeneficiaryRecords),
		Role:    roleRef(&spec.Grant.RoleRef), Unit: string(spec.Unit), Attributes: attributes(spec.Attributes),
		Window: window(during),
	}
	// Times are kept to the second. Of all that came to be in the second of its approval, a request is the newest: it must not
	// take away what anyone holds already.
	given.Created = given.Window.StartTime.Add(time.Second - 1)
	if spec.Grant.Scope != nil {
		written := Scope(spec.Grant.Scope)
		given.Scope = &written
	}
	return given
}

// UserRecords translates the records that a request keeps of its beneficiary.
func UserRecords(kept []v1alpha1.UserRecord) []model.UserRecord {
	return each(kept, func(r *v1alpha1.UserRecord) model.UserRecord {
		return model.UserRecord{Kind: string(r.Kind), Origin: model.Origin{UID: string(r.UID), Generation: r.MemberGeneration}}
	})
}

// RequestAttributes are the facts that a request states.
func RequestAttributes(spec *v1alpha1.ApprovalRequestSpec) model.Attributes {
	return attributes(spec.Attributes)
}

// Beneficiary is whom a request is made for.
func Beneficiary(spec *v1alpha1.ApprovalRequestSpec) v1alpha1.UserID {
	if spec.Beneficiary != "" {
		return spec.Beneficiary
	}
	return spec.Requester
}
