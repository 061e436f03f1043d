// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"cmp"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// keep returns what a request keeps of a chain, defaults included. What it leaves out decides nothing once the request is open:
// the conditions of the chain and its steps, and texts for people.
func keep(chain *v1alpha1.ApprovalChain) *v1alpha1.RequestChain {
	spec := &chain.Spec
	kept := &v1alpha1.RequestChain{
		Name: v1alpha1.Observed(chain.Name), UID: v1alpha1.Observed(chain.UID), Generation: chain.Generation,
		Order:             observed(spec.Order, v1alpha1.StepsSequential),
		DistinctApprovers: observed(spec.DistinctApprovers, v1alpha1.DistinctWithinStep),
		BypassPermission:  v1alpha1.Observed(spec.BypassPermission), OnBehalfPermission: v1alpha1.Observed(spec.OnBehalfPermission),
		ManagePermission:        v1alpha1.Observed(spec.ManagePermission),
		TTLSecondsAfterFinished: new(cmp.Or(int64(spec.TTLSecondsAfterFinished), int64(defaultTTL.Seconds()))),
		Steps:                   make([]v1alpha1.RequestStep, len(spec.Steps)),
	}
	for i := range spec.Steps {
		kept.Steps[i] = keepStep(&spec.Steps[i])
	}
	return kept
}

// observed returns a word of a spec, or its default if the spec leaves it out.
func observed[T ~string](word, otherwise T) v1alpha1.Observed {
	return v1alpha1.Observed(cmp.Or(word, otherwise))
}

func keepStep(step *v1alpha1.ApprovalStep) v1alpha1.RequestStep {
	kept := v1alpha1.RequestStep{
		Name: v1alpha1.Observed(step.Name), ApprovalMode: observed(step.ApprovalMode, v1alpha1.ApprovalCount),
		RequiredDenials: max(1, int64(step.RequiredDenials)), RequiredPermission: v1alpha1.Observed(step.RequiredPermission),
		ApproverSelectors: keepSelectors(step.Approvers), FallbackSelectors: keepSelectors(step.Fallback),
	}
	if kept.ApprovalMode == v1alpha1.Observed(v1alpha1.ApprovalCount) {
		kept.RequiredApprovals = max(1, int64(step.RequiredApprovals))
	}
	for i := range step.Timeouts {
		timeout := &step.Timeouts[i]
		kept.Timeouts = append(kept.Timeouts, v1alpha1.RequestTimeout{
			AfterSeconds: int64(timeout.AfterSeconds), Action: v1alpha1.Observed(timeout.Action),
			ApproverSelectors: keepSelectors(timeout.Approvers),
		})
	}
	for _, reminder := range step.Reminders {
		kept.Reminders = append(kept.Reminders, v1alpha1.RequestReminder{AfterSeconds: int64(reminder.AfterSeconds)})
	}
	return kept
}

func keepSelectors(selectors []v1alpha1.ApproverSelector) []v1alpha1.RequestSelector {
	if len(selectors) == 0 {
		return nil
	}
	kept := make([]v1alpha1.RequestSelector, 0, len(selectors))
	for i := range selectors {
		kept = append(kept, keepSelector(&selectors[i]))
	}
	return kept
}

// keepSelector returns what a request keeps of a selector: what belongs to its type.
func keepSelector(selector *v1alpha1.ApproverSelector) v1alpha1.RequestSelector {
	kept := v1alpha1.RequestSelector{Type: v1alpha1.Observed(selector.Type)}
	switch role, manager, withRole := selector.Role, selector.Manager, selector.ManagerWithRole; {
	case selector.Type == v1alpha1.ApproverTypeRole && role != nil:
		kept.RoleRef, kept.Match = keepRole(&role.RoleRef), observed(role.Match, v1alpha1.RoleMatchAtLeast)
		kept.NearestUnitKind = v1alpha1.Observed(role.NearestUnitKind)
	case selector.Type == v1alpha1.ApproverTypePermission && selector.Permission != nil:
		kept.Permission = v1alpha1.Observed(selector.Permission.Name)
	case selector.Type == v1alpha1.ApproverTypeGroup && selector.GroupRef != nil:
		kept.GroupName = v1alpha1.Observed(selector.GroupRef.Name)
	case selector.Type == v1alpha1.ApproverTypeUsers:
		kept.Users = keepUsers(selector.Users)
	case selector.Type == v1alpha1.ApproverTypeManager && manager != nil:
		kept.LineOf, kept.Level = observed(manager.LineOf, v1alpha1.LineOfRequester), int64(manager.Level)
	case selector.Type == v1alpha1.ApproverTypeManagerWithRole && withRole != nil:
		kept.RoleRef, kept.Match = keepRole(&withRole.RoleRef), observed(withRole.Match, v1alpha1.RoleMatchAtLeast)
		kept.LineOf, kept.AboveLevel = observed(withRole.LineOf, v1alpha1.LineOfRequester), int64(withRole.AboveLevel)
	}
	return kept
}

func keepUsers(users []v1alpha1.UserReference) []v1alpha1.Observed {
	if len(users) == 0 {
		return nil
	}
	kept := make([]v1alpha1.Observed, len(users))
	for i, user := range users {
		kept[i] = v1alpha1.Observed(user)
	}
	return kept
}

func keepRole(ref *v1alpha1.RoleReference) *v1alpha1.ObservedRole {
	return &v1alpha1.ObservedRole{Kind: observed(ref.Kind, v1alpha1.RoleKindRole), Name: v1alpha1.Observed(ref.Name)}
}
