// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Catalog translates a PermissionCatalog.
func Catalog(written *v1alpha1.PermissionCatalog) *model.Catalog {
	return &model.Catalog{
		Object:   object(model.KindCatalog, &written.ObjectMeta),
		Sections: each(written.Spec.Sections, func(s *v1alpha1.Section) string { return string(s.Name) }),
		Permissions: each(written.Spec.Permissions, func(p *v1alpha1.Permission) model.Permission {
			return model.Permission{
				Name: string(p.Name), Section: string(p.Section), Implies: names(p.Implies),
				RequiredFeatures: names(p.RequiredFeatures),
				ResourceTypes:    names(p.ResourceTypes), Platform: p.Level == v1alpha1.LevelPlatform,
				UnknownLevel: unknown(p.Level, v1alpha1.LevelOrganization, v1alpha1.LevelPlatform),
			}
		}),
		SubjectTypes: names(written.Spec.SubjectTypes),
		Qualifiers: each(written.Spec.Qualifiers, func(q *v1alpha1.Qualifier) model.Qualifier {
			return model.Qualifier{Name: string(q.Name), Description: string(q.Description), Expression: string(q.Expression)}
		}),
		Prohibitions: each(written.Spec.Prohibitions, func(i *v1alpha1.Prohibition) model.Prohibition {
			return model.Prohibition{
				Selector: model.Selector{Permissions: names(i.Permissions), Sections: names(i.Sections)},
				Name:     string(i.Name), Description: string(i.Description), Expression: string(i.Expression),
			}
		}),
		Features:     each(written.Spec.Features, func(f *v1alpha1.Feature) string { return string(f.Name) }),
		Entitlements: each(written.Spec.Entitlements, func(e *v1alpha1.Entitlement) string { return string(e.Name) }),
		Dimensions: each(written.Spec.Dimensions, func(d *v1alpha1.Dimension) model.Dimension {
			return model.Dimension{Name: string(d.Name), Values: names(d.Values)}
		}),
		Plans: each(written.Spec.Plans, func(p *v1alpha1.Plan) model.Plan {
			plan := model.Plan{Name: string(p.Name), Features: names(p.Features)}
			if p.Limits != nil {
				plan.CustomRolesLimit = count(p.Limits.CustomRoles)
			}
			return plan
		}),
		Constraints: each(written.Spec.Constraints, constraint),
	}
}
