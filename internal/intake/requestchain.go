// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// RequestChain translates the chain that a request keeps. A word that is unknown is kept as it is: nobody is named by it, and
// nothing is approved.
func RequestChain(kept *v1alpha1.RequestChain) model.Chain {
	return model.Chain{
		Parallel: kept.Order == v1alpha1.Observed(v1alpha1.StepsParallel),
		Steps:    each(kept.Steps, requestStep),
		Bypass:   string(kept.BypassPermission), OnBehalf: string(kept.OnBehalfPermission),
		DistinctApprovers: isDistinct(v1alpha1.DistinctApprovers(kept.DistinctApprovers)),
	}
}

func requestStep(kept *v1alpha1.RequestStep) model.Step {
	translated := model.Step{
		Name: string(kept.Name), Mode: model.ApprovalMode(kept.ApprovalMode),
		Approvers: each(kept.ApproverSelectors, requestSelector), Fallback: each(kept.FallbackSelectors, requestSelector),
		RequiredPermission: string(kept.RequiredPermission), RequiredDenials: max(1, int(kept.RequiredDenials)),
		Timeouts: each(kept.Timeouts, func(t *v1alpha1.RequestTimeout) model.Timeout {
			return model.Timeout{
				After: time.Duration(t.AfterSeconds) * time.Second, Action: model.TimeoutAction(t.Action),
				Approvers: each(t.ApproverSelectors, requestSelector),
			}
		}),
	}
	if translated.Mode == model.ApprovalCount {
		translated.RequiredApprovals = max(1, int(kept.RequiredApprovals))
	}
	return translated
}

func requestSelector(kept *v1alpha1.RequestSelector) model.Approver {
	translated := model.Approver{Type: model.ApproverType(kept.Type)}
	exact, of := isExact(v1alpha1.RoleMatch(kept.Match)), lineOf(v1alpha1.LineOf(kept.LineOf))
	switch translated.Type {
	case model.ApproverTypeRole:
		if kept.RoleRef != nil {
			translated.Role = &model.RoleApprover{Role: observedRole(kept.RoleRef), Exact: exact, NearestUnitKind: string(kept.NearestUnitKind)}
		}
	case model.ApproverTypePermission:
		translated.Permission = string(kept.Permission)
	case model.ApproverTypeGroup:
		translated.Group = string(kept.GroupName)
	case model.ApproverTypeUsers:
		translated.Users = names(kept.Users)
	case model.ApproverTypeAdministrator:
		// The type says all.
	case model.ApproverTypeManager:
		translated.Manager = &model.ManagerApprover{LineOf: of, Level: int(kept.Level)}
	case model.ApproverTypeManagerWithRole:
		if kept.RoleRef != nil {
			translated.ManagerWithRole = &model.ManagerWithRoleApprover{
				LineOf: of, Role: observedRole(kept.RoleRef), Exact: exact, AboveLevel: int(kept.AboveLevel),
			}
		}
	}
	return translated
}

func observedRole(kept *v1alpha1.ObservedRole) model.RoleRef {
	return model.RoleRef{Kind: string(kept.Kind), Name: string(kept.Name)}
}
