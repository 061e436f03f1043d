// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	decision "github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// organizations lets one write of an organization be judged at a time. The zero value is ready.
type organizations struct {
	mutex sync.Mutex
	known map[snapshot.Key]*organization
}

// organization is one that is being written.
type organization struct {
	// turn holds a value while nobody is judging.
	turn chan struct{}
	all  *organizations
	key  snapshot.Key
	// interested counts those that are judging, or wait for their turn.
	interested int
	// pending is the latest write that was allowed, until the cache shows what became of it.
	pending *pending
}

// pending is a write that was allowed. The API server may not have made it: another of its checks may refuse it.
type pending struct {
	write *decision.Write
	since time.Time
}

// enter waits for the turn to judge writes of an organization. The error is that of the context.
func (o *organizations) enter(ctx context.Context, key snapshot.Key) (*organization, error) {
	one := o.interest(key)
	select {
	case <-one.turn:
		return one, nil
	case <-ctx.Done():
		o.lose(one)
		return nil, ctx.Err()
	}
}

func (o *organizations) interest(key snapshot.Key) *organization {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	one := o.known[key]
	if one == nil {
		one = &organization{turn: make(chan struct{}, 1), all: o, key: key}
		one.turn <- struct{}{}
		if o.known == nil {
			o.known = map[snapshot.Key]*organization{}
		}
		o.known[key] = one
	}
	one.interested++
	return one
}

// lose ends the interest in an organization. One without a pending write is forgotten with the last.
func (o *organizations) lose(one *organization) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	one.interested--
	if one.interested == 0 && one.pending == nil {
		delete(o.known, one.key)
	}
}

// leave ends the turn.
func (o *organization) leave() {
	o.turn <- struct{}{}
	o.all.lose(o)
}

// admitted notes a write that is allowed. It must be the caller's turn.
func (o *organization) admitted(write *decision.Write, now time.Time) {
	o.all.mutex.Lock()
	defer o.all.mutex.Unlock()
	o.pending = &pending{write: write, since: now}
}

// settled drops the pending write. It must be the caller's turn.
func (o *organization) settled() {
	o.all.mutex.Lock()
	defer o.all.mutex.Unlock()
	o.pending = nil
}

// ref is the object of the write, for a message.
func (p *pending) ref() model.Ref { return p.write.Ref() }

// isSettled reports whether the cache, which holds an object or nil, shows what became of the write. The API server makes it only
// upon the object that it was judged for: if that has changed or is gone, the write is made or will never be.
func (p *pending) isSettled(cached client.Object) bool {
	before := p.write.Before
	switch {
	case before == nil:
		return cached != nil
	case cached == nil || cached.GetUID() != before.GetUID():
		return true
	}
	return lookup.IsNewer(cached.GetResourceVersion(), before.GetResourceVersion())
}
