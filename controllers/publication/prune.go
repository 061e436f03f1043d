// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unreferencedSince holds since when this process has seen each shard of an organization that its index does not reference.
type unreferencedSince map[types.UID]time.Time

// prune removes the shards that the index has not referenced for the grace period: until then, readers of an earlier index find
// what it references. It returns how long it is until the next is due; zero if there is none.
func (p *Publisher) prune(ctx context.Context, loaded *state, now time.Time) (time.Duration, error) {
	key := loaded.snapshot.Key
	if loaded.snapshot.Encoded == nil {
		// An earlier index stays published.
		return 0, nil
	}
	known, _ := p.unreferenced.Load(key)
	former, _ := known.(unreferencedSince)
	due, waiting := expired(loaded.unreferencedShards(loaded.snapshot.Encoded.Parts()), former, now, p.Grace)
	if len(waiting) == 0 {
		p.unreferenced.Delete(key)
	} else {
		p.unreferenced.Store(key, waiting)
	}
	if len(due) > 0 {
		if err := p.remove(ctx, loaded, due); err != nil {
			return 0, err
		}
	}
	return waiting.next(now, p.Grace), nil
}

// remove deletes shards, unless another process that led in the meantime references them again: the API server knows.
func (p *Publisher) remove(ctx context.Context, loaded *state, due []corev1.ConfigMap) error {
	configMap, err := p.configMap(ctx, loaded.snapshot.Key, p.Live)
	if err != nil || configMap == nil || !loaded.owns(configMap) {
		return err
	}
	index := configmap.Index(configMap)
	if index == nil {
		return nil
	}
	loaded.shards = due
	due = loaded.unreferencedShards(index.Parts)
	for i := range due {
		err := p.delete(ctx, &due[i])
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			return fmt.Errorf("removing ConfigMap %q, which no index references: %w", due[i].Name, err)
		}
	}
	log.FromContext(ctx).V(1).Info("Removed shards that no index references", "shards", len(due))
	return nil
}

// unreferencedShards returns the organization's own shards that are none of an index's parts.
func (s *state) unreferencedShards(parts []document.Part) []corev1.ConfigMap {
	referenced := make(map[string]struct{}, len(parts))
	for _, part := range parts {
		referenced[part.ConfigMap] = struct{}{}
	}
	var shards []corev1.ConfigMap
	for i := range s.shards {
		if _, is := referenced[s.shards[i].Name]; !is && configmap.IsShardOf(&s.shards[i], s.organization) {
			shards = append(shards, s.shards[i])
		}
	}
	return shards
}

// expired splits unreferenced shards into those that have been so for the grace period and those that have not, with since when.
func expired(
	shards []corev1.ConfigMap, former unreferencedSince, now time.Time, grace time.Duration,
) (due []corev1.ConfigMap, waiting unreferencedSince) {
	waiting = unreferencedSince{}
	for i := range shards {
		since, known := former[shards[i].UID]
		if !known || now.Before(since) {
			since = now
		}
		if now.Before(since.Add(grace)) {
			waiting[shards[i].UID] = since
		} else {
			due = append(due, shards[i])
		}
	}
	return due, waiting
}

// next returns how long it is until the first of them is due; zero if there is none.
func (u unreferencedSince) next(now time.Time, grace time.Duration) time.Duration {
	var next time.Duration
	for _, since := range u {
		if left := since.Add(grace).Sub(now); next == 0 || left < next {
			next = left
		}
	}
	return next
}
