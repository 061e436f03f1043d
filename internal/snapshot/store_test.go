// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var key = snapshot.Key{Namespace: "town", Name: "clinic"}

// clock is a time that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }
func newStore() (*snapshot.Store, *clock) {
	c := &clock{at: time.Unix(1000, 0)}
	return snapshot.NewStore(c.now), c
}
func (c *clock) since(t time.Time) (d time.Duration) {
	if t.IsZero() {
		return 0
	}
	return c.at.Sub(t)
}

func take(units ...v1alpha1.Name) *snapshot.Snapshot {
	organization := &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: "1", Generation: 3}}
	organization.Spec.Units = []v1alpha1.Unit{{Name: "all"}}
	for _, unit := range units {
		organization.Spec.Units = append(organization.Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
	}
	return snapshot.Build(key, &intake.Members{Organization: organization, Catalog: &v1alpha1.PermissionCatalog{}})
}

func seen(s *snapshot.Snapshot) *snapshot.Published {
	return &snapshot.Published{Digest: s.Encoded.Digest, Bytes: 1}
}

func TestBeginWaitsUntilTheOrganizationIsQuiet(t *testing.T) {
	store, clock := newStore()
	const quiet = 100 * time.Millisecond
	store.Touch(key)
	clock.pass(60 * time.Millisecond)
	store.Touch(key)
	clock.pass(40 * time.Millisecond)
	if wait := store.Begin(key, quiet); wait != 60*time.Millisecond {
		t.Errorf("40 ms after the last event it waits for %v", wait)
	}
	clock.pass(60 * time.Millisecond)
	if wait := store.Begin(key, quiet); wait != 0 {
		t.Errorf("100 ms after the last event it waits for %v", wait)
	}
	if wait := store.Begin(key, quiet); wait != 0 {
		t.Errorf("another try without an event waits for %v", wait)
	}
}

func TestBeginDoesNotWaitForTheEndOfABurst(t *testing.T) {
	store, clock := newStore()
	const quiet = 100 * time.Millisecond
	waited := time.Duration(0)
	for store.Touch(key); store.Begin(key, quiet) > 0; store.Touch(key) {
		clock.pass(10 * time.Millisecond)
		waited += 10 * time.Millisecond
	}
	if waited != 10*quiet {
		t.Errorf("with an event every 10 ms it begins after %v", waited)
	}
}

func TestOldestIsTheFirstEventThatReadersDoNotSee(t *testing.T) {
	store, clock := newStore()
	age := func() time.Duration { _, oldest := store.Summaries(); return clock.since(oldest) }
	expect := func(when string, want time.Duration) {
		t.Helper()
		if got := age(); got != want {
			t.Errorf("%s: the age is %v, want %v", when, got, want)
		}
	}
	one, two := take(), take("north")

	expect("at the start", 0)
	store.Touch(key)
	clock.pass(time.Second)
	expect("after an event", time.Second)
	store.Begin(key, 0)
	expect("while it is resolved", time.Second)
	store.Put(one)
	clock.pass(time.Second)
	expect("until it is published", 2*time.Second)
	store.Observe(key, seen(one))
	expect("once it is published", 0)

	store.Touch(key)
	store.Begin(key, 0)
	store.Put(one)
	expect("after an event that changes nothing for readers", 0)

	store.Touch(key)
	store.Begin(key, 0)
	store.Put(two)
	clock.pass(time.Second)
	store.Touch(key)
	store.Observe(key, seen(two))
	clock.pass(time.Second)
	expect("the second of two events stays", time.Second)
	store.Begin(key, 0)
	store.Remove(key)
	expect("once the organization is gone", 0)
}

func TestSubscribersLearnOfWhatIsThereAndWhatComes(t *testing.T) {
	store, _ := newStore()
	store.Put(take())
	var told []snapshot.Key
	store.Subscribe(func(k snapshot.Key) { told = append(told, k) })
	if len(told) != 1 {
		t.Fatalf("told %v at the start", told)
	}
	store.Put(take())
	store.Remove(key)
	store.Observe(key, nil)
	if len(told) != 3 {
		t.Errorf("told %v after a snapshot came and went", told)
	}
	if store.Get(key) != nil {
		t.Error("a removed snapshot is still there")
	}
}

func TestReadyOnceEveryAwaitedOrganizationWasResolvedOrIsGone(t *testing.T) {
	store, _ := newStore()
	gone := snapshot.Key{Namespace: "town", Name: "gone"}
	if store.Ready() == nil {
		t.Error("ready before anything is known")
	}
	store.Await([]snapshot.Key{key, gone})
	store.Put(take())
	if store.Ready() == nil {
		t.Error("ready before the second organization was looked at")
	}
	store.Remove(gone)
	if err := store.Ready(); err != nil {
		t.Error(err)
	}
	early, _ := newStore()
	early.Put(take())
	early.Await([]snapshot.Key{key})
	if err := early.Ready(); err != nil {
		t.Errorf("an organization that was resolved before it was awaited: %v", err)
	}
}

func TestASnapshotSpeaksOfTheObjectsThatItWasTakenOf(t *testing.T) {
	taken := take()
	for _, test := range []struct {
		object metav1.ObjectMeta
		want   bool
	}{
		{metav1.ObjectMeta{UID: "1", Generation: 3}, true},
		{metav1.ObjectMeta{UID: "1", Generation: 4}, false},
		{metav1.ObjectMeta{UID: "2", Generation: 3}, false},
	} {
		if got := taken.IsCurrentFor(&test.object); got != test.want {
			t.Errorf("of UID %s, generation %d: %v", test.object.UID, test.object.Generation, got)
		}
	}
}

func TestOnlyALaterSnapshotReplacesWhatSomebodyElsePublished(t *testing.T) {
	store, _ := newStore()
	asked := 0
	store.OnDoubt(func(snapshot.Key) { asked++ })
	store.Put(take())
	expect := func(version string, considers bool, doubts int) {
		t.Helper()
		if got := store.Considers(key, version); got != considers || asked != doubts {
			t.Errorf("version %s: considered %v after %d doubts; expected %v after %d", version, got, asked, considers, doubts)
		}
	}
	store.Wrote(key, "10")
	expect("10", true, 0)
	expect("11", false, 1)
	expect("11", false, 1)

	// A resolution that began before the version was seen does not count.
	store.Begin(key, 0)
	expect("12", false, 2)
	store.Put(take())
	expect("12", false, 2)
	store.Begin(key, 0)
	store.Put(take())
	expect("12", true, 2)
	expect("13", false, 3)

	store.Remove(key)
	store.Put(take())
	expect("12", false, 4)
}
