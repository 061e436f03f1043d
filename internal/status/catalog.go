// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// CatalogView is what determines the status of a catalog beside itself.
type CatalogView struct {
	// Roles are the PlatformRoles of the catalog, and Organizations counts the organizations that use it.
	Roles         []v1alpha1.PlatformRole
	Organizations int
	// Snapshots are those of all organizations.
	Snapshots []*snapshot.Snapshot
	Now       time.Time
}

// Catalog returns the status that a catalog should have.
func (v *CatalogView) Catalog(current *v1alpha1.PermissionCatalog) v1alpha1.PermissionCatalogStatus {
	found := v.findings(current)
	return v1alpha1.PermissionCatalogStatus{
		ObservedGeneration: current.Generation,
		PermissionCount:    bounded.Count(len(current.Spec.Permissions)),
		OrganizationCount:  bounded.Count(v.Organizations),
		Conditions: conditions.Merge(current.Status.Conditions, current.Generation, v.Now,
			append(stalled(found), ready(found, "everything that the catalog says takes effect"))...),
	}
}

// findings returns what is wrong with the catalog, by itself and in organizations.
func (v *CatalogView) findings(current *v1alpha1.PermissionCatalog) []resolve.Finding {
	catalog := intake.Catalog(current)
	roles := make([]model.Role, len(v.Roles))
	for i := range v.Roles {
		roles[i] = intake.PlatformRole(&v.Roles[i])
	}
	found := resolve.Catalog(catalog, roles)
	var using []*snapshot.Snapshot
	for _, s := range v.Snapshots {
		if doc := s.Resolution.Document; doc != nil && doc.Catalog == current.Name && s.IsCurrentFor(current) {
			using = append(using, s)
		}
	}
	if len(using) > 0 {
		found = append(found, resolve.CustomRolesNowhere(catalog, func(role string) bool {
			return slices.ContainsFunc(using, func(s *snapshot.Snapshot) bool { _, has := s.Resolution.Document.Roles[role]; return has })
		})...)
	}
	return withOrganizations(found, catalog.Ref, using, v.Now)
}
