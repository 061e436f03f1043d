// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"slices"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

const (
	// patience is how long the cache may be behind what the API server has, before an organization is resolved without it.
	patience = 5 * time.Second
	// untilAnswered is how long an organization waits after the API server has not answered.
	untilAnswered = time.Second
	// answerWithin is how long it may take to answer.
	answerWithin = 5 * time.Second
	// mostAsked bounds how many objects are asked for one by one; of more, all in the namespace are asked for at once.
	mostAsked = 16
)

// behind holds the organizations of which the cache is known to be behind the API server. It is safe for concurrent use.
type behind struct {
	mutex sync.Mutex
	keys  map[snapshot.Key]awaited
}

// awaited are objects that the cache lacks, at least one of them.
type awaited struct {
	refs []model.Ref
	// until is for how long they are waited for, and over is set once it was in vain.
	until time.Time
	over  bool
}

func (b *behind) get(key snapshot.Key) (awaited, bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	a, is := b.keys[key]
	return a, is
}

func (b *behind) set(key snapshot.Key, a awaited) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.keys == nil {
		b.keys = map[snapshot.Key]awaited{}
	}
	b.keys[key] = a
}

func (b *behind) forget(key snapshot.Key) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	delete(b.keys, key)
}

// untilSeen returns how long an organization must wait before it is resolved, because the cache is known to lack something that the API
// server has; 0 if the cache has it now, or has lacked it for too long.
func (r *Resolver) untilSeen(ctx context.Context, key snapshot.Key) time.Duration {
	waiting, is := r.behind.get(key)
	if !is || waiting.over {
		return 0
	}
	lacking, wait := r.lacking(ctx, waiting.refs)
	now := r.Clock()
	switch {
	case wait > 0:
		// For as long as the API server does not answer, its watches cannot catch up.
		waiting.until = now.Add(patience)
		r.behind.set(key, waiting)
		return wait
	case lacking == model.Ref{}:
		r.behind.forget(key)
		return 0
	case now.Before(waiting.until):
		return untilWatched
	}
	log.FromContext(ctx).Error(nil, "The API server has an object that its watch does not bring: the organization is resolved without it",
		"object", lacking.String())
	waiting.over = true
	r.behind.set(key, waiting)
	return 0
}

// untilConfirmed returns how long a resolution must wait before it becomes the snapshot; 0 if it may be. It must wait if it takes
// something away because a name is unknown that the API server knows: the watch that brings it is behind the one that brought who names
// it. What the previous resolution found to be unknown is not asked for again.
func (r *Resolver) untilConfirmed(ctx context.Context, key snapshot.Key, resolution *resolve.Resolution) time.Duration {
	waiting, _ := r.behind.get(key)
	var previous *resolve.Resolution
	if current := r.Store.Get(key); current != nil {
		previous = current.Resolution
	}
	unknown := resolution.Unknown(previous)
	refs := bundled(slices.DeleteFunc(unknown, func(ref model.Ref) bool { return r.isElsewhere(ctx, ref, resolution.Document.Catalog) }))
	if waiting.over || len(refs) == 0 {
		r.behind.forget(key)
		return 0
	}
	lacking, wait := r.lacking(ctx, refs)
	if wait == 0 && lacking == (model.Ref{}) {
		r.behind.forget(key)
		return 0
	}
	if waiting.until.IsZero() {
		waiting.until = r.Clock().Add(patience)
	}
	r.behind.set(key, awaited{refs: refs, until: waiting.until})
	log.FromContext(ctx).V(1).Info("The cache is behind", "object", lacking.String())
	return max(wait, untilWatched)
}

// isElsewhere reports whether an object is a PlatformRole that the cache has and that belongs to another catalog, for as long as it exists:
// anyone who holds roles over all organizations names it in those of every catalog.
func (r *Resolver) isElsewhere(ctx context.Context, ref model.Ref, catalog string) bool {
	if ref.Kind != model.KindPlatformRole {
		return false
	}
	role, err := lookup.PlatformRole(ctx, r.Objects, ref.Name)
	return err == nil && role != nil && role.Spec.CatalogRef.Name != catalog
}

// lacking returns an object of some that the API server has and the cache lacks; the zero reference if there is none. If the API server
// does not say, it returns how long to wait before it is asked again.
func (r *Resolver) lacking(ctx context.Context, refs []model.Ref) (model.Ref, time.Duration) {
	asking, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for _, ref := range refs {
		lacking, err := lookup.Behind(asking, r.Objects, r.Live, ref)
		if err != nil {
			log.FromContext(ctx).Error(err, "Cannot ask whether an unknown name is unknown to the API server too")
			return model.Ref{}, untilAnswered
		}
		if lacking != (model.Ref{}) {
			return lacking, 0
		}
	}
	return model.Ref{}, 0
}

// bundled returns references that stand for the same objects and more, if they are too many.
func bundled(refs []model.Ref) []model.Ref {
	if len(refs) <= mostAsked {
		return refs
	}
	var whole []model.Ref
	for _, ref := range refs {
		ref.Name = ""
		if len(whole) == 0 || whole[len(whole)-1] != ref {
			whole = append(whole, ref)
		}
	}
	return whole
}
