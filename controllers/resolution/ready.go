// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// firstResolution names to the store the organizations that exist once the caches have synced: the replica is ready when each of
// them has been resolved once.
type firstResolution struct {
	cache cache.Cache
	store *snapshot.Store
}

// NeedLeaderElection is false: every replica resolves.
func (f *firstResolution) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (f *firstResolution) Start(ctx context.Context) error {
	synced := f.cache.WaitForCacheSync(ctx)
	if !synced && ctx.Err() == nil {
		return errors.New("the caches did not sync")
	}
	if !synced {
		return nil
	}
	organizations, err := lookup.Organizations(ctx, f.cache)
	if err != nil {
		return err
	}
	f.store.Await(keys(organizations))
	return nil
}
