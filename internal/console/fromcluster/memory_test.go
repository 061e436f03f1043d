// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"encoding/json"
	"maps"
	"runtime"
	"slices"
	"testing"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// heap returns how many bytes of memory something takes that stays.
func heap(do func()) int64 {
	var before, after runtime.MemStats
	collect := func(into *runtime.MemStats) {
		// What waits for a finalizer or lies in a pool takes more than one.
		for range 4 {
			runtime.GC()
		}
		runtime.ReadMemStats(into)
	}
	collect(&before)
	do()
	collect(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// fill puts the objects of an organization into the feeds of a source, as watches would.
func fill(tb testing.TB, s *Source, users int) {
	tb.Helper()
	members := bench.Members(users)
	objects := map[string][]client.Object{
		model.KindOrganization: {members.Organization}, model.KindCatalog: {members.Catalog},
	}
	for i := range members.Structures {
		objects[model.KindStructure] = append(objects[model.KindStructure], &members.Structures[i])
	}
	for i := range members.Roles {
		objects[model.KindRole] = append(objects[model.KindRole], &members.Roles[i])
	}
	for i := range members.Groups {
		objects[model.KindGroup] = append(objects[model.KindGroup], &members.Groups[i])
	}
	for _, assignment := range members.Assignments {
		objects[model.KindAssignment] = append(objects[model.KindAssignment], assignment)
	}
	written := metav1.Unix(1_900_000_000, 0)
	for k, feeds := range s.feeds {
		for _, object := range objects[k.name] {
			object.SetManagedFields([]metav1.ManagedFieldsEntry{{
				Manager: "kubectl", Operation: metav1.ManagedFieldsOperationApply, APIVersion: v1alpha1.GroupVersion.String(), Time: &written,
			}})
			text, err := json.Marshal(object)
			if err != nil {
				tb.Fatal(err)
			}
			read := k.newObject()
			if err := json.Unmarshal(text, read); err != nil {
				tb.Fatal(err)
			}
			if err := feeds[0].Add(read); err != nil {
				tb.Fatal(err)
			}
		}
		feeds[0].heard(tb.Context(), nil)
	}
}

// measure returns how much memory the objects take, the index as a reader of what is published holds it, and the source with all that it
// keeps, after a change.
func measure(tb testing.TB, users int) (objects, index, source int64) {
	tb.Helper()
	s, err := New(&rest.Config{Host: "localhost"}, nil, logr.Discard())
	if err != nil {
		tb.Fatal(err)
	}
	objects = heap(func() { fill(tb, s, users) })
	var roles []*feed
	for k, feeds := range s.feeds {
		if k.name == model.KindRole {
			roles = feeds
		}
	}
	removed := slices.Collect(maps.Values(roles[0].objects))[0]
	var shown *state.State
	made := heap(func() {
		s.update(tb.Context(), false)
		if err := roles[0].Delete(removed); err != nil {
			tb.Fatal(err)
		}
		s.update(tb.Context(), false)
		shown = s.current.Load()
	})
	o := shown.Organizations[0]
	if len(o.Users()) != users {
		tb.Fatalf("it has %d users", len(o.Users()))
	}
	text, err := json.Marshal(o.Document)
	if err != nil {
		tb.Fatal(err)
	}
	var another *engine.Index
	index = heap(func() {
		read := &document.Document{}
		if err = json.Unmarshal(text, read); err == nil {
			another, err = engine.NewIndex(read)
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	runtime.KeepAlive(another)
	runtime.KeepAlive(text)
	runtime.KeepAlive(s)
	return objects, index, objects + made
}

// TestMemory: a source takes at most twice what its objects and the index take that it makes of them.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector has memory of its own")
	}
	if objects, index, source := measure(t, 10_000); source > 2*(objects+index) {
		t.Errorf("it takes %d kB, and objects and index take %d kB", source/1000, (objects+index)/1000)
	}
}

// BenchmarkMemory measures what a source keeps of 100,000 users.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		objects, index, source := measure(b, 100_000)
		b.ReportMetric(float64(objects)/1e6, "objects-MB")
		b.ReportMetric(float64(index)/1e6, "index-MB")
		b.ReportMetric(float64(source)/1e6, "source-MB")
		b.ReportMetric(float64(source)/float64(objects+index), "x-objects-and-index")
	}
}
