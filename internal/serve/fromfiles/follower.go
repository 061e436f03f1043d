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
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Options say what is followed, and who is told.
type Options struct {
	// Paths of files and folders. A stream, "-", is read once.
	Paths []string
	// Reader reads them.
	Reader *manifests.Reader
	// Wanted keeps only the organizations that it says yes to; nil keeps all.
	Wanted func(tenants.Key) bool
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what cannot be read, and what has no effect.
	Log logr.Logger
	// Reloaded is called for every reload with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
	// Poll is how often the files are looked at if nobody tells of a change.
	Poll time.Duration
}

// Follower keeps the tenants of a registry as the files say.
type Follower struct {
	options Options
	tenants map[tenants.Key]*served
	// seen is the print of the files as they were loaded last.
	seen fingerprint
}

type served struct {
	*tenants.Static

	digest string
	// user is the first one, for an example.
	user string
}

// New reads the files for the first time. It fails where there is nothing to serve.
func New(options Options) (*Follower, error) {
	f := &Follower{options: options, tenants: map[tenants.Key]*served{}, seen: fingerprintOf(options.Paths)}
	if err := f.load(); err != nil {
		return nil, err
	}
	options.Registry.Complete()
	return f, nil
}

// Run follows the files until the context ends.
func (f *Follower) Run(ctx context.Context) {
	if slices.Contains(f.options.Paths, manifests.Stdin) {
		<-ctx.Done()
		return
	}
	changes := watch(ctx, f.options.Paths, f.options.Poll, f.options.Log)
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			f.look()
		}
	}
}

// look loads the files if they are not as they were.
func (f *Follower) look() {
	now := fingerprintOf(f.options.Paths)
	if now == f.seen {
		f.confirm()
		return
	}
	f.seen = now
	err := f.load()
	if err != nil {
		f.options.Log.Error(err, "Refused the change of the manifests; still serving what was read before")
		for _, tenant := range f.tenants {
			tenant.Refuse(err)
		}
	}
	if f.options.Reloaded != nil {
		f.options.Reloaded(err == nil)
	}
}

// confirm notes that the files are still those that were taken.
func (f *Follower) confirm() {
	for _, tenant := range f.tenants {
		if tenant.Refusal() == nil {
			tenant.MarkFresh(time.Now())
		}
	}
}

// load reads the files, and makes what they say count. Nothing changes if it fails.
func (f *Follower) load() error {
	found, err := load(f.options.Reader, f.options.Paths, time.Now())
	if err != nil {
		return err
	}
	indexes := make([]*engine.Index, len(found.organizations))
	for i, o := range found.organizations {
		if before, known := f.tenants[o.key]; known && before.digest == o.digest || !f.wanted(o.key) {
			continue
		}
		if indexes[i], err = engine.NewIndex(o.document); err != nil {
			return fmt.Errorf("organization %s: %w", o.key, err)
		}
	}
	if len(f.tenants) == 0 && !slices.ContainsFunc(found.organizations, func(o organization) bool { return f.wanted(o.key) }) {
		return errors.New("none of the organizations in the manifests is the one to serve: there are " + names(found.organizations))
	}
	f.tell(found)
	for i, o := range found.organizations {
		f.take(o, indexes[i])
	}
	f.remove(found)
	return nil
}

// take makes an organization's index count; nil is the one that it has.
func (f *Follower) take(o organization, index *engine.Index) {
	before, known := f.tenants[o.key]
	switch {
	case index == nil && known:
		before.MarkFresh(time.Now())
	case index == nil:
	case known:
		before.SetIndex(index, time.Now())
		before.digest = o.digest
		f.options.Log.Info("Reloaded", "organization", o.key.String(), "revision", before.Revision())
	default:
		tenant := &served{Static: tenants.NewStatic(o.key, index, time.Now()), digest: o.digest}
		f.tenants[o.key] = tenant
		if len(o.document.Users) > 0 {
			tenant.user = slices.Min(slices.Collect(maps.Keys(o.document.Users)))
		}
		f.options.Registry.Put(tenant)
		f.options.Log.Info("Serving", "organization", o.key.String(), "users", len(o.document.Users))
	}
}

// remove takes out the organizations that the manifests hold no more. One whose catalog is missing stays as it was.
func (f *Follower) remove(found *loaded) {
	for key, tenant := range f.tenants {
		switch {
		case slices.Contains(found.unresolved, key):
			tenant.Refuse(errors.New("its catalog is missing"))
		case !slices.ContainsFunc(found.organizations, func(o organization) bool { return o.key == key }):
			delete(f.tenants, key)
			f.options.Registry.Remove(key)
			f.options.Log.Info("No longer serving: the manifests do not contain it", "organization", key.String())
		}
	}
}

// tell says what counts for nothing.
func (f *Follower) tell(found *loaded) {
	if len(found.findings) > 0 {
		f.options.Log.Info("The manifests have errors; what is wrong has no effect", "findings", "\n"+lines(found.findings))
	}
}

func (f *Follower) wanted(key tenants.Key) bool {
	return f.options.Wanted == nil || f.options.Wanted(key)
}

func names(organizations []organization) string {
	list := make([]string, len(organizations))
	for i, o := range organizations {
		list[i] = o.key.String()
	}
	return strings.Join(list, ", ")
}

// Example is a request that is answered yes, and the organization that it is about, the first of each; the request is nil if
// there is none.
func (f *Follower) Example() (namespace, organization string, request *access.Request) {
	for _, key := range slices.SortedFunc(maps.Keys(f.tenants), tenants.Key.Compare) {
		tenant := f.tenants[key]
		r := &access.Request{
			Subject:  access.Subject{Type: access.SubjectTypeUser, ID: tenant.user},
			Resource: access.Resource{Type: "thing", ID: "1"},
		}
		for name := range tenant.Index().WhatCan(r, "") {
			r.Action.Name = name
			return key.Namespace, key.Organization, r
		}
	}
	return "", "", nil
}
