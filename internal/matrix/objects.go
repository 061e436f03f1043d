// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// TextsOf returns the display names and descriptions of an organization, its catalog and its roles, out of objects that may belong to
// any number of organizations.
func TextsOf(objects *intake.Objects, namespace, organization, catalog string) *Texts {
	texts := &Texts{
		Sections: map[string]Text{}, Permissions: map[string]Text{}, Features: map[string]Text{},
		Entitlements: map[string]Text{}, Roles: map[string]RoleText{},
	}
	for i := range objects.Organizations {
		if found := &objects.Organizations[i]; found.Namespace == namespace && found.Name == organization {
			texts.Organization = string(found.Spec.DisplayName)
		}
	}
	for i := range objects.Catalogs {
		if found := &objects.Catalogs[i]; found.Name == catalog {
			addCatalogTexts(texts, &found.Spec)
		}
	}
	for i := range objects.PlatformRoles {
		if role := &objects.PlatformRoles[i]; role.Spec.CatalogRef.Name == catalog {
			text := newRoleText(&role.Spec.RoleDefinition)
			text.Platform = role.Spec.AssignableScope == v1alpha1.AssignableScopePlatform
			texts.Roles[model.KindPlatformRole+"/"+role.Name] = text
		}
	}
	for i := range objects.Roles {
		if role := &objects.Roles[i]; role.Namespace == namespace && role.Spec.OrganizationRef.Name == organization {
			texts.Roles[role.Name] = newRoleText(&role.Spec.RoleDefinition)
		}
	}
	return texts
}

func addCatalogTexts(texts *Texts, catalog *v1alpha1.PermissionCatalogSpec) {
	texts.Catalog = string(catalog.DisplayName)
	for _, s := range catalog.Sections {
		texts.Sections[string(s.Name)] = Text{DisplayName: string(s.DisplayName), Description: string(s.Description)}
	}
	for i := range catalog.Permissions {
		p := &catalog.Permissions[i]
		texts.Permissions[string(p.Name)] = Text{DisplayName: string(p.DisplayName), Description: string(p.Description)}
	}
	for _, f := range catalog.Features {
		texts.Features[string(f.Name)] = Text{DisplayName: string(f.DisplayName), Description: string(f.Description)}
	}
	for _, e := range catalog.Entitlements {
		texts.Entitlements[string(e.Name)] = Text{DisplayName: string(e.DisplayName), Description: string(e.Description)}
	}
}

func newRoleText(role *v1alpha1.RoleDefinition) RoleText {
	return RoleText{
		Text:     Text{DisplayName: string(role.DisplayName), Description: string(role.Description)},
		Category: string(role.Category),
	}
}
