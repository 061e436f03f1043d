// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Resolver resolves what a cluster holds one time after another. An organization costs what has changed of it: one of which nothing has
// is not resolved again. What it returns is what Resolve does. Its zero value is ready; it is for one goroutine.
type Resolver struct {
	organizations map[types.NamespacedName]*follower
	elsewhere     *model.Elsewhere
}

// follower is what the next resolution of an organization is made from.
type follower struct {
	input   *intake.Input
	last    Organization
	indexes engine.Follower
	// seen is set if the organization is among the objects of the latest input.
	seen bool
}

// Resolve resolves the organizations of an input.
func (r *Resolver) Resolve(in *Input) *Resolved {
	if r.organizations == nil {
		r.organizations = map[types.NamespacedName]*follower{}
	}
	if elsewhere := intake.Elsewhere(&in.Objects); r.elsewhere == nil || !r.elsewhere.Equal(elsewhere) {
		r.elsewhere = elsewhere
	}
	resolved := &Resolved{in: in}
	for key, members := range intake.Organizations(&in.Objects) {
		f := r.organizations[key]
		if f == nil {
			f = &follower{}
			r.organizations[key] = f
		}
		f.seen = true
		f.resolve(key, members, r.elsewhere)
		resolved.Organizations = append(resolved.Organizations, f.last)
	}
	for key, f := range r.organizations {
		if !f.seen {
			delete(r.organizations, key)
		}
		f.seen = false
	}
	return resolved
}

// resolve resolves an organization as far as its objects, or what it was told of others, have changed.
func (f *follower) resolve(key types.NamespacedName, members *intake.Members, elsewhere *model.Elsewhere) {
	input, changed := intake.Read(f.input, key.Namespace, key.Name, members)
	previous := f.last.Resolution
	told := previous != nil && f.last.elsewhere == elsewhere
	if told && changed.IsEmpty() {
		f.last.Members = members
		return
	}
	if !told && f.last.World != nil && f.last.World.Elsewhere.Asked() {
		changed = model.Everything()
	}
	if !told || !changed.OnlyUsers() {
		input.World = f.tell(input.World, elsewhere, told && !changed.IsEverything())
	}
	resolution, differs := resolve.Update(previous, input.World, changed, intake.Assignments(members.Assignments))
	next := Organization{World: input.World, Members: members, Resolution: resolution, elsewhere: elsewhere}
	if resolution != previous || f.last.index == nil {
		next.index = f.compile(resolution, differs)
	} else {
		next.index = f.last.index
	}
	f.input, f.last = input, next
}

// tell returns a world that is told what there is elsewhere. If something is kept of the previous resolution, it may depend on what that
// one asked, so both worlds are told by the same.
func (f *follower) tell(world *model.World, elsewhere *model.Elsewhere, kept bool) *model.World {
	next := *world
	next.Elsewhere = elsewhere.Unasked()
	if kept {
		next.Elsewhere = f.last.World.Elsewhere
	}
	return &next
}

// compile returns the index of a resolution that differs from the one before.
func (f *follower) compile(resolution *resolve.Resolution, differs model.Difference) *compiledIndex {
	next := &compiledIndex{}
	switch {
	case resolution.Document == nil:
		f.indexes = engine.Follower{}
	case !differs.OnlyUsers():
		next.index, next.err = f.indexes.Document(resolution.Document)
	default:
		next.index, next.err = f.indexes.Users(resolution.Document, differs.Users())
	}
	return next
}

// compiledIndex is the index of a document, or why none can be made of it.
type compiledIndex struct {
	index *engine.Index
	err   error
}
