// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	decision "github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var shop = snapshot.Key{Namespace: "trade", Name: "shop"}

func meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: shop.Namespace, Name: name, UID: types.UID(name), Generation: 1}
}

// assignment gives a user a role everywhere, or none.
func assignment(name, user, role string) *v1alpha1.UserAssignment {
	everywhere := true
	a := &v1alpha1.UserAssignment{ObjectMeta: meta(name), Spec: v1alpha1.UserAssignmentSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: shop.Name}, User: v1alpha1.UserID(user),
	}}
	if role != "" {
		a.Spec.Grants = []v1alpha1.Grant{{
			Name: "own", RoleRef: v1alpha1.RoleReference{Name: role}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
		}}
	}
	return a
}

// objects is a reader of one organization of three roles, of which a boss gives and takes clerk.
type objects struct {
	client.Reader
	roles []v1alpha1.Role
}

func newObjects() *objects {
	o := &objects{}
	for _, name := range []string{"clerk", "chief", "boss"} {
		role := v1alpha1.Role{ObjectMeta: meta(name)}
		role.Spec.OrganizationRef.Name = shop.Name
		role.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"buy"}}}
		o.roles = append(o.roles, role)
	}
	o.roles[1].Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: v1alpha1.RoleReference{Name: "clerk"}}}
	o.roles[2].Spec.AdministrationRules = []v1alpha1.AdministrationRule{{
		Name: "clerks", UserActions: []v1alpha1.UserAction{v1alpha1.UserActionGiveRoles, v1alpha1.UserActionTakeRoles},
		Roles: &v1alpha1.AdministeredRoles{
			From: v1alpha1.AdministeredRolesListed, RoleRefs: []v1alpha1.RoleReference{{Name: "clerk"}},
		},
	}}
	return o
}

// Get implements client.Reader.
func (o *objects) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch into := into.(type) {
	case *v1alpha1.Organization:
		into.ObjectMeta = meta(shop.Name)
		into.Spec.CatalogRef.Name = "trading"
	case *v1alpha1.PermissionCatalog:
		into.ObjectMeta = meta("trading")
		into.Spec.Sections = []v1alpha1.Section{{Name: "money"}}
		into.Spec.Permissions = []v1alpha1.Permission{{Name: "buy", Section: "money"}}
	default:
		return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	}
	return nil
}

// List implements client.Reader.
func (o *objects) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	if roles, is := into.(*v1alpha1.RoleList); is {
		roles.Items = o.roles
	}
	return nil
}

// informers has one informer.
type informers struct {
	cache.Cache
	of toolscache.SharedIndexInformer
}

// GetInformer implements cache.Cache.
func (i informers) GetInformer(context.Context, client.Object, ...cache.InformerGetOption) (cache.Informer, error) {
	return i.of, nil
}

// TestJudgesByWhatTheCacheHas: of a large organization, those users are read again who were written since its snapshot, and the writer and
// the written user are judged by what they are now.
func TestJudgesByWhatTheCacheHas(t *testing.T) {
	const users = 5000
	ctx := t.Context()
	informer := toolscache.NewSharedIndexInformer(&toolscache.ListWatch{}, &v1alpha1.UserAssignment{}, 0, toolscache.Indexers{})
	assignments, err := lookup.IndexAssignments(ctx, informers{of: informer})
	if err != nil {
		t.Fatal(err)
	}
	stored := func(a *v1alpha1.UserAssignment) {
		t.Helper()
		if err := informer.GetIndexer().Update(a); err != nil {
			t.Fatal(err)
		}
	}
	boss := assignment("boss", "boss", "boss")
	stored(boss)
	for i := range users {
		stored(assignment(fmt.Sprint("a-", i), fmt.Sprint("user-", i), "clerk"))
	}
	h := &Handler{Objects: newObjects(), Assignments: assignments, Store: snapshot.NewStore(), Clock: func() time.Time { return time.Unix(0, 0) }}
	members, err := lookup.Objects(ctx, h.Objects, assignments, shop)
	if err != nil {
		t.Fatal(err)
	}
	h.Store.Put(snapshot.Build(shop, members))

	was, is := members.Assignments[0], assignment("", "", "")
	for _, a := range members.Assignments {
		if a.Spec.User == "user-7" {
			was = a
			is = a.DeepCopy()
			is.Spec.Grants = nil
		}
	}
	judged := func(what, because string, others int) {
		t.Helper()
		write := &decision.Write{Actor: "boss", Kind: model.KindAssignment, Before: was, After: is.DeepCopy()}
		environment, err := lookup.Environment(ctx, h.Objects, shop)
		if err != nil {
			t.Fatal(err)
		}
		view, err := h.before(ctx, write, environment)
		if err != nil {
			t.Fatal(err)
		}
		if read := len(view.Members.Assignments); read != 1+others {
			t.Errorf("%s: %d assignments were read", what, read)
		}
		answer, err := h.judge(ctx, write)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Allowed != (because == "") || !strings.Contains(answer.Message, because) {
			t.Errorf("%s: allowed: %t, %q; want %q", what, answer.Allowed, answer.Message, because)
		}
	}
	judged("nobody was written", "", 0)
	stored(assignment("a-8", "user-8", ""))
	judged("another user was written", "", 1)
	dismissed := boss.DeepCopy()
	dismissed.Generation, dismissed.Spec.Grants = 2, nil
	stored(dismissed)
	judged("the writer has lost their role", "administrationRules", 2)
	stored(boss)
	judged("the writer has it again", "", 2)
	stored(assignment("more", "user-7", "chief"))
	judged("the user has another assignment", "user-7 holds chief", 3)
	if err := informer.GetIndexer().Delete(assignment("more", "user-7", "")); err != nil {
		t.Fatal(err)
	}
	judged("the user no longer has it", "", 2)

	current, err := lookup.Objects(ctx, h.Objects, assignments, shop)
	if err != nil {
		t.Fatal(err)
	}
	h.Store.Put(snapshot.Build(shop, current))
	judged("the snapshot is of all", "", 0)
	h.Objects.(*objects).roles[0].Generation++
	judged("a role was written, so all are read", "", users)
}
