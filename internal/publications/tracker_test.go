// SPDX-License-Identifier: Apache-2.0

package publications_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var (
	key = snapshot.Key{Namespace: "town", Name: "clinic"}
	// t1 to t3 are the moments of changes.
	t1 = time.Unix(1000, 0)
	t2 = t1.Add(time.Second)
	t3 = t2.Add(time.Second)
)

// build resolves an organization of some units after a change.
func build(since time.Time, units ...v1alpha1.Name) *snapshot.Snapshot {
	organization := &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: "1", Generation: 3}}
	structures := []v1alpha1.OrganizationStructure{{Spec: v1alpha1.OrganizationStructureSpec{Units: []v1alpha1.Unit{{Name: "all"}}}}}
	for _, unit := range units {
		structures[0].Spec.Units = append(structures[0].Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
	}
	built := snapshot.Build(key, &intake.Members{Organization: organization, Structures: structures, Catalog: &v1alpha1.PermissionCatalog{}})
	built.Since = since
	return built
}

func published(s *snapshot.Snapshot, revision int64) *publications.Published {
	return &publications.Published{Digest: s.Digest(), Bytes: int64(s.Encoded.Bytes), Revision: revision}
}

func TestRevisionOfIsTheOneAtWhichReadersSeeTheSnapshot(t *testing.T) {
	tracker := publications.NewTracker()
	one, two := build(t1), build(t2, "north")
	missing := snapshot.Build(key, &intake.Members{Organization: one.Organization})
	observed := 0
	tracker.OnObserved(func(snapshot.Key) { observed++ })
	expect := func(when string, s *snapshot.Snapshot, want int64) {
		t.Helper()
		if got := tracker.RevisionOf(s); got != want {
			t.Errorf("%s readers see it at revision %d, want %d", when, got, want)
		}
	}
	expect("before anything is published,", one, 0)
	tracker.Observe(key, published(one, 3))
	expect("once it is published,", one, 3)
	expect("while another is published,", two, 0)
	expect("without a document,", missing, 0)
	tracker.Observe(key, &publications.Published{Revision: 4})
	expect("without a document, and with a publication that has no digest,", missing, 0)
	tracker.Observe(key, nil)
	expect("once the publication is deleted,", one, 0)
	tracker.Observe(key, published(one, 1<<53))
	tracker.SetMark(key, &publications.Mark{Publication: v1alpha1.Publication{Revision: 5, Digest: two.Digest()}})
	expect("while this process published another,", one, 1<<53)
	tracker.SetMark(key, &publications.Mark{Publication: v1alpha1.Publication{Revision: 6, Digest: one.Digest()}})
	expect("at another revision than this process published,", one, 6)
	if observed != 4 {
		t.Errorf("%d observations were announced, want 4", observed)
	}
}

func TestTheMarkGoesWithTheOrganization(t *testing.T) {
	tracker := publications.NewTracker()
	if mark := tracker.Mark(key); mark != nil {
		t.Errorf("at first there is %+v", mark)
	}
	tracker.SetMark(key, &publications.Mark{Publication: v1alpha1.Publication{Revision: 5}})
	tracker.Observe(key, &publications.Published{Revision: 9})
	if mark := tracker.Mark(key); mark == nil || mark.Publication.Revision != 5 {
		t.Errorf("the mark is %+v", mark)
	}
	tracker.Removed(key)
	if tracker.Mark(key) != nil {
		t.Error("the mark of an organization that is gone is kept")
	}
}

func TestOldestUnpublishedIsTheFirstChangeThatReadersDoNotSee(t *testing.T) {
	tracker := publications.NewTracker()
	expect := func(when string, want time.Time) {
		t.Helper()
		if got := tracker.OldestUnpublished(); !got.Equal(want) {
			t.Errorf("%s the oldest change is of %v, want %v", when, got, want)
		}
	}
	one, two := build(t1), build(t2, "north")
	expect("at the start", time.Time{})
	tracker.Resolved(one)
	expect("before it is published", t1)
	tracker.Resolved(two)
	expect("with a second change", t1)
	tracker.Observe(key, published(one, 1))
	expect("when only the first is published", t1)
	tracker.Observe(key, published(two, 2))
	expect("once both are published", time.Time{})
	tracker.Resolved(build(t3, "north"))
	expect("after a change that readers would not notice", time.Time{})
	tracker.Resolved(build(t3))
	expect("after another change", t3)
	tracker.Removed(key)
	expect("once the organization is gone", time.Time{})
}

func TestAnOrganizationThatDoesNotExistHasNoReaders(t *testing.T) {
	tracker := publications.NewTracker()
	without := snapshot.Build(key, &intake.Members{Roles: make([]v1alpha1.Role, 1)})
	without.Since = t1
	tracker.Resolved(without)
	if oldest := tracker.OldestUnpublished(); !oldest.IsZero() {
		t.Errorf("its change of %v counts as unpublished", oldest)
	}
}

func TestRemovedKeepsWhatReadersSee(t *testing.T) {
	tracker := publications.NewTracker()
	one := build(t1)
	tracker.Observe(key, published(one, 1))
	tracker.Removed(key)
	if tracker.Published(key) == nil {
		t.Error("what is still published was forgotten with the organization")
	}
	tracker.Observe(key, nil)
	if tracker.Published(key) != nil {
		t.Error("what is no longer published is remembered")
	}
}
