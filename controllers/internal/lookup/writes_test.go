// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"fmt"
	"maps"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

var works = types.NamespacedName{Namespace: "town", Name: "works"}

func assignmentOf(name, user string) *v1alpha1.UserAssignment {
	a := &v1alpha1.UserAssignment{ObjectMeta: metav1.ObjectMeta{Namespace: works.Namespace, Name: name}}
	a.Spec.OrganizationRef.Name, a.Spec.User = works.Name, v1alpha1.UserID(user)
	return a
}

// cached returns a store of many assignments, each of a user of its own.
func cached(t *testing.T, count int) (*Assignments, toolscache.Indexer) {
	t.Helper()
	w := newWrites()
	indexer := toolscache.NewIndexer(toolscache.MetaNamespaceKeyFunc, toolscache.Indexers{organizationIndex: organizationsOf(w)})
	for i := range count {
		if err := indexer.Add(assignmentOf(fmt.Sprintf("a-%d", i), fmt.Sprintf("user-%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	return &Assignments{indexer: indexer, writes: w}, indexer
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestReadsWhoWasWritten: users whose assignments were written, added, removed or given to others since all were read are read again, with
// all assignments that they have. Nobody else is.
func TestReadsWhoWasWritten(t *testing.T) {
	a, indexer := cached(t, Large)
	first := &intake.Members{}
	must(t, a.AddTo(first, works))
	had := map[string][]string{}
	for _, read := range first.Assignments {
		had[string(read.Spec.User)] = append(had[string(read.Spec.User)], read.Name)
	}
	if len(had) != Large {
		t.Fatalf("%d users were read first", len(had))
	}
	must(t, indexer.Add(assignmentOf("second", "user-1")))
	must(t, indexer.Update(assignmentOf("a-2", "user-2")))
	must(t, indexer.Delete(assignmentOf("a-3", "user-3")))
	must(t, indexer.Update(assignmentOf("a-4", "user-5")))
	must(t, indexer.Add(assignmentOf("new", "newcomer")))
	elsewhere := assignmentOf("a-6", "user-6")
	elsewhere.Spec.OrganizationRef.Name = "mill"
	must(t, indexer.Update(elsewhere))

	next := &intake.Members{}
	named := func(user string) []string { return had[user] }
	users, told, err := a.AddWritten(next, works, first.AssignmentsVersion, named, "user-7")
	must(t, err)
	if !told {
		t.Fatal("the writes are not told apart")
	}
	got := map[string]int{}
	for _, user := range users {
		got[user] = 0
	}
	for _, read := range next.Assignments {
		got[string(read.Spec.User)]++
	}
	want := map[string]int{
		"user-1": 2, "user-2": 1, "user-3": 0, "user-4": 0, "user-5": 2, "newcomer": 1, "user-6": 0, "user-7": 1,
	}
	if !maps.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	again := &intake.Members{}
	if users, told, err := a.AddWritten(again, works, next.AssignmentsVersion, named); err != nil || !told || len(users) != 0 {
		t.Errorf("nothing was written since, and of %v is read", users)
	}
}

// TestReadsAllWhereWritesAreNotTold: in small organizations, after many writes, and once a watch has begun again, whereby nobody hears of
// what is gone.
func TestReadsAllWhereWritesAreNotTold(t *testing.T) {
	for name, test := range map[string]struct {
		count int
		write func(indexer toolscache.Indexer) error
	}{
		"small": {Large - 1, func(toolscache.Indexer) error { return nil }},
		"many writes": {Large, func(indexer toolscache.Indexer) error {
			for i := range mostWrites + 1 {
				if err := indexer.Update(assignmentOf(fmt.Sprintf("a-%d", i), fmt.Sprintf("user-%d", i))); err != nil {
					return err
				}
			}
			return nil
		}},
		"a new watch": {Large, func(indexer toolscache.Indexer) error { return indexer.Replace(indexer.List()[1:], "7") }},
	} {
		a, indexer := cached(t, test.count)
		first := &intake.Members{}
		must(t, a.AddTo(first, works))
		must(t, test.write(indexer))
		none := func(string) []string { return nil }
		if _, told, err := a.AddWritten(&intake.Members{}, works, first.AssignmentsVersion, none); err != nil || told {
			t.Errorf("%s: told apart: %t, %v", name, told, err)
		}
	}
}
