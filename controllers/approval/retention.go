// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
)

// maxTTL is the longest time that an organization or a catalog can ask for.
const maxTTL = 315360000 * time.Second

// minTTL returns how long a request that has ended is kept at least: what its organization or the catalog of that asks for. While
// the catalog is not there, it may have asked for anything. An organization that is gone asks for nothing more.
func (r *Reconciler) minTTL(ctx context.Context, in *inputs) (time.Duration, error) {
	if isPending(in.request) {
		return 0, nil
	}
	organization, err := lookup.Organization(ctx, r.Client, in.organization())
	if err != nil || organization == nil {
		return 0, err
	}
	catalog, err := lookup.Catalog(ctx, r.Client, organization.Spec.CatalogRef.Name)
	switch {
	case err != nil:
		return 0, err
	case catalog == nil:
		return maxTTL, nil
	}
	return max(retention(organization.Spec.ApprovalRetention), retention(catalog.Spec.ApprovalRetention)), nil
}

func retention(asked *v1alpha1.ApprovalRetention) time.Duration {
	if asked == nil {
		return 0
	}
	return time.Duration(asked.MinTTLSecondsAfterFinished) * time.Second
}
