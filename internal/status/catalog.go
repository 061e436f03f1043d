// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Catalog returns the status that a catalog should have, which so many organizations use.
func Catalog(current *v1alpha1.PermissionCatalog, organizations int, now time.Time) v1alpha1.PermissionCatalogStatus {
	return v1alpha1.PermissionCatalogStatus{
		ObservedGeneration: current.Generation,
		Permissions:        number(len(current.Spec.Permissions)),
		Organizations:      number(organizations),
		Conditions: merge(current.Status.Conditions, current.Generation, now.Truncate(time.Second),
			ready(resolve.Catalog(intake.Catalog(current)), "everything that the catalog says takes effect")),
	}
}
