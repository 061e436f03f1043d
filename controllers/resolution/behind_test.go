// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// apiServer stands for the API server. It counts what is asked, and does not answer while it is away.
type apiServer struct {
	client.Client
	asked int
	err   error
}

func (a *apiServer) Get(ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption) error {
	a.asked++
	if a.err != nil {
		return a.err
	}
	return a.Client.Get(ctx, key, into, options...)
}

func (a *apiServer) List(ctx context.Context, into client.ObjectList, options ...client.ListOption) error {
	a.asked++
	if a.err != nil {
		return a.err
	}
	return a.Client.List(ctx, into, options...)
}

func emptyClient(t *testing.T) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return fake.NewClientBuilder().WithScheme(scheme).Build()
}

// shop resolves to an organization in which a user holds a role that does not exist, or none if the role is empty.
func shop(roles ...string) *intake.Members {
	assignment := &v1alpha1.UserAssignment{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "vera"}}
	assignment.Spec.User, assignment.Spec.OrganizationRef.Name = "vera", "shop"
	for _, role := range roles {
		assignment.Spec.Grants = append(assignment.Spec.Grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(role), RoleRef: v1alpha1.RoleReference{Name: role}, Scope: &v1alpha1.Scope{Everywhere: new(true)},
		})
	}
	return &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "shop"}},
		Catalog:      &v1alpha1.PermissionCatalog{}, Assignments: []*v1alpha1.UserAssignment{assignment},
	}
}

// TestUnknownNamesAreConfirmed: a resolution that finds a role to be unknown waits until the API server has said whether it is.
func TestUnknownNamesAreConfirmed(t *testing.T) {
	key := snapshot.Key{Namespace: "n", Name: "shop"}
	cache, server := emptyClient(t), &apiServer{Client: emptyClient(t)}
	now := time.Unix(1000, 0)
	r := &Resolver{Objects: cache, Live: server, Store: snapshot.NewStore(), Clock: func() time.Time { return now }}
	of := func(roles ...string) *snapshot.Snapshot { return snapshot.Build(key, shop(roles...)) }
	expect := func(what string, got, want time.Duration, asked int) {
		t.Helper()
		if got != want || server.asked != asked {
			t.Errorf("%s: it waits for %s, and has asked %d times; want %s and %d times", what, got, server.asked, want, asked)
		}
		server.asked = 0
	}
	confirmed := func(s *snapshot.Snapshot) time.Duration { return r.untilConfirmed(t.Context(), key, s.Resolution) }
	seen := func() time.Duration { return r.untilSeen(t.Context(), key) }

	r.Store.Put(of())
	expect("nothing is unknown", confirmed(of()), 0, 0)
	expect("the API server does not know the role either", confirmed(of("ghost")), 0, 1)
	r.Store.Put(of("ghost"))
	expect("that is known already", confirmed(of("ghost")), 0, 0)

	role := &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "guest"}}
	if err := server.Create(t.Context(), role.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	expect("the API server knows the role", confirmed(of("ghost", "guest")), untilWatched, 1)
	expect("the cache does not have it yet", seen(), untilWatched, 1)
	if err := cache.Create(t.Context(), role.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	expect("the cache has it", seen(), 0, 1)
	expect("nothing is awaited any more", seen(), 0, 0)

	if err := cache.Delete(t.Context(), role.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	expect("the cache is behind again", confirmed(of("guest")), untilWatched, 1)
	now = now.Add(patience - time.Millisecond)
	expect("for long", seen(), untilWatched, 1)
	server.err = errors.New("the API server is away")
	expect("the API server is away", seen(), untilAnswered, 1)
	now = now.Add(patience - time.Millisecond)
	server.err = nil
	expect("its watches begin again", seen(), untilWatched, 1)
	now = now.Add(time.Millisecond)
	expect("for too long", seen(), 0, 1)
	expect("it is resolved without", seen(), 0, 0)
	expect("it is not asked for once more", confirmed(of("guest")), 0, 0)
	expect("what is unknown later is", confirmed(of("guest")), untilWatched, 1)
	if err := server.Delete(t.Context(), role.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	expect("the role is gone", seen(), 0, 1)

	server.err = errors.New("the API server is away")
	expect("whether a role exists is not known", confirmed(of("third")), untilAnswered, 1)
}

// TestRolesOfOtherCatalogsAreNotAskedFor: a user who holds roles over all organizations names them in organizations of every catalog.
func TestRolesOfOtherCatalogsAreNotAskedFor(t *testing.T) {
	key := snapshot.Key{Namespace: "n", Name: "shop"}
	cache, server := emptyClient(t), &apiServer{Client: emptyClient(t)}
	r := &Resolver{Objects: cache, Live: server, Store: snapshot.NewStore(), Clock: time.Now}
	members := shop()
	members.Catalog.Name = "orders"
	members.Organization.Spec.CatalogRef.Name = "orders"
	for _, catalog := range []string{"orders", "billing"} {
		role := &v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: "auditor-" + catalog}}
		role.Spec.CatalogRef.Name = catalog
		if err := cache.Create(t.Context(), role); err != nil {
			t.Fatal(err)
		}
		assignment := v1alpha1.PlatformAssignment{ObjectMeta: metav1.ObjectMeta{Name: catalog}}
		assignment.Spec.User = "petra"
		assignment.Spec.Grants = []v1alpha1.PlatformGrant{{
			Name: "audit", RoleRef: v1alpha1.PlatformRoleReference{Name: role.Name}, Organizations: &v1alpha1.OrganizationSelector{All: new(true)},
		}}
		members.PlatformAssignments = append(members.PlatformAssignments, assignment)
	}
	resolved := snapshot.Build(key, members)
	if wait := r.untilConfirmed(t.Context(), key, resolved.Resolution); wait != 0 || server.asked != 1 {
		t.Errorf("it waits for %s, and has asked %d times; want not to wait, and to ask once: for the role of its own catalog", wait, server.asked)
	}
}

// TestManyUnknownNamesAreAskedForAtOnce bounds what a resolution asks the API server.
func TestManyUnknownNamesAreAskedForAtOnce(t *testing.T) {
	var refs []model.Ref
	for _, kind := range []string{model.KindStructure, model.KindRole} {
		for i := range mostAsked {
			refs = append(refs, model.Ref{Kind: kind, Namespace: "n", Name: string(rune('a' + i))})
		}
	}
	if few := bundled(refs[:mostAsked]); len(few) != mostAsked {
		t.Errorf("%d objects are asked for by %d requests", mostAsked, len(few))
	}
	many := bundled(refs)
	if len(many) != 2 || many[0] != (model.Ref{Kind: model.KindStructure, Namespace: "n"}) || many[1] != (model.Ref{Kind: model.KindRole, Namespace: "n"}) {
		t.Errorf("many objects are asked for as %v", many)
	}
}
