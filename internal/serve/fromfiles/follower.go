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
	"github.com/rolewright/rolewright/internal/serve/filewatch"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Options say what is followed, and where it goes.
type Options struct {
	// Paths of files and folders. A stream, "-", is read once.
	Paths []string
	// Reader reads them.
	Reader *manifests.Reader
	// Includes selects the organizations to serve; nil selects all.
	Includes func(tenants.Key) bool
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
	// fingerprint is that of the files when they were loaded last.
	fingerprint filewatch.Fingerprint
}

// served is an organization in the registry.
type served struct {
	tenant *tenants.Static
	// digest is that of the document that the index was built from.
	digest string
	// user is the first user, for an example.
	user string
}

// New reads the files for the first time. It fails if there is nothing to serve.
func New(options Options) (*Follower, error) {
	f := &Follower{options: options, served: map[tenants.Key]*served{}, fingerprint: filewatch.FingerprintOf(options.Paths)}
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
	changes := filewatch.Watch(ctx, f.options.Paths, f.options.Log)
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			f.refresh()
		}
	}
}

// refresh loads the files if they have changed.
func (f *Follower) refresh() {
	fingerprint := filewatch.FingerprintOf(f.options.Paths)
	if fingerprint == f.fingerprint {
		f.markFresh()
		return
	}
	f.fingerprint = fingerprint
	err := f.load()
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

// markFresh records that the files are still those that were accepted.
func (f *Follower) markFresh() {
	for _, served := range f.served {
		if served.tenant.Refusal() == nil {
			served.tenant.MarkFresh(time.Now())
		}
	}
}

// load reads the files and serves what they describe. If it fails, nothing changes.
func (f *Follower) load() error {
	content, err := load(f.options.Reader, f.options.Paths, time.Now())
	if err != nil {
		return err
	}
	organizations := slices.DeleteFunc(slices.Clone(content.organizations), func(o organization) bool { return !f.includes(o.key) })
	if len(f.served) == 0 && len(organizations) == 0 {
		return errors.New("none of the organizations in the manifests is the one to serve: there are " + names(content.organizations))
	}
	indexes := make([]*engine.Index, len(organizations))
	for i, o := range organizations {
		if before := f.served[o.key]; before != nil && before.digest == o.digest {
			continue
		}
		if indexes[i], err = engine.NewIndex(o.document); err != nil {
			return fmt.Errorf("organization %s: %w", o.key, err)
		}
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

func (f *Follower) includes(key tenants.Key) bool {
	return f.options.Includes == nil || f.options.Includes(key)
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
	for _, key := range slices.SortedFunc(maps.Keys(f.served), tenants.Key.Compare) {
		served := f.served[key]
		r := &access.Request{
			Subject:  access.Subject{Type: access.SubjectTypeUser, ID: served.user},
			Resource: access.Resource{Type: "thing", ID: "1"},
		}
		for name := range served.tenant.Index().WhatCan(r, "") {
			r.Action.Name = name
			return key.Namespace, key.Organization, r
		}
	}
	return "", "", nil
}
