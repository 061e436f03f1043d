// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

func keys[M ~map[K]V, K comparable, V any](m M) iter.Seq[K] { return maps.Keys(m) }

// writer writes all that organizations are resolved from. Nobody else does, and it writes one object after the other, each until it is
// stored: while the API server is away, it waits.
type writer struct {
	api client.Client
	// as returns a client that acts as a user.
	as            func(user string) client.Client
	random        *rand.Rand
	organizations []*organization
	// counts are the changes by what is changed.
	counts map[string]int
}

// change makes one change to one organization, to its end: it may take several writes.
func (w *writer) change(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	o := w.organizations[w.random.IntN(len(w.organizations))]
	all := []struct {
		name string
		make func(ctx context.Context, o *organization)
	}{
		{"user", w.changeUser}, {"user", w.changeUser}, {"role", w.changeRole}, {"unit", w.moveUnit}, {"catalog", w.changeCatalog},
		{"group", w.changeGroup}, {"move", w.moveMover}, {"move", w.moveMover}, {"visit", w.admitVisitor}, {"request", w.request},
		{"decision", w.decide}, {"removal", w.removeUser},
	}
	chosen := all[w.random.IntN(len(all))]
	w.counts[chosen.name]++
	chosen.make(ctx, o)
}

func (w *writer) pick(of []string) string { return of[w.random.IntN(len(of))] }

func (w *writer) changeUser(ctx context.Context, o *organization) {
	who := person(w.random.IntN(people))
	var grants []v1alpha1.Grant
	for range w.random.IntN(3) {
		next := grant(w.pick(roleNames), w.pick(unitNames))
		next.Name = v1alpha1.EntryName(fmt.Sprintf("g%d", len(grants)))
		grants = append(grants, next)
	}
	assignment := o.assignment(who, who, grants...)
	switch w.random.IntN(8) {
	case 0:
		assignment.Spec.State = v1alpha1.UserSuspended
	case 1:
		assignment.Spec.Overrides = []v1alpha1.Override{{Name: "no", Permission: "read", Effect: v1alpha1.EffectDeny}}
	case 2:
		assignment.Spec.Profile.HomeUnit = v1alpha1.Name(w.pick(unitNames))
	}
	w.put(ctx, o, assignment)
}

// removeUser deletes an assignment.
func (w *writer) removeUser(ctx context.Context, o *organization) {
	who := person(w.random.IntN(people))
	w.remove(ctx, o, o.assignment(who, who))
}

func (w *writer) changeRole(ctx context.Context, o *organization) {
	held := []v1alpha1.PermissionName{allPermissions[w.random.IntN(3)]}
	if more := allPermissions[w.random.IntN(3)]; more != held[0] {
		held = append(held, more)
	}
	role := o.role(w.pick(roleNames[1:]), held...)
	if w.random.IntN(3) == 0 {
		role.Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: v1alpha1.RoleReference{Name: roleNames[0]}}}
	}
	w.put(ctx, o, role)
}

func (w *writer) moveUnit(ctx context.Context, o *organization) {
	w.put(ctx, o, o.structure(v1alpha1.Name(w.pick(unitNames[:3]))))
}

func (w *writer) changeCatalog(ctx context.Context, _ *organization) {
	w.putCatalog(ctx, newCatalog(w.random.IntN(2) == 0))
}

// changeGroup fills a group, or empties it, which makes the organization too large for one ConfigMap or small enough.
func (w *writer) changeGroup(ctx context.Context, o *organization) {
	w.put(ctx, o, o.crowd(w.random.IntN(crowds), []int{0, crowdSize / 2, crowdSize, crowdSize + 1}[w.random.IntN(4)]))
}

// moveMover gives a mover another unit, and takes the present one away then.
func (w *writer) moveMover(ctx context.Context, o *organization) {
	i := w.random.IntN(movers)
	formerRole, former := o.seat(i)
	o.moves[i]++
	role, assignment := o.seat(i)
	w.put(ctx, o, role)
	w.put(ctx, o, assignment)
	w.remove(ctx, o, former)
	w.remove(ctx, o, formerRole)
}

// admitVisitor lets guests sign for as long as the visitor is not one.
func (w *writer) admitVisitor(ctx context.Context, o *organization) {
	w.put(ctx, o, o.assignment(visitor, visitor, grant("r0", "all")))
	w.put(ctx, o, o.role(guest, "read", "sign"))
	w.put(ctx, o, o.role(guest, "read"))
	w.put(ctx, o, o.assignment(visitor, visitor, grant(guest, "all")))
}

// request has a user request a role, once.
func (w *writer) request(ctx context.Context, o *organization) {
	name := asker(w.random.IntN(askers))
	request := &v1alpha1.ApprovalRequest{ObjectMeta: o.named(name)}
	if o.objects[id(request)] != nil {
		return
	}
	request.Spec.OrganizationRef = o.reference()
	request.Spec.RequestType = "access"
	request.Spec.Requester = v1alpha1.UserID(name)
	request.Spec.Unit = "all"
	request.Spec.Grant = &v1alpha1.RequestedGrant{
		RoleRef: v1alpha1.RoleReference{Name: "signer"}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"all"}}, DurationSeconds: 86400,
	}
	w.insist(func() error { return ignoreExists(w.as(name).Create(ctx, request.DeepCopy())) })
	o.objects[id(request)] = request
}

// decide approves a request, if it waits for that already.
func (w *writer) decide(ctx context.Context, o *organization) {
	name := asker(w.random.IntN(askers))
	request := &v1alpha1.ApprovalRequest{ObjectMeta: o.named(name)}
	if o.objects[id(request)] == nil || o.decided[name] {
		return
	}
	w.insist(func() error { return w.api.Get(ctx, client.ObjectKeyFromObject(request), request) })
	if request.Status.State != v1alpha1.RequestPending || request.Status.Chain == nil {
		return
	}
	o.deciding[name] = true
	o.begin(nil, "") //nolint:contextcheck // A resolution in memory ends by itself.
	decision := &v1alpha1.ApprovalDecision{ObjectMeta: o.named(name)}
	decision.Spec.RequestRef.Name, decision.Spec.RequestRef.UID = name, string(request.UID)
	decision.Spec.Step, decision.Spec.Approver, decision.Spec.Verdict = "boss", boss, v1alpha1.VerdictApprove
	decision.Spec.Digest = request.Status.Chain.Digest
	w.insist(func() error { return ignoreExists(w.as(boss).Create(ctx, decision.DeepCopy())) })
	o.decided[name] = true
}

func ignoreExists(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// put stores an object.
func (w *writer) put(ctx context.Context, o *organization, object client.Object) {
	begin := func(next client.Object) { o.begin(next, "") } //nolint:contextcheck // A resolution in memory ends by itself.
	w.store(ctx, object, begin, o.objects[id(object)])
	o.objects[id(object)] = object
}

// putCatalog stores the catalog, which is that of all organizations.
func (w *writer) putCatalog(ctx context.Context, catalog *v1alpha1.PermissionCatalog) {
	var former client.Object
	for _, o := range w.organizations {
		if o.objects[id(catalog)] != nil {
			former = o.objects[id(catalog)]
		}
	}
	begin := func(next client.Object) { //nolint:contextcheck // A resolution in memory ends by itself.
		for _, o := range w.organizations {
			o.begin(next, "")
		}
	}
	w.store(ctx, catalog, begin, former)
	for _, o := range w.organizations {
		o.objects[id(catalog)], o.catalog = catalog, catalog
	}
}

// store creates or replaces an object, which becomes what is stored then.
func (w *writer) store(ctx context.Context, object client.Object, begin func(client.Object), former client.Object) {
	succeed(object, former)
	begin(object)
	w.insist(func() error {
		present := object.DeepCopyObject().(client.Object)
		err := w.api.Get(ctx, client.ObjectKeyFromObject(object), present)
		switch {
		case apierrors.IsNotFound(err):
			next := object.DeepCopyObject().(client.Object)
			next.SetUID("")
			if err := w.api.Create(ctx, next); err != nil {
				return err
			}
			object.SetUID(next.GetUID())
			object.SetCreationTimestamp(next.GetCreationTimestamp())
			return nil
		case err != nil:
			return err
		}
		object.SetResourceVersion(present.GetResourceVersion())
		object.SetUID(present.GetUID())
		object.SetCreationTimestamp(present.GetCreationTimestamp())
		next := object.DeepCopyObject().(client.Object)
		object.SetResourceVersion("")
		return w.api.Update(ctx, next)
	})
}

// succeed gives an object the identity of the former one, or one that no other has until it is stored.
func succeed(object, former client.Object) {
	if former == nil {
		object.SetUID(types.UID("new " + id(object)))
		return
	}
	object.SetUID(former.GetUID())
	object.SetCreationTimestamp(former.GetCreationTimestamp())
}

// remove deletes an object that may be there.
func (w *writer) remove(ctx context.Context, o *organization, object client.Object) {
	former := o.objects[id(object)]
	if former == nil {
		return
	}
	o.begin(nil, id(object)) //nolint:contextcheck // A resolution in memory ends by itself.
	uid := former.GetUID()
	w.insist(func() error {
		return client.IgnoreNotFound(w.api.Delete(ctx, object, client.Preconditions{UID: &uid}))
	})
	delete(o.objects, id(object))
}

// patience is how long a write is tried: longer than any fault takes.
const patience = 5 * time.Minute

// insist tries something until it succeeds.
func (w *writer) insist(try func() error) {
	deadline := time.Now().Add(patience)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) || isFinal(err) {
			panic(fmt.Sprintf("the test cannot write: %v", err))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// isFinal reports whether trying again cannot help: what the test writes is wrong.
func isFinal(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && (apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsForbidden(err))
}

// impersonating returns clients that act as users.
func impersonating(config *rest.Config, options client.Options) func(user string) client.Client {
	made := map[string]client.Client{}
	return func(user string) client.Client {
		if made[user] == nil {
			as := rest.CopyConfig(config)
			as.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:masters"}}
			c, err := client.New(as, options)
			if err != nil {
				panic(err)
			}
			made[user] = c
		}
		return made[user]
	}
}
