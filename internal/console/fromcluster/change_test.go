// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// changer changes one assignment after another in the feed of a source, as a watch would.
type changer struct {
	source *Source
	feed   *feed
	keys   []types.NamespacedName
	count  int
}

func newChanger(tb testing.TB, users int) *changer {
	tb.Helper()
	s, err := New(&rest.Config{Host: "localhost"}, nil, logr.Discard())
	if err != nil {
		tb.Fatal(err)
	}
	fill(tb, s, users)
	s.update(tb.Context(), false)
	for k, feeds := range s.feeds {
		if k.name == model.KindAssignment {
			keys := slices.SortedFunc(maps.Keys(feeds[0].objects), intake.CompareKeys)
			return &changer{source: s, feed: feeds[0], keys: keys}
		}
	}
	tb.Fatal("there is no feed of assignments")
	return nil
}

// change gives a user the grants of another one.
func (c *changer) change(tb testing.TB) {
	tb.Helper()
	c.count++
	of := func(i int) *v1alpha1.UserAssignment {
		return c.feed.objects[c.keys[i%len(c.keys)]].(*v1alpha1.UserAssignment)
	}
	changed := of(c.count * 7919).DeepCopy()
	changed.Generation++
	changed.Spec.Grants = of(c.count).Spec.Grants
	if err := c.feed.Update(changed); err != nil {
		tb.Fatal(err)
	}
}

// TestChangesAreListed: after each change of one assignment, the list is that of all assignments, sorted, and only the changed one is
// another object.
func TestChangesAreListed(t *testing.T) {
	c := newChanger(t, 200)
	for i := range 50 {
		before := c.source.contents.Assignments
		switch {
		case i%5 == 3:
			if err := c.feed.Delete(c.feed.objects[c.keys[i]]); err != nil {
				t.Fatal(err)
			}
			c.keys = slices.Delete(c.keys, i, i+1)
		case i%5 == 4:
			added := c.feed.objects[c.keys[i]].DeepCopyObject().(*v1alpha1.UserAssignment)
			added.Name, added.UID = fmt.Sprintf("new-%d", i), types.UID(fmt.Sprint(i))
			if err := c.feed.Add(added); err != nil {
				t.Fatal(err)
			}
			c.keys = append(c.keys, types.NamespacedName{Namespace: added.Namespace, Name: added.Name})
			slices.SortFunc(c.keys, intake.CompareKeys)
		default:
			c.change(t)
		}
		c.source.update(t.Context(), false)
		listed := c.source.contents.Assignments
		others := 0
		for at, key := range c.keys {
			if listed[at] != c.feed.objects[key] {
				t.Fatalf("number %d is %s, want %s", at, listed[at].Name, key)
			}
			if !slices.Contains(before, listed[at]) {
				others++
			}
		}
		if len(listed) != len(c.keys) || others > 1 {
			t.Fatalf("%d are listed of %d, and %d are other ones", len(listed), len(c.keys), others)
		}
	}
}

// BenchmarkChange measures what the change of one user costs a source, until pages show it, beside what it costs the manager until it is
// encoded for publication.
func BenchmarkChange(b *testing.B) {
	for _, users := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			c := newChanger(b, users)
			cache, key := snapshot.NewCache(snapshot.CacheOptions{}), types.NamespacedName{Namespace: "bench", Name: "bench"}
			cache.Build(key, c.source.current.Load().Organizations[0].Members)
			var floor time.Duration
			for b.Loop() {
				c.change(b)
				c.source.update(b.Context(), false)
				b.StopTimer()
				members := c.source.current.Load().Organizations[0].Members
				start := time.Now()
				cache.Build(key, members)
				floor += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed())/float64(floor), "x-manager")
			b.ReportMetric(float64(floor)/float64(b.N)/1e6, "manager-ms")
		})
	}
}
