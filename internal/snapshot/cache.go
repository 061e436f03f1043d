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
	input, changed := intake.Read(previous.input, key.Namespace, key.Name, objects)
	return c.build(ctx, previous, input, changed, key, objects, standing)
}

// BuildUsers is BuildContext where objects hold the assignments of some users alone, and those of others are as they were for the latest
// snapshot: it costs what these users cost. The snapshot is nil if it cannot be had so, because other objects differ too.
func (c *Cache) BuildUsers(
	ctx context.Context, key Key, objects *intake.Members, users []string, standing publish.Standing,
) (*Snapshot, error) {
	previous := c.get(key)
	if previous.resolution == nil || previous.resolution.Document == nil {
		return nil, nil
	}
	input, changed, same := previous.input.ReadUsers(users, objects)
	if !same {
		return nil, nil
	}
	return c.build(ctx, previous, input, changed, key, objects, standing)
}

// build builds a snapshot of an input that differs from that of the previous state.
func (c *Cache) build(
	ctx context.Context, previous *state, input *intake.Input, changed model.Difference, key Key, objects *intake.Members,
	standing publish.Standing,
) (*Snapshot, error) {
	next, err := previous.next(ctx, input, changed, objects, &c.options)
	if err != nil {
		return nil, err
	}
	next.latest = newSnapshot(key, objects, input, next.resolution)
	next.encode(next.latest, standing, &c.options)
	if !c.options.FullResolution {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.states[key] = next
	}
	return next.latest, nil
}

// Latest returns the latest snapshot that was built of an organization, nil if none is remembered.
func (c *Cache) Latest(key Key) *Snapshot { return c.get(key).latest }

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
	// latest is the snapshot of both.
	latest *Snapshot
	// encoded is the latest document that could be published, and pending the difference between it and that of the latest
	// resolution: a document that could not be published leaves both as they are.
	encoded *publish.Encoded
	pending model.Difference
}

func newState() *state { return &state{pending: model.Everything()} }

// next resolves what differs.
func (s *state) next(
	ctx context.Context, input *intake.Input, changed model.Difference, objects *intake.Members, options *CacheOptions,
) (*state, error) {
	resolution, differs, err := options.Budget.Follow(ctx, s.resolution, input.World, changed, intake.Assignments(objects.Assignments))
	if err != nil {
		return nil, err
	}
	return &state{input: input, resolution: resolution, encoded: s.encoded, pending: s.pending.Then(differs)}, nil
}

// encode encodes what differs from what was encoded.
func (s *state) encode(snapshot *Snapshot, standing publish.Standing, options *CacheOptions) {
	if s.resolution.Document != nil {
		limits := options.Limits.In(publish.Form(s.input.World.Organization.Form), standing)
		snapshot.Encoded, snapshot.EncodeError = limits.Update(s.encoded, s.resolution.DocumentWith(s.pending), s.pending)
	}
	if snapshot.Encoded != nil {
		s.encoded, s.pending = snapshot.Encoded, model.Difference{}
	}
}
