// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// PlatformResolution is the result of resolving the objects that belong to no organization.
type PlatformResolution struct {
	// Roles are the PlatformRoles whose catalog exists, after inheritance, by key as in a document.
	Roles map[string]document.Role
	// Findings are ordered as those of a Resolution. Organization finds those about catalogs and roles as well.
	Findings []Finding
}

// Platform resolves catalogs, PlatformRoles and PlatformAssignments by themselves: what can be said of them without an
// organization.
func Platform(catalogs []*model.Catalog, roles []model.Role, assignments []model.PlatformAssignment) *PlatformResolution {
	found := &findings{}
	resolved := &PlatformResolution{Roles: map[string]document.Role{}}
	byCatalog := map[string][]model.Role{}
	written := map[string]*model.Role{}
	for i := range roles {
		byCatalog[roles[i].Catalog] = append(byCatalog[roles[i].Catalog], roles[i])
		written[roles[i].Name] = &roles[i]
	}
	for _, catalog := range catalogs {
		ordered := byName(readPlatform(catalog, byCatalog[catalog.Name], found))
		for _, r := range ordered {
			resolved.Roles[r.name] = document.Role{
				Inherits: r.inherited(ordered, found.work), Permissions: r.held, AdministrationRules: r.administration,
			}
		}
		delete(byCatalog, catalog.Name)
	}
	names := make([]string, 0, len(catalogs))
	for _, catalog := range catalogs {
		names = append(names, catalog.Name)
	}
	for catalog, orphans := range byCatalog {
		for i := range orphans {
			found.reject(orphans[i].Ref, "spec.catalogRef.name", ReasonUnknownCatalog,
				"catalog %q does not exist: %s", catalog, fixCatalog(catalog, names))
		}
	}
	roleNames := namesOf(written, found)
	for i := range assignments {
		checkPlatformGrants(&assignments[i], written, roleNames, found)
	}
	resolved.Findings = sortFindings(found.list)
	return resolved
}

// readPlatform reads a catalog with its PlatformRoles, and returns these.
func readPlatform(catalog *model.Catalog, written []model.Role, found *findings) map[model.RoleRef]*role {
	compiled := readCatalog(catalog, found)
	known := resolveRoles(nil, written, -1, compiled, nil, found)
	for _, c := range constraintsOf(catalog) {
		c.check(known, compiled, found)
		c.checkCombined(known.roles, found)
	}
	return known.roles
}

// What is said of grants over organizations, wherever it is.
const (
	noOrganizations = "no organizations are picked, so nothing is covered: set all to true, or give a selector"
	ofOrganizations = "PlatformRole %q is assignable to organizations, so the grant covers nothing: give it inside organizations, " +
		"by UserAssignments"
)

// checkPlatformGrants finds the grants over organizations that reach none, whatever organizations there are.
func checkPlatformGrants(a *model.PlatformAssignment, roles map[string]*model.Role, names *suggest.Names, found *findings) {
	for i := range a.Grants {
		written, field := &a.Grants[i], grantField(a.Grants[i].Name)
		switch role := roles[written.Role]; {
		case role == nil:
			found.reject(a.Ref, field+".roleRef", ReasonUnknownRole,
				"PlatformRole %q does not exist, so the grant covers nothing: %s",
				written.Role, found.fix(names, written.Role, "create it"))
		case !role.Platform:
			found.reject(a.Ref, field+".roleRef", ReasonLevelMismatch, ofOrganizations, written.Role)
		}
		if written.Unselected {
			found.reject(a.Ref, field+".organizations", ReasonEmptyScope, noOrganizations)
		}
	}
}
