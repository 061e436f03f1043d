// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"fmt"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// environment is an organization and its catalog, as a cache has them.
type environment struct{ client.Reader }

func metaOf(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "n", Name: name, UID: types.UID(name), Generation: 1}
}

// Get implements client.Reader.
func (environment) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch into := into.(type) {
	case *v1alpha1.Organization:
		into.ObjectMeta = metaOf("shop")
		into.Spec.CatalogRef.Name = "trading"
	case *v1alpha1.PermissionCatalog:
		into.ObjectMeta = metaOf("trading")
	default:
		return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	}
	return nil
}

// List implements client.Reader.
func (environment) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// informers has one informer.
type informers struct {
	cache.Cache
	of toolscache.SharedIndexInformer
}

// GetInformer implements cache.Cache.
func (i informers) GetInformer(context.Context, client.Object, ...cache.InformerGetOption) (cache.Informer, error) {
	return i.of, nil
}

// TestOnlyWhatWasWrittenIsRead: of a large organization that was resolved before, those assignments alone are read that were written since.
// It resolves to what it does from scratch.
func TestOnlyWhatWasWrittenIsRead(t *testing.T) {
	ctx, key := t.Context(), snapshot.Key{Namespace: "n", Name: "shop"}
	informer := toolscache.NewSharedIndexInformer(&toolscache.ListWatch{}, &v1alpha1.UserAssignment{}, 0, toolscache.Indexers{})
	assignments, err := lookup.IndexAssignments(ctx, informers{of: informer})
	if err != nil {
		t.Fatal(err)
	}
	assignment := func(i int, generation int64) *v1alpha1.UserAssignment {
		a := &v1alpha1.UserAssignment{ObjectMeta: metaOf(fmt.Sprint("a-", i))}
		a.Generation = generation
		a.Spec.User, a.Spec.OrganizationRef.Name = v1alpha1.UserID(fmt.Sprint("user-", i)), "shop"
		if generation > 1 {
			a.Spec.State = v1alpha1.UserSuspended
		}
		return a
	}
	write := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range lookup.Large {
		write(informer.GetIndexer().Update(assignment(i, 1)))
	}
	r := &Reconciler{Resolver: Resolver{Objects: environment{}, Cache: snapshot.NewCache(snapshot.CacheOptions{})}, Assignments: assignments}
	expect := func(when string, read, users int) {
		t.Helper()
		objects, err := lookup.Environment(ctx, r.Objects, key)
		if err != nil {
			t.Fatal(err)
		}
		built, err := r.build(ctx, key, objects, publish.Standing{})
		if err != nil {
			t.Fatal(err)
		}
		if len(objects.Assignments) != read || built.AssignmentCount() != users || built.Resolution.UserCount() != users {
			t.Errorf("%s, %d assignments were read, and there are %d, of %d users; want %d and %d",
				when, len(objects.Assignments), built.AssignmentCount(), built.Resolution.UserCount(), read, users)
		}
		all, err := lookup.Objects(ctx, r.Objects, assignments, key)
		if err != nil {
			t.Fatal(err)
		}
		if scratch := snapshot.Build(key, all); built.Digest() != scratch.Digest() || built.Counts() != scratch.Counts() { //nolint:contextcheck // it ends by itself
			t.Errorf("%s, it resolves to something else than from scratch", when)
		}
	}
	expect("at first", lookup.Large, lookup.Large)
	expect("when nothing was written", 0, lookup.Large)
	write(informer.GetIndexer().Update(assignment(7, 2)))
	expect("when one was written", 1, lookup.Large)
	write(informer.GetIndexer().Update(assignment(lookup.Large, 1)))
	expect("when one was added", 1, lookup.Large+1)
	write(informer.GetIndexer().Delete(assignment(7, 2)))
	expect("when one was deleted", 0, lookup.Large)
	for i := range 2000 {
		write(informer.GetIndexer().Delete(assignment(100+i, 1)))
	}
	expect("when many were deleted", lookup.Large-2000, lookup.Large-2000)
	write(informer.GetIndexer().Update(assignment(8, 2)))
	expect("when it is large no more", lookup.Large-2000, lookup.Large-2000)
}
