// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkPublication reports what a change writes: API requests, with the index, and their bytes. What is timed is to put
// the document into the form in which it is published.
func BenchmarkPublication(b *testing.B) {
	for _, users := range sizes {
		doc := resolve.Organization(bench.World(users)).Document
		for _, change := range []struct {
			of   string
			edit func(d *document.Document, i int)
		}{{"user", editUser}, {"role", editRole}, {"unit", editUnit}} {
			b.Run(fmt.Sprintf("%s/users=%d", change.of, users), func(b *testing.B) {
				before := shardsOf(b, doc)
				var requests, bytes, index int
				for i := 0; b.Loop(); i++ {
					change.edit(doc, i)
					after, err := publish.Encode(doc)
					if err != nil {
						b.Fatal(err)
					}
					b.StopTimer()
					r, n, x := requestsOf(b, before, after)
					requests, bytes, index = max(requests, r), max(bytes, n), x
					for _, shard := range after.Shards {
						before[shard.Part.ConfigMap] = true
					}
					b.StartTimer()
				}
				b.ReportMetric(float64(requests), "writes/change")
				b.ReportMetric(float64(bytes), "shard-bytes/change")
				b.ReportMetric(float64(index), "index-bytes")
			})
		}
	}
}

// shardsOf are the shards that are there, by name.
func shardsOf(b *testing.B, doc *document.Document) map[string]bool {
	b.Helper()
	encoded, err := publish.Encode(doc)
	if err != nil {
		b.Fatal(err)
	}
	there := map[string]bool{}
	for _, shard := range encoded.Shards {
		there[shard.Part.ConfigMap] = true
	}
	return there
}

// requestsOf counts the requests that publish a document, and the bytes of its new shards and of the ConfigMap that names
// them. That one holds the document too where it fits.
func requestsOf(b *testing.B, there map[string]bool, after *publish.Encoded) (requests, shards, index int) {
	b.Helper()
	data, err := after.Data("00000000-0000-0000-0000-000000000000", 1, time.Unix(0, 0))
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range data {
		index += len(text)
	}
	requests = 1
	for _, shard := range after.Shards {
		if !there[shard.Part.ConfigMap] {
			requests++
			shards += shard.Part.Bytes
		}
	}
	return requests, shards, index
}

func editUser(doc *document.Document, i int) {
	for id, user := range doc.Users {
		user.HomeUnit = fmt.Sprintf("unit-%d", i)
		doc.Users[id] = user
		return
	}
}

func editRole(doc *document.Document, i int) {
	for name, role := range doc.Roles {
		role.Permissions = map[string][]document.Alternative{"permission-000": {{RequiredFeatures: []string{fmt.Sprintf("feature-%d", i)}}}}
		doc.Roles[name] = role
		return
	}
}

func editUnit(doc *document.Document, i int) {
	for name, unit := range doc.Units {
		unit.Attributes = map[string]any{"number": i}
		doc.Units[name] = unit
		return
	}
}
