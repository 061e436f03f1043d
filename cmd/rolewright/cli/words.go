// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
)

// texts are what people call the things of the organization.
func (c *chosen) texts() *matrix.Texts {
	w := &matrix.Texts{
		Sections: map[string]matrix.Text{}, Permissions: map[string]matrix.Text{}, Features: map[string]matrix.Text{},
		Roles: map[string]matrix.RoleText{},
	}
	for i := range c.objects.Organizations {
		if o := &c.objects.Organizations[i]; o.Namespace == c.world.Namespace && o.Name == c.world.Name {
			w.Organization = string(o.Spec.DisplayName)
		}
	}
	for i := range c.objects.Catalogs {
		if catalog := &c.objects.Catalogs[i]; catalog.Name == c.document.Catalog {
			catalogWords(w, &catalog.Spec)
		}
	}
	for i := range c.objects.PlatformRoles {
		if role := &c.objects.PlatformRoles[i]; role.Spec.CatalogRef.Name == c.document.Catalog {
			text := roleWord(&role.Spec.RoleDefinition)
			text.Platform = role.Spec.Level == v1alpha1.LevelPlatform
			w.Roles[model.KindPlatformRole+"/"+role.Name] = text
		}
	}
	for i := range c.objects.Roles {
		if role := &c.objects.Roles[i]; role.Namespace == c.world.Namespace && role.Spec.OrganizationRef.Name == c.world.Name {
			w.Roles[role.Name] = roleWord(&role.Spec.RoleDefinition)
		}
	}
	return w
}

func catalogWords(w *matrix.Texts, catalog *v1alpha1.PermissionCatalogSpec) {
	w.Catalog = string(catalog.DisplayName)
	for _, s := range catalog.Sections {
		w.Sections[string(s.Name)] = matrix.Text{DisplayName: string(s.DisplayName), Description: string(s.Description)}
	}
	for i := range catalog.Permissions {
		p := &catalog.Permissions[i]
		w.Permissions[string(p.Name)] = matrix.Text{DisplayName: string(p.DisplayName), Description: string(p.Description)}
	}
	for _, f := range catalog.Features {
		w.Features[string(f.Name)] = matrix.Text{Description: string(f.Description)}
	}
}

func roleWord(role *v1alpha1.RoleDefinition) matrix.RoleText {
	return matrix.RoleText{
		Text:     matrix.Text{DisplayName: string(role.DisplayName), Description: string(role.Description)},
		Category: string(role.Category),
	}
}
