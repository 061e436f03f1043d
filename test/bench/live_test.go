// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// published is one state as it lies in ConfigMaps.
type published struct {
	encoded *publish.Encoded
	shards  map[string]string
}

func publishWorld(b *testing.B, world *model.World) published {
	b.Helper()
	encoded, err := publish.Encode(resolve.Organization(world).Document)
	if err != nil {
		b.Fatal(err)
	}
	p := published{encoded, make(map[string]string, len(encoded.Shards))}
	for i := range encoded.Shards {
		p.shards[encoded.Shards[i].Part.ConfigMap] = encoded.Shards[i].Text()
	}
	return p
}

// offer offers the state under a revision, and returns how many bytes the source reads of it.
func (p published) offer(b *testing.B, source *permissions.Source, revision int64) int {
	b.Helper()
	data, err := p.encoded.Data("uid", revision, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	read := len(data[document.PublicationKey])
	if err := source.Update([]byte(data[document.PublicationKey]), func(part document.Part) ([]byte, error) {
		read += part.Bytes
		if part.ConfigMap != "" {
			return []byte(p.shards[part.ConfigMap]), nil
		}
		return []byte(data[part.Name]), nil
	}); err != nil {
		b.Fatal(err)
	}
	return read
}

// changes are what happens to an organization from one day to the next, a little of each.
var changes = []struct {
	name  string
	apply func(world *model.World)
}{
	{"user", func(w *model.World) { w.Assignments[0].Grants = w.Assignments[1].Grants }},
	{"user-more", func(w *model.World) {
		more := w.Assignments[0]
		more.Ref.Name, more.User = "one-more", "one-more@example.com"
		w.Assignments = append(w.Assignments, more)
	}},
	{"role", func(w *model.World) { w.Roles[1].Rules[0].Permissions = w.Roles[3].Rules[0].Permissions }},
	{"unit", func(w *model.World) { w.Structures[1].Units[len(w.Structures[1].Units)-1].Parent = "company" }},
	{"catalog", func(w *model.World) { w.Catalog.Qualifiers[0].Expression = "false" }},
}

// BenchmarkSource measures what a change costs a reader, from the bytes to the index that answers: a source is offered
// the state before and the state after in turn.
func BenchmarkSource(b *testing.B) {
	for _, users := range sizes {
		before := publishWorld(b, bench.World(users))
		for _, change := range changes {
			world := bench.World(users)
			change.apply(world)
			after := publishWorld(b, world)
			b.Run(fmt.Sprintf("%s/users=%d", change.name, users), func(b *testing.B) {
				source := permissions.NewSource()
				before.offer(b, source, 1)
				var revision int64 = 1
				var read int
				b.ReportAllocs()
				for b.Loop() {
					revision++
					if revision%2 == 0 {
						read = after.offer(b, source, revision)
					} else {
						read = before.offer(b, source, revision)
					}
				}
				b.ReportMetric(float64(read), "B-read")
			})
		}
	}
}

// BenchmarkSourceStart measures what the first publication costs a reader, and what it then keeps in memory.
func BenchmarkSourceStart(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		state := publishWorld(b, world)
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				state.offer(b, permissions.NewSource(), 1)
			}
			perUser(b, users)
			var source *permissions.Source
			sourceBytes := heap(func() {
				source = permissions.NewSource()
				state.offer(b, source, 1)
			})
			var index *engine.Index
			indexBytes := heap(func() { index = mustIndex(b, resolve.Organization(world).Document) })
			runtime.KeepAlive(source)
			runtime.KeepAlive(index)
			b.ReportMetric(float64(sourceBytes)/float64(users), "heap-B/user")
			b.ReportMetric(float64(sourceBytes)/float64(indexBytes), "x-index-heap")
		})
	}
}

// BenchmarkSourceIndex measures what it costs to ask a source for its index, before every request.
func BenchmarkSourceIndex(b *testing.B) {
	state := publishWorld(b, bench.World(sizes[0]))
	for name, options := range map[string][]permissions.SourceOption{
		"plain":      nil,
		"deny-stale": {permissions.WithMaxStaleness(time.Hour), permissions.WithDenyWhenStale()},
	} {
		b.Run(name, func(b *testing.B) {
			source := permissions.NewSource(options...)
			state.offer(b, source, 1)
			for b.Loop() {
				sink = source.Index() != nil
			}
		})
	}
}
