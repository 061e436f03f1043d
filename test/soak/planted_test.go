// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// set replaces objects, each in a state of its own.
func (o *organization) set(objects ...client.Object) {
	for _, object := range objects {
		succeed(object, o.objects[id(object)])
		o.begin(object, "")
		o.objects[id(object)] = object
	}
}

// recorded is an organization as a cluster holds it when everything is right, and what its readers have, without a cluster.
type recorded struct {
	*stored
	organization *organization
	source       *permissions.Source
	shards       map[string]string
}

func newRecorded(t *testing.T) *recorded {
	t.Helper()
	r := &recorded{organization: newOrganization("east", newCatalog(true)), source: permissions.NewSource(), shards: map[string]string{}}
	r.organization.set(r.organization.firstObjects()...)
	r.organization.history.settle()
	r.publish(t, 1)
	return r
}

// publish publishes the objects as they are now, and writes the statuses.
func (r *recorded) publish(t *testing.T, revision int64) {
	t.Helper()
	o := r.organization
	r.stored = &stored{key: o.key, members: o.members(nil, ""), decided: o.decided, now: time.Now()}
	built := snapshot.Build(o.key, r.members)
	encoded, err := publish.DefaultLimits().In(publish.InShards, publish.Standing{}).Encode(built.Resolution.Document)
	if err != nil {
		t.Fatal(err)
	}
	data, err := encoded.Data("uid", revision, r.now)
	if err != nil {
		t.Fatal(err)
	}
	name := o.key.Name + document.ConfigMapSuffix
	r.configMaps = []corev1.ConfigMap{{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}}
	for _, shard := range encoded.Shards {
		r.shards[shard.Part.ConfigMap] = shard.Text()
		r.configMaps = append(r.configMaps, corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: shard.Part.ConfigMap}, Data: map[string]string{document.PartKey: shard.Text()},
		})
	}
	r.report(built, &v1alpha1.Publication{
		ConfigMapName: name, Revision: revision, Digest: encoded.Digest, Bytes: int64(encoded.Bytes), PublishTime: metav1.NewTime(r.now),
	})
}

// report writes the statuses of a snapshot.
func (r *recorded) report(built *snapshot.Snapshot, publication *v1alpha1.Publication) {
	view := status.NewView(built, &status.Outcome{Publication: publication, Last: publication}, r.now)
	m := r.members
	r.members = &intake.Members{Catalog: m.Catalog}
	org := m.Organization.DeepCopy()
	org.Status.Publication = publication
	org.Status = view.Organization(org)
	r.members.Organization = org
	r.members.Structures = reported(m.Structures, func(o *v1alpha1.OrganizationStructure) { o.Status = view.Structure(o) })
	r.members.Roles = reported(m.Roles, func(o *v1alpha1.Role) { o.Status = view.Role(o) })
	r.members.Groups = reported(m.Groups, func(o *v1alpha1.UserGroup) { o.Status = view.Group(o) })
	r.members.Chains = reported(m.Chains, func(o *v1alpha1.ApprovalChain) { o.Status = view.Chain(o) })
	for _, a := range m.Assignments {
		next := a.DeepCopy()
		next.Status = view.Assignment(next)
		r.members.Assignments = append(r.members.Assignments, next)
	}
}

func reported[T any](of []T, report func(*T)) []T {
	of = slices.Clone(of)
	for i := range of {
		report(&of[i])
	}
	return of
}

// read is what a reader has that reads all, or that keeps what it has of some shards.
func (r *recorded) read(t *testing.T, instead map[string]string) seen {
	t.Helper()
	index := []byte(r.configMaps[0].Data[document.PublicationKey])
	publication, err := document.ParsePublication(index)
	if err != nil {
		t.Fatal(err)
	}
	doc := &document.Document{}
	for _, part := range publication.Parts {
		text := r.shards[part.ConfigMap]
		if kept, stale := instead[part.ConfigMap]; stale {
			text = kept
		}
		part.Digest, part.Bytes = document.Digest([]byte(text)), len(text)
		fragment, err := part.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Add(fragment); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := engine.NewIndex(doc)
	if err != nil {
		t.Fatal(err)
	}
	return seen{reader: "source", revision: publication.Revision, digest: publication.Digest(), answers: ask(compiled, r.organization.questions)}
}

// users is the name of the shard that holds a user.
func (r *recorded) users(user string) string {
	for _, configMap := range r.configMaps[1:] {
		if strings.Contains(configMap.Data[document.PartKey], `"`+user+`": {`) {
			return configMap.Name
		}
	}
	return ""
}

// expect verifies that what is wrong is noticed; nothing if part is empty.
func (r *recorded) expect(t *testing.T, what, part string, readers ...seen) {
	t.Helper()
	err := verify(r.stored, r.organization.questions, readers)
	if (part == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), part)) {
		t.Errorf("%s: %v, want %q", what, err, part)
	}
}

// TestPlantedErrors: what a reader or a manager does wrong is noticed.
func TestPlantedErrors(t *testing.T) {
	r := newRecorded(t)
	o := r.organization
	r.expect(t, "everything is right", "", r.read(t, nil))
	before, formerUsers := *r.stored, r.shards[r.users(person(0))]
	formerAnswers := r.read(t, nil)

	// A user loses everything, and a role is written: both are published.
	gone := o.assignment(person(0), person(0))
	o.set(gone)
	r.publish(t, 2)
	r.expect(t, "the change is published", "", r.read(t, nil))

	stale := r.read(t, map[string]string{r.users(person(0)): formerUsers})
	r.expect(t, "a reader that keeps a stale shard", `answers true to "person-0 may read in [all]"`, stale)
	if err := o.history.check(o.history.window(), stale.answers); err != nil {
		t.Errorf("the reader may be behind: %v", err)
	}
	o.settle(nil)
	if err := o.history.check(o.history.window(), stale.answers); err == nil || !strings.Contains(err.Error(), "gained: person-0 may read") {
		t.Errorf("a reader that goes back: %v", err)
	}
	if err := o.history.check(o.history.window(), make([]bool, len(o.questions))); err == nil || !strings.Contains(err.Error(), "lost: ") {
		t.Errorf("a reader that has nothing: %v", err)
	}
	r.expect(t, "a reader that is behind", "has revision 1, not 2", formerAnswers)

	current := *r.stored
	r.configMaps = append(slices.Clone(current.configMaps), corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "plant-permissions-00"}})
	r.expect(t, "a manager that skips a removal", "shard plant-permissions-00 is left")
	r.configMaps = before.configMaps
	r.expect(t, "a manager that publishes from an old cache", "is not what the stored objects resolve to")
	r.configMaps = slices.Clone(current.configMaps[:2])
	r.expect(t, "a manager that removes a shard", "has no part.json")
	r.configMaps = current.configMaps

	m := *current.members
	r.members = &m
	m.Assignments = slices.Clone(m.Assignments)
	m.Assignments[0] = m.Assignments[0].DeepCopy()
	m.Assignments[0].Status = v1alpha1.UserAssignmentStatus{}
	r.expect(t, "a manager that forgets a status", "the status of UserAssignment "+m.Assignments[0].Name)
	m = *current.members
	m.Requests = []v1alpha1.ApprovalRequest{{ObjectMeta: o.named("asker-0")}}
	r.expect(t, "a manager that forgets a request", `request asker-0 is ""`)
}

// TestOrderThatNoStateSays: what is written in an order to notice others is noticed, whichever of two writes is seen first.
func TestOrderThatNoStateSays(t *testing.T) {
	o := newOrganization("east", newCatalog(false))
	o.set(o.firstObjects()...)
	o.history.settle()
	widened, former := o.role(guest, "read", "sign"), o.assignment(visitor, visitor, grant(guest, "all"))
	without := o.assignment(visitor, visitor)
	succeed(former, o.objects[id(former)])
	o.set(without, widened)
	skewed := o.members(former, "")
	if err := o.history.check(o.history.window(), o.answers(skewed)); err == nil || !strings.Contains(err.Error(), "gained: vera may sign") {
		t.Errorf("the role is seen before the grant is gone: %v", err)
	}
	role, assignment := o.seat(0)
	if err := o.history.check(o.history.window(), o.answers(o.members(nil, id(assignment)))); err == nil || !strings.Contains(err.Error(), "lost: mover-0 may write") {
		t.Errorf("the seat %s is gone before the next is there: %v", role.Name, err)
	}
}
