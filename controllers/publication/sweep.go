// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/controllers/internal/published"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unnamed holds since when this process has seen each shard of an organization that its index does not name.
type unnamed map[types.UID]time.Time

// sweep removes the shards that the index has not named for the grace period, and returns how long it is until the next is
// due; zero when there is none. Until then, readers of an earlier index find what it names.
func (r *Reconciler) sweep(ctx context.Context, found *state, now time.Time) (time.Duration, error) {
	key := found.taken.Key
	index, err := r.index(ctx, found, r.Client)
	if err != nil {
		return 0, err
	}
	since, _ := r.unnamed.Load(key)
	former, _ := since.(unnamed)
	due, waiting := expired(found.idle(index), former, now, r.Grace)
	if len(waiting) == 0 {
		r.unnamed.Delete(key)
	} else {
		r.unnamed.Store(key, waiting)
	}
	if len(due) > 0 {
		err = r.remove(ctx, found, due)
	}
	return waiting.next(now, r.Grace), err
}

// remove deletes shards, unless another process that led in the meantime has named them again: the API server knows.
func (r *Reconciler) remove(ctx context.Context, found *state, due []corev1.ConfigMap) error {
	index, err := r.index(ctx, found, r.Live)
	if err != nil {
		return err
	}
	found.shards = due
	due = found.idle(index)
	for i := range due {
		err := r.Client.Delete(ctx, &due[i], client.Preconditions{UID: &due[i].UID})
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			return fmt.Errorf("removing ConfigMap %q, which no index names: %w", due[i].Name, err)
		}
	}
	log.FromContext(ctx).V(1).Info("Removed shards that no index names", "shards", len(due))
	return nil
}

// index reads the organization's index, nil when there is none that can be read.
func (r *Reconciler) index(ctx context.Context, found *state, reader client.Reader) (*document.Publication, error) {
	if len(found.shards) == 0 {
		return nil, nil
	}
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: found.taken.Key.Namespace, Name: published.Name(found.taken.Key.Name)}
	if err := reader.Get(ctx, key, configMap); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	if !found.owns(configMap) {
		return nil, nil
	}
	return published.Index(configMap), nil
}

// idle returns the organization's own shards that the index does not name. Without an index nobody can tell which those
// are, and none is.
func (s *state) idle(index *document.Publication) []corev1.ConfigMap {
	if index == nil {
		return nil
	}
	named := make(map[string]struct{}, len(index.Parts))
	for _, part := range index.Parts {
		named[part.ConfigMap] = struct{}{}
	}
	var idle []corev1.ConfigMap
	for i := range s.shards {
		if _, is := named[s.shards[i].Name]; !is && s.owns(&s.shards[i]) {
			idle = append(idle, s.shards[i])
		}
	}
	return idle
}

// expired tells the idle shards that have been so for the grace period from those that have not, and since when these are.
func expired(idle []corev1.ConfigMap, former unnamed, now time.Time, grace time.Duration) (due []corev1.ConfigMap, waiting unnamed) {
	waiting = unnamed{}
	for i := range idle {
		since, known := former[idle[i].UID]
		if !known || now.Before(since) {
			since = now
		}
		if now.Before(since.Add(grace)) {
			waiting[idle[i].UID] = since
		} else {
			due = append(due, idle[i])
		}
	}
	return due, waiting
}

// next is how long it is until the first of them is due; zero when there is none.
func (u unnamed) next(now time.Time, grace time.Duration) time.Duration {
	var next time.Duration
	for _, since := range u {
		if left := since.Add(grace).Sub(now); next == 0 || left < next {
			next = left
		}
	}
	return next
}
