// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Catalog returns the status that a catalog should have if a number of organizations use it.
func Catalog(current *v1alpha1.PermissionCatalog, organizations int, now time.Time) v1alpha1.PermissionCatalogStatus {
	return v1alpha1.PermissionCatalogStatus{
		ObservedGeneration: current.Generation,
		PermissionCount:    bounded.Count(len(current.Spec.Permissions)),
		OrganizationCount:  bounded.Count(organizations),
		Conditions: conditions.Merge(current.Status.Conditions, current.Generation, now,
			ready(resolve.Catalog(intake.Catalog(current)), "everything that the catalog says takes effect")),
	}
}
