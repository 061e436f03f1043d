// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/watches"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Resolver is what the controllers share that make snapshots, of organizations or of the platform.
type Resolver struct {
	// Objects are what is resolved, as the cache has it, and Live reads from the API server.
	Objects, Live client.Reader
	// Cache builds the snapshots.
	Cache *snapshot.Cache
	// Watches knows whether the objects are those of one moment.
	Watches *watches.Tracker
	// Debouncer says when something is resolved.
	Debouncer *debounce.Debouncer
	// Store takes the snapshots, and Publications is told of each.
	Store        *snapshot.Store
	Publications *publications.Tracker
	Clock        func() time.Time

	behind behind
}

// standing returns the form in which an organization is published, as the cache knows it.
func (r *Resolver) standing(ctx context.Context, key snapshot.Key) (publish.Standing, error) {
	configMap := &corev1.ConfigMap{}
	err := r.Objects.Get(ctx, client.ObjectKey{Namespace: key.Namespace, Name: configmap.Name(key.Name)}, configMap)
	if err != nil {
		return publish.Standing{}, client.IgnoreNotFound(err)
	}
	return configmap.Standing(configMap), nil
}

// store makes a snapshot the current one. Its changes are with the tracker before they leave the debouncer, so that none is
// ever missing from the age of the oldest.
func (r *Resolver) store(resolved *snapshot.Snapshot) {
	r.Publications.Resolved(resolved)
	r.Debouncer.Finish(resolved.Key)
	r.Store.Put(resolved)
}

// remove forgets what is no longer resolved.
func (r *Resolver) remove(key snapshot.Key) {
	r.Cache.Forget(key)
	r.behind.forget(key)
	r.Publications.Removed(key)
	r.Debouncer.Finish(key)
	r.Store.Remove(key)
}
