// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

func (o *organization) chain(i int, requestType v1alpha1.Name) *v1alpha1.ApprovalChain {
	chain := v1alpha1.ApprovalChain{ObjectMeta: meta(Name, fmt.Sprintf("chain-%04d", i))}
	chain.Spec.OrganizationRef.Name, chain.Spec.RequestType = Name, requestType
	o.members.Chains = append(o.members.Chains, chain)
	return &o.members.Chains[len(o.members.Chains)-1]
}

func step(i int, approvers ...v1alpha1.ApproverSelector) v1alpha1.ApprovalStep {
	return v1alpha1.ApprovalStep{Name: v1alpha1.Name(fmt.Sprintf("step-%02d", i)), Approvers: approvers}
}

// tied has chains that govern the same requests.
func tied() *intake.Members {
	o := begin(1)
	o.role(0)
	for i := range 2000 {
		chain := o.chain(i, "order")
		chain.Spec.When = v1alpha1.Expression(fmt.Sprintf("resource.properties.value > %d.0", i%2))
		chain.Spec.Steps = []v1alpha1.ApprovalStep{step(0, v1alpha1.ApproverSelector{
			Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: reference(0)},
		})}
	}
	return &o.members
}

// giving has chains that give every role, each with many approvers of every kind.
func giving() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range roles {
		o.role(i).Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{
			permission(0), permission(i), permission(i + 1), permission(i + 2),
		}}}
		o.assignment(fmt.Sprintf("a%04d", i), fmt.Sprintf("u%04d", i), i)
	}
	group := v1alpha1.UserGroup{ObjectMeta: meta(Name, "everybody")}
	group.Spec.OrganizationRef.Name = Name
	for i := range roles {
		group.Spec.Members = append(group.Spec.Members, v1alpha1.UserID(fmt.Sprintf("u%04d", i)))
	}
	o.members.Groups = append(o.members.Groups, group)
	for i := range 200 {
		chain := o.chain(i, v1alpha1.Name(fmt.Sprintf("type-%04d", i)))
		chain.Spec.GrantPolicy = &v1alpha1.GrantPolicy{
			Roles: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, Beneficiaries: []v1alpha1.GrantBeneficiary{"Requester"}, MaxDurationSeconds: 3600,
		}
		for s := range stepsOfChain {
			approvers := []v1alpha1.ApproverSelector{
				{Type: v1alpha1.ApproverTypePermission, Permission: &v1alpha1.PermissionHolders{Name: permission(0)}},
				{Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: "everybody"}},
			}
			for k := range 14 {
				approvers = append(approvers, v1alpha1.ApproverSelector{
					Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: reference((i*17 + s*14 + k) % roles)},
				})
			}
			chain.Spec.Steps = append(chain.Spec.Steps, step(s, approvers...))
		}
	}
	return &o.members
}
