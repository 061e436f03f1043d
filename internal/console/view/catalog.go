// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/validation"
)

// Catalog is the page of a catalog: the vocabulary of an application, and who uses it.
type Catalog struct {
	CatalogRow
	// Spec is the catalog as it is written.
	Spec     *v1alpha1.PermissionCatalogSpec
	Sections []CatalogSection
	// PlatformRoles come with the catalog, and Using is a page of the organizations that use it.
	PlatformRoles []PlatformRoleRow
	Using         []*state.Organization
	UsingPages    Paging
	About         []validation.Finding
}

// CatalogSection is a section with its permissions, in the order of the catalog. That of permissions without section has no name.
type CatalogSection struct {
	v1alpha1.Section
	Permissions []v1alpha1.Permission
}

// NewCatalog returns the page of a catalog with a page of the organizations that use it; nil if there is none of that name.
func NewCatalog(s *state.State, name, page string) *Catalog {
	at := slices.IndexFunc(s.Objects.Catalogs, func(c v1alpha1.PermissionCatalog) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	written := &s.Objects.Catalogs[at]
	c := &Catalog{CatalogRow: newCatalogRow(written), Spec: &written.Spec, Sections: catalogSections(&written.Spec)}
	c.complete(s)
	c.About = findingsAbout(s.Findings, c.Ref)
	for i := range s.Objects.PlatformRoles {
		if role := &s.Objects.PlatformRoles[i]; role.Spec.CatalogRef.Name == name {
			row := newPlatformRoleRow(role)
			row.complete(s)
			c.PlatformRoles = append(c.PlatformRoles, row)
		}
	}
	slices.SortFunc(c.PlatformRoles, comparePlatformRoles)
	c.Using, c.UsingPages = paginate(usingCatalog(s, name), page)
	return c
}

// catalogSections returns the sections with their permissions. Those that the catalog does not list come last.
func catalogSections(spec *v1alpha1.PermissionCatalogSpec) []CatalogSection {
	list := make([]CatalogSection, 0, len(spec.Sections)+1)
	for _, section := range spec.Sections {
		list = append(list, CatalogSection{Section: section})
	}
	for i := range spec.Permissions {
		permission := &spec.Permissions[i]
		at := slices.IndexFunc(list, func(s CatalogSection) bool { return s.Name == permission.Section })
		if at < 0 {
			at = len(list)
			list = append(list, CatalogSection{Section: v1alpha1.Section{Name: permission.Section}})
		}
		list[at].Permissions = append(list[at].Permissions, *permission)
	}
	return list
}
