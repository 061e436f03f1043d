// SPDX-License-Identifier: Apache-2.0

package judge_test

import (
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/test/naive"
)

// anyChain draws a chain by which users ask for roles; mostly one that gives some.
func anyChain(t *rapid.T) v1alpha1.ApprovalChain {
	chain := v1alpha1.ApprovalChain{ObjectMeta: named("loan"), Spec: v1alpha1.ApprovalChainSpec{OrganizationRef: ofAdmins, RequestType: "loan"}}
	approver := v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeUsers, Users: []v1alpha1.UserReference{v1alpha1.UserReference(one(t, admins))}}
	if sometimes(t, 2) {
		approver = v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: "team"}}
	}
	chain.Spec.Steps = []v1alpha1.ApprovalStep{{Name: "s", Approvers: []v1alpha1.ApproverSelector{approver}}}
	if sometimes(t, 6) {
		return chain
	}
	roles := v1alpha1.GrantableRoles{From: one(t, []v1alpha1.GrantableRolesFrom{
		v1alpha1.GrantableRolesListed, v1alpha1.GrantableRolesListed, v1alpha1.GrantableRolesUpTo, v1alpha1.GrantableRolesAll,
	})}
	switch roles.From {
	case v1alpha1.GrantableRolesListed:
		roles.RoleRefs = []v1alpha1.RoleReference{postRef(one(t, posts))}
	case v1alpha1.GrantableRolesUpTo:
		ref := postRef(one(t, posts))
		roles.UpToRoleRef = &ref
	case v1alpha1.GrantableRolesAll:
	}
	if sometimes(t, 4) {
		roles.ExceptRoleRefs = []v1alpha1.RoleReference{postRef(one(t, posts))}
	}
	chain.Spec.GrantPolicy = &v1alpha1.GrantPolicy{
		Roles: roles, Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester}, MaxDurationSeconds: 3600,
	}
	return chain
}

// givesByRequest reports whether requests of a chain may ask for a role, as section 6 of the design has it.
func givesByRequest(chain *v1alpha1.ApprovalChain, reader *naive.Reader, role model.RoleRef) bool {
	if chain.Spec.GrantPolicy == nil {
		return false
	}
	selection := &chain.Spec.GrantPolicy.Roles
	refOf := func(ref v1alpha1.RoleReference) model.RoleRef {
		return model.RoleRef{Kind: model.KindRole, Name: ref.Name}
	}
	if slices.ContainsFunc(selection.ExceptRoleRefs, func(ref v1alpha1.RoleReference) bool { return reader.Ranks(role, refOf(ref)) }) {
		return false
	}
	switch selection.From {
	case v1alpha1.GrantableRolesListed:
		return slices.ContainsFunc(selection.RoleRefs, func(ref v1alpha1.RoleReference) bool { return refOf(ref) == role })
	case v1alpha1.GrantableRolesUpTo:
		return reader.Ranks(refOf(*selection.UpToRoleRef), role)
	case v1alpha1.GrantableRolesAll:
	}
	return true
}

// opens fails if requests of a chain that is written may ask for a role that its writer could not give to everyone everywhere, and counts
// the roles for which they may.
func (c *judgedChange) opens(t *rapid.T, was *naive.Administrator) (opened int) {
	for i := range c.is.Chains {
		chain := &c.is.Chains[i]
		if slices.ContainsFunc(c.was.Chains, func(former v1alpha1.ApprovalChain) bool { return reflect.DeepEqual(former.Spec, chain.Spec) }) {
			continue
		}
		for _, role := range c.before.Roles {
			ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
			if !c.readers[1].Exists(ref) || !givesByRequest(chain, c.readers[1], ref) {
				continue
			}
			opened++
			for _, user := range admins {
				if !c.exists(user) {
					continue
				}
				for _, request := range asked(user)[:16] {
					if !was.May("GiveRoles", user, ref, &request) && !was.MayEverything("GiveRoles", user, &request) {
						t.Fatalf("requests may ask for %s, and %s could not give it to %s in %v\n%s",
							role.Name, c.actor, user, request.Resource.Properties, c)
					}
				}
			}
		}
	}
	return opened
}
