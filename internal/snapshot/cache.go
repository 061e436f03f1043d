// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"sync"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Build builds the snapshot of one organization from its objects and nothing else.
func Build(key Key, objects *intake.Members) *Snapshot {
	return NewCache(CacheOptions{FullResolution: true}).Build(key, objects)
}

// CacheOptions are what may be chosen about a Cache. The zero value suits a manager.
type CacheOptions struct {
	// FullResolution turns the cache off: every snapshot is built from scratch.
	FullResolution bool
	// Limits bound what is published; the zero value stands for publish.DefaultLimits.
	Limits publish.Limits
	// Budget bounds the work of a resolution; 0 stands for resolve.DefaultBudget.
	Budget resolve.Budget
}

// Cache builds the snapshots of organizations, each from what it remembers of the previous snapshot of the same organization
// and from what has changed since. The result is that of Build. It is safe for concurrent use, but several goroutines must
// not build snapshots of one organization at the same time.
type Cache struct {
	options CacheOptions

	mutex  sync.Mutex
	states map[Key]*state
}

// NewCache returns an empty cache.
func NewCache(options CacheOptions) *Cache {
	if options.Limits == (publish.Limits{}) {
		options.Limits = publish.DefaultLimits()
	}
	if options.Budget == 0 {
		options.Budget = resolve.DefaultBudget
	}
	return &Cache{options: options, states: map[Key]*state{}}
}

// Build builds the snapshot of an organization from its objects.
func (c *Cache) Build(key Key, objects *intake.Members) *Snapshot {
	snapshot, _ := c.BuildContext(context.Background(), key, objects, publish.Standing{})
	return snapshot
}

// BuildContext is Build until a context ends, of an organization of which something is published. The error is that of the context.
func (c *Cache) BuildContext(ctx context.Context, key Key, objects *intake.Members, standing publish.Standing) (*Snapshot, error) {
	previous := c.get(key)
	if c.options.FullResolution {
		previous = newState()
	}
	next, snapshot, err := previous.next(ctx, key, objects, standing, &c.options)
	if err != nil {
		return nil, err
	}
	if !c.options.FullResolution {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.states[key] = next
	}
	return snapshot, nil
}

func (c *Cache) get(key Key) *state {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if remembered := c.states[key]; remembered != nil {
		return remembered
	}
	return newState()
}

// Forget drops what is remembered of an organization.
func (c *Cache) Forget(key Key) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.states, key)
}

// state is what the next snapshot of an organization is built from. It never changes.
type state struct {
	input      *intake.Input
	resolution *resolve.Resolution
	// encoded is the latest document that could be published, and pending the difference between it and that of the latest
	// resolution: a document that could not be published leaves both as they are.
	encoded *publish.Encoded
	pending model.Difference
}

func newState() *state { return &state{pending: model.Everything()} }

// next builds a snapshot: it reads the objects, resolves what differs, and encodes what differs from what was encoded.
func (s *state) next(
	ctx context.Context, key Key, objects *intake.Members, standing publish.Standing, options *CacheOptions,
) (*state, *Snapshot, error) {
	next := &state{encoded: s.encoded}
	input, changed := intake.Read(s.input, key.Namespace, key.Name, objects)
	resolution, differs, err := options.Budget.Update(ctx, s.resolution, input.World, changed, intake.Assignments(objects.Assignments))
	if err != nil {
		return nil, nil, err
	}
	next.input, next.resolution, next.pending = input, resolution, s.pending.Then(differs)
	snapshot := newSnapshot(key, objects, input, resolution)
	if resolution.Document != nil {
		limits := options.Limits.In(publish.Form(input.World.Organization.Form), standing)
		snapshot.Encoded, snapshot.EncodeError = limits.Update(s.encoded, resolution.Document, next.pending)
	}
	if snapshot.Encoded != nil {
		next.encoded, next.pending = snapshot.Encoded, model.Difference{}
	}
	return next, snapshot, nil
}
