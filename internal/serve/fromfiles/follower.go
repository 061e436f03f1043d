// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/filewatch"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options say what is followed, and where it goes.
type Options struct {
	// Paths of files and folders. A stream, "-", is read once.
	Paths []string
	// Reader reads them.
	Reader *manifests.Reader
	// Select returns which organizations to serve, of all in the manifests. An error refuses the manifests. Nil selects all.
	Select func(all []tenants.Key) ([]tenants.Key, error)
	// PlatformNamespace is the one in which platform documents are served, as the manager publishes them in its own; empty serves none.
	PlatformNamespace string
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what is added, removed and refused, and what has no effect.
	Log logr.Logger
	// Reloaded is called for every reload with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
}

// Follower keeps the organizations of a registry as manifests describe them.
type Follower struct {
	options Options
	served  map[tenants.Key]*served
	// states are those of the files that have settled; nil for a stream. observer shows if one still lasts.
	states   <-chan filewatch.Fingerprint
	observer *filewatch.Observer
	// loaded is the state that was loaded last.
	loaded filewatch.Fingerprint
}

// served is an organization in the registry.
type served struct {
	tenant *tenants.Static
	// digest is that of the document that the index was built from.
	digest string
	// user is the first user, for an example.
	user string
}

// New reads the files for the first time, once nothing changes them any more, and watches them until the context ends. It fails if
// there is nothing to serve.
func New(ctx context.Context, options Options) (*Follower, error) {
	f := &Follower{options: options, served: map[tenants.Key]*served{}}
	if slices.Contains(options.Paths, manifests.Stdin) {
		content, err := load(&options, time.Now())
		if err == nil {
			err = f.accept(content)
		}
		if err != nil {
			return nil, err
		}
		f.finishStart()
		return f, nil
	}
	f.observer, f.states = filewatch.NewObserver(options.Paths), filewatch.Watch(ctx, options.Paths, options.Log)
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case state := <-f.states:
			lasted, err := f.load(state)
			if err != nil {
				return nil, err
			}
			if lasted {
				f.finishStart()
				return f, nil
			}
		}
	}
}

// finishStart records that the first state is served. The root answers for its organization if there is no other; platform documents
// beside it do not count.
func (f *Follower) finishStart() {
	candidates := f.keys()
	if len(candidates) == 1 || len(candidates) > 1 && isOfPlatform(candidates[1]) && !isOfPlatform(candidates[0]) {
		f.options.Registry.FixRoot(candidates[0])
	}
	f.options.Registry.Complete()
}

// keys returns what is served, platform documents last.
func (f *Follower) keys() []tenants.Key {
	return slices.SortedFunc(maps.Keys(f.served), func(a, b tenants.Key) int {
		switch ofA, ofB := isOfPlatform(a), isOfPlatform(b); {
		case ofA == ofB:
			return a.Compare(b)
		case ofA:
			return 1
		}
		return -1
	})
}

func isOfPlatform(key tenants.Key) bool {
	_, is := document.PlatformCatalog(key.Organization)
	return is
}

// Run follows the files until the context ends.
func (f *Follower) Run(ctx context.Context) {
	filewatch.Follow(ctx, f.states, f.refresh)
}

// refresh loads the files if they have changed.
func (f *Follower) refresh(state filewatch.Fingerprint) {
	if state == f.loaded {
		f.markFresh()
		return
	}
	lasted, err := f.load(state)
	if !lasted {
		return
	}
	if err != nil {
		f.options.Log.Error(err, "Refused the change of the manifests; still serving what was read before")
		for _, served := range f.served {
			served.tenant.Refuse(err)
		}
	}
	if f.options.Reloaded != nil {
		f.options.Reloaded(err == nil)
	}
}

// load reads the files in a state that has settled, and serves what they describe. It reports whether the state lasted until they
// were read: if it did not, what was read may be of two states, and nothing changes. Nor does it if there is an error.
func (f *Follower) load(state filewatch.Fingerprint) (lasted bool, err error) {
	content, err := load(&f.options, time.Now())
	if f.observer.Look().Fingerprint != state {
		return false, nil
	}
	f.loaded = state
	if err != nil {
		return true, err
	}
	return true, f.accept(content)
}

// markFresh records that the files are still those that were accepted.
func (f *Follower) markFresh() {
	for _, served := range f.served {
		if served.tenant.Refusal() == nil {
			served.tenant.MarkFresh(time.Now())
		}
	}
}

// accept serves what the files describe. If it fails, nothing changes.
func (f *Follower) accept(content *content) error {
	organizations, err := f.selected(content)
	if err != nil {
		return err
	}
	if len(f.served) == 0 && len(organizations) == 0 {
		return errors.New("none of the organizations in the manifests is the one to serve: there are " + names(content.organizations))
	}
	indexes := make([]*engine.Index, len(organizations))
	for i, o := range organizations {
		if before := f.served[o.key]; before != nil && before.digest == o.digest {
			continue
		}
		index, err := engine.NewIndex(o.document)
		if err != nil {
			return fmt.Errorf("organization %s: %w", o.key, err)
		}
		indexes[i] = index
	}
	f.logFindings(content)
	for i, o := range organizations {
		f.serve(o, indexes[i])
	}
	f.removeMissing(content)
	return nil
}

// serve makes an organization be served by an index; nil stands for the one that it has.
func (f *Follower) serve(o organization, index *engine.Index) {
	before := f.served[o.key]
	switch {
	case index == nil:
		before.tenant.MarkFresh(time.Now())
	case before != nil:
		before.tenant.SetIndex(index, time.Now())
		before.digest = o.digest
		f.options.Log.Info("Reloaded", "organization", o.key.String(), "revision", before.tenant.Revision())
	default:
		added := &served{tenant: tenants.NewStatic(o.key, index, time.Now()), digest: o.digest}
		if len(o.document.Users) > 0 {
			added.user = slices.Min(slices.Collect(maps.Keys(o.document.Users)))
		}
		f.served[o.key] = added
		f.options.Registry.Put(added.tenant)
		f.options.Log.Info("Serving", "organization", o.key.String(), "users", len(o.document.Users))
	}
}

// removeMissing removes the organizations that the manifests no longer contain. One whose catalog is missing stays as it was.
func (f *Follower) removeMissing(content *content) {
	for key, served := range f.served {
		switch {
		case slices.Contains(content.unresolved, key):
			served.tenant.Refuse(errors.New("its catalog is missing"))
		case !slices.ContainsFunc(content.organizations, func(o organization) bool { return o.key == key }):
			delete(f.served, key)
			f.options.Registry.Remove(key)
			f.options.Log.Info("No longer serving: the manifests do not contain it", "organization", key.String())
		}
	}
}

func (f *Follower) logFindings(content *content) {
	if len(content.findings) > 0 {
		f.options.Log.Info("The manifests have errors; what is wrong has no effect", "findings", "\n"+lines(content.findings))
	}
}

// selected returns the organizations to serve.
func (f *Follower) selected(content *content) ([]organization, error) {
	if f.options.Select == nil {
		return content.organizations, nil
	}
	all := slices.Clone(content.unresolved)
	for _, o := range content.organizations {
		all = append(all, o.key)
	}
	slices.SortFunc(all, tenants.Key.Compare)
	keys, err := f.options.Select(all)
	return slices.DeleteFunc(slices.Clone(content.organizations), func(o organization) bool { return !slices.Contains(keys, o.key) }), err
}

func names(organizations []organization) string {
	list := make([]string, len(organizations))
	for i, o := range organizations {
		list[i] = o.key.String()
	}
	return strings.Join(list, ", ")
}

// Example returns a request that is allowed, and the organization that it is about, the first of each; the request is nil if
// there is none.
func (f *Follower) Example() (namespace, organization string, request *access.Request) {
	for _, key := range f.keys() {
		served := f.served[key]
		r := &access.Request{
			Subject:  access.Subject{Type: served.tenant.Index().SubjectType(), ID: served.user},
			Resource: access.Resource{Type: "thing", ID: "1"},
		}
		for name := range served.tenant.Index().WhatCan(r, "") {
			r.Action.Name = name
			return key.Namespace, key.Organization, r
		}
	}
	return "", "", nil
}
