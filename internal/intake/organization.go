// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Organization translates an Organization.
func Organization(written *v1alpha1.Organization) *model.Organization {
	return &model.Organization{
		Object:   object(model.KindOrganization, &written.ObjectMeta),
		Catalog:  written.Spec.CatalogRef.Name,
		Features: names(written.Spec.Features),
		Units: each(written.Spec.Units, func(u *v1alpha1.Unit) model.Unit {
			return model.Unit{Name: string(u.Name), Kind: string(u.Kind), Parent: string(u.Parent), Attributes: attributes(u.Attributes)}
		}),
		Groups: each(written.Spec.UnitGroups, func(g *v1alpha1.UnitGroup) model.UnitGroup {
			return model.UnitGroup{Name: string(g.Name), Units: names(g.Units)}
		}),
	}
}

// Role translates a Role.
func Role(written *v1alpha1.Role) model.Role {
	return model.Role{
		Object: object(model.KindRole, &written.ObjectMeta),
		Inherits: each(written.Spec.Inherits, func(i *v1alpha1.Inheritance) model.Inheritance {
			inherited := model.Inheritance{Role: roleRef(i.RoleRef)}
			if i.Except != nil {
				inherited.Except = model.Selector{Permissions: names(i.Except.Permissions), Sections: names(i.Except.Sections)}
			}
			return inherited
		}),
		Rules: each(written.Spec.Rules, func(r *v1alpha1.Rule) model.Rule {
			return model.Rule{
				Selector:   model.Selector{Permissions: names(r.Permissions), Sections: names(r.Sections)},
				Qualifiers: names(r.Qualifiers), Features: names(r.Features), Entitlements: names(r.Entitlements),
			}
		}),
	}
}

func roleRef(written v1alpha1.RoleReference) model.RoleRef {
	return model.RoleRef{Kind: model.KindRole, Name: written.Name}
}
