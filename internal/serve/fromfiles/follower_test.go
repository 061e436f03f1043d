// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/filewatch"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// timeout bounds waiting for what is certain to happen.
const timeout = time.Minute

// shop is an organization in which ann may view orders everywhere; denied takes that from her again.
const (
	shop = `apiVersion: rolewright.dev/v1alpha1
kind: PermissionCatalog
metadata: {name: shop}
spec:
  sections: [{name: orders}]
  permissions: [{name: orders.view, section: orders}]
---
apiVersion: rolewright.dev/v1alpha1
kind: Organization
metadata: {name: shop, namespace: shop}
spec: {catalogRef: {name: shop}}
---
apiVersion: rolewright.dev/v1alpha1
kind: Role
metadata: {name: viewer, namespace: shop}
spec:
  organizationRef: {name: shop}
  rules: [{permissions: [orders.view]}]
---
apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: ann, namespace: shop}
spec:
  organizationRef: {name: shop}
  user: ann
  grants: [{name: viewer, roleRef: {name: viewer}, scope: {everywhere: true}}]
`
	denied = "  overrides: [{name: none, permission: orders.view, effect: Deny}]\n"
)

// start follows a folder with one file, shop.yaml.
func start(t *testing.T, text string) (f *Follower, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "shop.yaml")
	overwrite(t, file, text)
	f, err := New(t.Context(), Options{
		Paths: []string{filepath.Dir(file)}, Reader: &manifests.Reader{}, Registry: tenants.NewRegistry(), Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, file
}

func overwrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// allows reports whether ann may view orders.
func allows(t *testing.T, f *Follower) bool {
	t.Helper()
	return f.served[tenants.Key{Namespace: "shop", Organization: "shop"}].tenant.Index().Check(&access.Request{
		Subject: access.Subject{Type: "user", ID: "ann"}, Action: access.Action{Name: "orders.view"},
	})
}

// TestOnlyStatesThatLast: what was read counts only if the files still are as they were when they had settled.
func TestOnlyStatesThatLast(t *testing.T) {
	f, file := start(t, shop+denied)
	settled := f.loaded
	// The file is half written while it is read: the state that settled is over.
	overwrite(t, file, shop)
	if lasted, err := f.load(settled); lasted || err != nil {
		t.Errorf("loading another state than the settled one: lasted %t, error %v", lasted, err)
	}
	if allows(t, f) {
		t.Error("half a file took effect")
	}
	// Nor does a half that cannot be read refuse anything.
	overwrite(t, file, shop[:len(shop)-30])
	f.refresh(filewatch.Fingerprint{1})
	if err := f.served[tenants.Key{Namespace: "shop", Organization: "shop"}].tenant.Refusal(); err != nil {
		t.Errorf("half a file was refused: %v", err)
	}
}

// TestFollows: a change takes effect once it has settled, also if size and time of the file stay the same, and what cannot be
// read changes nothing.
func TestFollows(t *testing.T) {
	f, file := start(t, shop)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reloads := make(chan bool)
	f.options.Reloaded = func(accepted bool) { reloads <- accepted }
	go f.Run(ctx)
	next := func() bool {
		t.Helper()
		select {
		case accepted := <-reloads:
			return accepted
		case <-time.After(timeout):
			t.Fatal("the change was not noticed")
			return false
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	// The role grants another permission, which does not exist: of the same length.
	changed := strings.Replace(shop, "rules: [{permissions: [orders.view]}]", "rules: [{permissions: [orders.edit]}]", 1)
	if err := errors.Join(os.WriteFile(file, []byte(changed), 0o600), os.Chtimes(file, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	if !next() || allows(t, f) {
		t.Error("a change that keeps size and time of the file has no effect")
	}
	overwrite(t, file, "kind: [")
	if next() || allows(t, f) {
		t.Error("what cannot be read was accepted")
	}
	overwrite(t, file, shop)
	if !next() || !allows(t, f) {
		t.Error("after the mistake, the manifests have no effect")
	}
}

// platform is what a platform gives without any organization: pat may open shops.
const platform = `apiVersion: rolewright.dev/v1alpha1
kind: PermissionCatalog
metadata: {name: shop}
spec:
  sections: [{name: shops}]
  permissions: [{name: shops.open, section: shops, level: Platform}]
---
apiVersion: rolewright.dev/v1alpha1
kind: PlatformRole
metadata: {name: operator}
spec:
  catalogRef: {name: shop}
  assignableScope: Platform
  rules: [{permissions: [shops.open]}]
---
apiVersion: rolewright.dev/v1alpha1
kind: PlatformAssignment
metadata: {name: pat}
spec:
  user: pat
  grants: [{name: operator, roleRef: {name: operator}, organizations: {all: true}}]
`

// TestThePlatformIsServed: without an organization, and beside one, which the root still answers for.
func TestThePlatformIsServed(t *testing.T) {
	key := tenants.Key{Namespace: "system", Organization: "platform.shop"}
	const organization = "---\napiVersion: rolewright.dev/v1alpha1\nkind: Organization\nmetadata: {name: shop, namespace: shop}\nspec: {catalogRef: {name: shop}}\n"
	for name, test := range map[string]struct {
		text, root string
		served     int
	}{
		"alone":                   {platform, "system/platform.shop", 1},
		"beside an organization":  {platform + organization, "shop/shop", 2},
		"beside two of them":      {platform + organization + strings.ReplaceAll(organization, "{name: shop, namespace: shop}", "{name: other, namespace: shop}"), "/", 3},
		"beside another platform": {platform + "---\n" + strings.Split(strings.ReplaceAll(platform, "{name: shop}", "{name: bank}"), "---\n")[0], "/", 2},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "platform.yaml")
			overwrite(t, file, test.text)
			registry := tenants.NewRegistry()
			f, err := New(t.Context(), Options{
				Paths: []string{file}, Reader: &manifests.Reader{}, Registry: registry, Log: logr.Discard(), PlatformNamespace: "system",
			})
			if err != nil {
				t.Fatal(err)
			}
			served, found := registry.Get(key)
			if !found || len(registry.Keys()) != test.served {
				t.Fatalf("served are %v", registry.Keys())
			}
			request := &access.Request{Subject: access.Subject{Type: "user", ID: "pat"}, Action: access.Action{Name: "shops.open"}}
			if !served.Index().Check(request) {
				t.Error("pat may not open shops")
			}
			if namespace, root, _ := registry.Root(); namespace+"/"+root != test.root {
				t.Errorf("the root answers for %s/%s", namespace, root)
			}
			if namespace, _, example := f.Example(); example == nil || namespace != "system" && test.served == 1 {
				t.Errorf("the example is of %q: %v", namespace, example)
			}
		})
	}
}

// TestNothingToServe: without an organization there is nothing to follow.
func TestNothingToServe(t *testing.T) {
	catalog, others, _ := strings.Cut(shop, "---\n")
	for name, test := range map[string]struct{ text, want string }{
		"no organization":      {catalog, "no Organization in these manifests"},
		"unreadable":           {"kind: [", "did not find expected"},
		"no catalog":           {others, "no organization can be resolved"},
		"would be refused":     {shop + "  colour: red\n", "would reject the manifests"},
		"several are to serve": {shop, "several are named shop"},
		"another is to serve":  {shop, "none of the organizations in the manifests is the one to serve: there are shop/shop"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "shop.yaml")
			overwrite(t, file, test.text)
			_, err := New(t.Context(), Options{
				Paths: []string{file}, Reader: &manifests.Reader{}, Registry: tenants.NewRegistry(), Log: logr.Discard(),
				Select: func(all []tenants.Key) ([]tenants.Key, error) {
					switch name {
					case "another is to serve":
						return nil, nil
					case "several are to serve":
						return nil, errors.New("several are named shop")
					}
					return all, nil
				},
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one with %q", err, test.want)
			}
		})
	}
}
