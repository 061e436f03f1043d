// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// firstResolution tells the store, once the caches have synced, which organizations there are: the replica is ready when
// each of them has been resolved once.
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
	organizations := &v1alpha1.OrganizationList{}
	if err := f.cache.List(ctx, organizations, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing organizations: %w", err)
	}
	keys := make([]snapshot.Key, 0, len(organizations.Items))
	for i := range organizations.Items {
		keys = append(keys, client.ObjectKeyFromObject(&organizations.Items[i]))
	}
	f.store.Await(keys)
	return nil
}
