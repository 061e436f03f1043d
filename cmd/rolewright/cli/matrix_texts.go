// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
)

// texts returns the display names and descriptions of what the matrix shows.
func (o *resolvedOrganization) texts() *matrix.Texts {
	texts := &matrix.Texts{
		Sections: map[string]matrix.Text{}, Permissions: map[string]matrix.Text{}, Features: map[string]matrix.Text{},
		Entitlements: map[string]matrix.Text{}, Roles: map[string]matrix.RoleText{},
	}
	for i := range o.objects.Organizations {
		if found := &o.objects.Organizations[i]; found.Namespace == o.world.Namespace && found.Name == o.world.Name {
			texts.Organization = string(found.Spec.DisplayName)
		}
	}
	for i := range o.objects.Catalogs {
		if catalog := &o.objects.Catalogs[i]; catalog.Name == o.document.Catalog {
			addCatalogTexts(texts, &catalog.Spec)
		}
	}
	for i := range o.objects.PlatformRoles {
		if role := &o.objects.PlatformRoles[i]; role.Spec.CatalogRef.Name == o.document.Catalog {
			text := newRoleText(&role.Spec.RoleDefinition)
			text.Platform = role.Spec.AssignableScope == v1alpha1.AssignableScopePlatform
			texts.Roles[model.KindPlatformRole+"/"+role.Name] = text
		}
	}
	for i := range o.objects.Roles {
		if role := &o.objects.Roles[i]; role.Namespace == o.world.Namespace && role.Spec.OrganizationRef.Name == o.world.Name {
			texts.Roles[role.Name] = newRoleText(&role.Spec.RoleDefinition)
		}
	}
	return texts
}

func addCatalogTexts(texts *matrix.Texts, catalog *v1alpha1.PermissionCatalogSpec) {
	texts.Catalog = string(catalog.DisplayName)
	for _, s := range catalog.Sections {
		texts.Sections[string(s.Name)] = matrix.Text{DisplayName: string(s.DisplayName), Description: string(s.Description)}
	}
	for i := range catalog.Permissions {
		p := &catalog.Permissions[i]
		texts.Permissions[string(p.Name)] = matrix.Text{DisplayName: string(p.DisplayName), Description: string(p.Description)}
	}
	for _, f := range catalog.Features {
		texts.Features[string(f.Name)] = matrix.Text{DisplayName: string(f.DisplayName), Description: string(f.Description)}
	}
	for _, e := range catalog.Entitlements {
		texts.Entitlements[string(e.Name)] = matrix.Text{DisplayName: string(e.DisplayName), Description: string(e.Description)}
	}
}

func newRoleText(role *v1alpha1.RoleDefinition) matrix.RoleText {
	return matrix.RoleText{
		Text:     matrix.Text{DisplayName: string(role.DisplayName), Description: string(role.Description)},
		Category: string(role.Category),
	}
}
