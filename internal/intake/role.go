// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Role translates a Role.
func Role(written *v1alpha1.Role) model.Role {
	role := definition(&written.Spec.RoleDefinition)
	role.Object = object(model.KindRole, &written.ObjectMeta)
	return role
}

// PlatformRole translates a PlatformRole.
func PlatformRole(written *v1alpha1.PlatformRole) model.Role {
	role := definition(&written.Spec.RoleDefinition)
	role.Object = object(model.KindPlatformRole, &written.ObjectMeta)
	role.Catalog = written.Spec.CatalogRef.Name
	role.Platform = written.Spec.AssignableScope == v1alpha1.AssignableScopePlatform
	role.UnknownScope = unknown(written.Spec.AssignableScope, v1alpha1.AssignableScopeOrganization, v1alpha1.AssignableScopePlatform)
	return role
}

// definition translates what every role is, wherever it is written.
func definition(written *v1alpha1.RoleDefinition) model.Role {
	return model.Role{
		Inherits: each(written.Inherits, func(i *v1alpha1.Inheritance) model.Inheritance {
			inherited := model.Inheritance{Role: roleRef(&i.RoleRef)}
			if i.Except != nil {
				inherited.Except = model.Selector{Permissions: names(i.Except.Permissions), Sections: names(i.Except.Sections)}
			}
			return inherited
		}),
		Rules: each(written.Rules, func(r *v1alpha1.Rule) model.Rule {
			return model.Rule{
				Selector:         model.Selector{Permissions: names(r.Permissions), Sections: names(r.Sections)},
				Qualifiers:       names(r.Qualifiers),
				RequiredFeatures: names(r.RequiredFeatures), RequiredEntitlements: names(r.RequiredEntitlements),
			}
		}),
		AdministrationRules: each(written.AdministrationRules, administrationRule),
	}
}

func administrationRule(written *v1alpha1.AdministrationRule) model.AdministrationRule {
	rule := model.AdministrationRule{
		Name: string(written.Name), Qualifiers: names(written.Qualifiers),
		UserActions: names(written.UserActions), Resources: names(written.Resources), Subscription: names(written.Subscription),
	}
	if roles := written.Roles; roles != nil {
		selection := roleSelection(string(roles.From), roles.RoleRefs, roles.UpToRoleRef, roles.ExceptRoleRefs)
		rule.Roles = &selection
	}
	if profile := written.Profile; profile != nil {
		rule.ProfileFields, rule.ProfileAttributes = names(profile.Fields), names(profile.Attributes)
	}
	return rule
}

// roleSelection translates the roles that an object names.
func roleSelection(
	from string, roles []v1alpha1.RoleReference, upTo *v1alpha1.RoleReference, except []v1alpha1.RoleReference,
) model.RoleSelection {
	selection := model.RoleSelection{From: from, Roles: each(roles, roleRef), Except: each(except, roleRef)}
	if upTo != nil {
		ref := roleRef(upTo)
		selection.UpTo = &ref
	}
	return selection
}

// roleRef translates a reference; without kind it means a Role.
func roleRef(written *v1alpha1.RoleReference) model.RoleRef {
	return model.RoleRef{Kind: cmp.Or(string(written.Kind), model.KindRole), Name: written.Name}
}
