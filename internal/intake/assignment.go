// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Assignment translates a UserAssignment.
func Assignment(written *v1alpha1.UserAssignment) model.Assignment {
	return model.Assignment{
		Object:      object(model.KindAssignment, &written.ObjectMeta),
		User:        string(written.Spec.User),
		Suspended:   isSuspended(written.Spec.State),
		DisplayName: string(written.Spec.Profile.DisplayName),
		Manager:     string(written.Spec.Profile.Manager),
		HomeUnit:    string(written.Spec.Profile.HomeUnit),
		Attributes:  attributes(written.Spec.Profile.Attributes),
		Grants:      each(written.Spec.Grants, grant),
		Overrides: each(written.Spec.Overrides, func(o *v1alpha1.Override) model.Override {
			return model.Override{
				Name: string(o.Name), Permission: string(o.Permission), Deny: o.Effect != v1alpha1.EffectAllow,
				Scope: Scope(o.Scope), Window: window(o.Window),
			}
		}),
	}
}

// Group translates a UserGroup.
func Group(written *v1alpha1.UserGroup) model.Group {
	return model.Group{
		Object:  object(model.KindGroup, &written.ObjectMeta),
		Members: names(written.Spec.Members),
		Default: string(written.Spec.DefaultMember),
		Grants:  each(written.Spec.Grants, grant),
	}
}

func grant(written *v1alpha1.Grant) model.Grant {
	return model.Grant{
		Name: string(written.Name), Role: roleRef(&written.RoleRef), Scope: Scope(written.Scope), Window: window(written.Window),
		Entitlements: names(written.Entitlements),
	}
}

// Scope translates a scope; none is an empty one.
func Scope(written *v1alpha1.Scope) model.Scope {
	if written == nil {
		return model.Scope{}
	}
	return model.Scope{
		Everywhere: isSet(written.Everywhere),
		Units:      names(written.Units),
		Groups:     names(written.UnitGroups),
		Dimensions: each(written.Dimensions, func(d *v1alpha1.DimensionScope) model.DimensionScope {
			return model.DimensionScope{Name: string(d.Name), Values: names(d.Values), All: isSet(d.All)}
		}),
	}
}
