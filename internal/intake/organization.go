// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Organization translates an Organization.
func Organization(written *v1alpha1.Organization) *model.Organization {
	return &model.Organization{
		Object:        object(model.KindOrganization, &written.ObjectMeta),
		DefaultGrants: each(written.Spec.DefaultGrants, grant),
		Catalog:       written.Spec.CatalogRef.Name,
		Plan:          string(written.Spec.Plan),
		Features:      names(written.Spec.Features),
		Waivers:       each(written.Spec.Waivers, waiver),
		Ignored:       written.Spec.IgnoredFindings,
		Unusable:      unusableKeys(written.Spec.Publishing),
		Form:          form(written.Spec.Publishing),
	}
}

// Structure translates an OrganizationStructure.
func Structure(written *v1alpha1.OrganizationStructure) model.Structure {
	return model.Structure{
		Object: object(model.KindStructure, &written.ObjectMeta),
		Units: each(written.Spec.Units, func(u *v1alpha1.Unit) model.Unit {
			return model.Unit{Name: string(u.Name), Kind: string(u.Kind), Parent: string(u.Parent), Attributes: attributes(u.Attributes)}
		}),
		UnitGroups: each(written.Spec.UnitGroups, func(g *v1alpha1.UnitGroup) model.UnitGroup {
			return model.UnitGroup{Name: string(g.Name), Units: names(g.Units)}
		}),
		Constraints: each(written.Spec.Constraints, constraint),
		Waivers:     each(written.Spec.Waivers, waiver),
	}
}
