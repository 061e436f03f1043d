// SPDX-License-Identifier: Apache-2.0

package tenants_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var now = time.Unix(1e9, 0)

func static(namespace, organization string) *tenants.Static {
	return tenants.NewStatic(tenants.Key{Namespace: namespace, Organization: organization}, &engine.Index{}, now)
}

// unready is an organization of which nothing has been read.
func unready(namespace, organization string) *tenants.SourceBacked {
	return tenants.NewSourceBacked(tenants.Key{Namespace: namespace, Organization: organization}, permissions.NewSource())
}

func TestRegistryFindsOrganizations(t *testing.T) {
	r := tenants.NewRegistry()
	acme := static("shop", "acme")
	r.Put(acme)
	if got, found := r.Tenant("shop", "acme"); !found || got != acme {
		t.Error("the only organization is not found")
	}
	r.Put(static("shop", "ajax"))
	r.Put(static("north", "zeta"))
	if got := fmt.Sprint(r.Keys()); got != "[north/zeta shop/acme shop/ajax]" {
		t.Errorf("the keys are %s", got)
	}
	for _, wrong := range [][2]string{{"north", "acme"}, {"shop", "zeta"}, {"", ""}} {
		if _, found := r.Tenant(wrong[0], wrong[1]); found {
			t.Errorf("there is an organization %v", wrong)
		}
	}
	replaced := static("shop", "acme")
	r.Put(replaced)
	if got, found := r.Tenant("shop", "acme"); !found || got != replaced {
		t.Error("an organization was not replaced")
	}
}

// TestRootStays: what the root answers for does not depend on which organizations come and go.
func TestRootStays(t *testing.T) {
	acme, other := tenants.Key{Namespace: "shop", Organization: "acme"}, tenants.Key{Namespace: "shop", Organization: "ajax"}
	r := tenants.NewRegistry()
	expect := func(name string, want authzen.Tenant, key tenants.Key) {
		t.Helper()
		namespace, organization, root := r.Root()
		if root != want || (tenants.Key{Namespace: namespace, Organization: organization}) != key {
			t.Errorf("%s: the root answers for %s/%s, %v", name, namespace, organization, root)
		}
	}
	expect("empty", nil, tenants.Key{})
	r.Put(static("shop", "ajax"))
	r.Complete()
	expect("one, and none is fixed", nil, tenants.Key{})
	r.FixRoot(acme)
	expect("not there yet", nil, acme)
	first := static("shop", "acme")
	r.Put(first)
	expect("there", first, acme)
	r.Remove(other)
	expect("alone", first, acme)
	r.Put(static("shop", "ajax"))
	r.Remove(acme)
	expect("deleted, and another is alone", nil, acme)
	again := static("shop", "acme")
	r.Put(again)
	expect("created again", again, acme)
}

// TestRegistryIsReady once it is complete, and while one organization at least is ready.
func TestRegistryIsReady(t *testing.T) {
	r := tenants.NewRegistry()
	r.Put(static("shop", "acme"))
	if r.Ready() == nil {
		t.Error("ready before it is complete")
	}
	r.Complete()
	if err := r.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}
	r.Put(unready("a", "first"))
	r.Put(unready("z", "last"))
	if err := r.Ready(); err != nil {
		t.Errorf("two organizations that are not ready take the service away from the third: %v", err)
	}
	r.Remove(tenants.Key{Namespace: "shop", Organization: "acme"})
	if err := r.Ready(); err == nil || err.Error() != "organization a/first: no published permissions have been read yet" {
		t.Errorf("without a ready organization: %v", err)
	}
	r.Remove(tenants.Key{Namespace: "a", Organization: "first"})
	r.Remove(tenants.Key{Namespace: "z", Organization: "last"})
	if err := r.Ready(); err != nil {
		t.Errorf("without organizations: %v", err)
	}
}

func TestStaticCountsRevisions(t *testing.T) {
	s := static("shop", "acme")
	if s.Revision() != 1 || s.Ready() != nil || !s.FreshAt().Equal(now) || s.Refusal() != nil {
		t.Errorf("at first: revision %d, %v, %v", s.Revision(), s.FreshAt(), s.Refusal())
	}
	s.Refuse(errors.New("broken"))
	if s.Refusal() == nil || s.Revision() != 1 || !s.FreshAt().Equal(now) {
		t.Error("a refusal is not kept, or changes what is served")
	}
	next, later := &engine.Index{}, now.Add(time.Minute)
	s.SetIndex(next, later)
	if s.Revision() != 2 || s.Index() != next || !s.FreshAt().Equal(later) || s.Refusal() != nil {
		t.Errorf("after a change: revision %d, %v, %v", s.Revision(), s.FreshAt(), s.Refusal())
	}
}

// TestReloadLog: each change is logged and counted once.
func TestReloadLog(t *testing.T) {
	failed := func() error { return errors.New("no connection") }
	refused := func() error { return errors.New("damaged") }
	state := func(uid string, revision int64, refusal, err error) *permissions.State {
		return &permissions.State{UID: uid, Revision: revision, Refusal: refusal, Err: err, Counts: document.Counts{Users: 3}}
	}
	for name, test := range map[string]struct {
		before, now *permissions.State
		logged      []string
		counted     []bool
	}{
		"nothing yet":    {state("", 0, nil, nil), state("", 0, nil, nil), nil, nil},
		"the first":      {state("", 0, nil, nil), state("1", 4, nil, nil), []string{"Serving"}, []bool{true}},
		"nothing new":    {state("1", 4, nil, nil), state("1", 4, nil, nil), nil, nil},
		"a revision":     {state("1", 4, nil, nil), state("1", 5, nil, nil), []string{"Reloaded"}, []bool{true}},
		"another uid":    {state("1", 4, nil, nil), state("2", 4, nil, nil), []string{"Reloaded"}, []bool{true}},
		"a refusal":      {state("1", 4, nil, nil), state("1", 4, refused(), nil), []string{"Refused what is published"}, []bool{false}},
		"the same again": {state("1", 4, refused(), nil), state("1", 4, refused(), nil), nil, nil},
		"another one":    {state("1", 4, failed(), nil), state("1", 4, refused(), nil), []string{"Refused what is published"}, []bool{false}},
		"no longer":      {state("1", 4, refused(), nil), state("1", 4, nil, nil), nil, nil},
		"an error":       {state("1", 4, nil, nil), state("1", 4, nil, failed()), []string{"Cannot read what is published"}, nil},
		"the same error": {state("1", 4, nil, failed()), state("1", 4, nil, failed()), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var logged []string
			var counted []bool
			l := &tenants.ReloadLog{
				Log:      funcr.NewJSON(func(line string) { logged = append(logged, line) }, funcr.Options{}),
				Reloaded: func(accepted bool) { counted = append(counted, accepted) },
			}
			l.Record(tenants.Key{Namespace: "shop", Organization: "acme"}, test.before, test.now)
			if !slices.EqualFunc(logged, test.logged, contains) || !slices.Equal(counted, test.counted) {
				t.Errorf("logged %q, counted %v; want %q, %v", logged, counted, test.logged, test.counted)
			}
			(&tenants.ReloadLog{Log: l.Log}).Record(tenants.Key{}, test.before, test.now)
		})
	}
}

func contains(line, text string) bool { return strings.Contains(line, text) }
