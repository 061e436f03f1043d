// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/bench"
)

const (
	// pageSize is how many results a page has.
	pageSize = 50
	// searchCount is how many searches are made over and over.
	searchCount = 100
)

// BenchmarkWhoCan measures a page of users: from the first and from the middle, of a permission that is held without
// qualifier and of one that is the owner's. Beside it stands a check of every user, as long as it takes to fill the page.
func BenchmarkWhoCan(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		document := resolve.Organization(world).Document
		index := mustIndex(b, document)
		middle := world.Assignments[users/2].User
		for _, kind := range []struct {
			name, after string
			qualified   bool
		}{{"first", "", false}, {"middle", middle, false}, {"owner", "", true}} {
			questions := bench.Questions(world, document, searchCount, kind.qualified)
			b.Run(fmt.Sprintf("%s/users=%d", kind.name, users), func(b *testing.B) {
				b.ReportAllocs()
				found := 0
				for i := range b.N {
					found += page(index, &questions[i%searchCount], kind.after)
				}
				b.ReportMetric(float64(found)/float64(b.N), "found/page")
			})
		}
		questions := bench.Questions(world, document, searchCount, false)
		b.Run(fmt.Sprintf("by-check/users=%d", users), func(b *testing.B) {
			for i := range b.N {
				asked, found := questions[i%searchCount], 0
				for u := 0; u < users && found < pageSize; u++ {
					if asked.Subject.ID = world.Assignments[u].User; index.Check(&asked) {
						found++
					}
				}
			}
		})
	}
}

// BenchmarkInterpreter measures searches whose conditions depend on what varies against the same with conditions that cel-go
// interprets: who may, of the resource's owner; and where, of what is known of each unit. x-interpreter is how many times as long the
// latter take.
func BenchmarkInterpreter(b *testing.B) {
	for _, search := range []struct {
		name, expression string
		run              func(*engine.Index, *access.Request) int
	}{
		{"who-can", "resource.properties.owner == subject.id", func(x *engine.Index, r *access.Request) int { return page(x, r, "") }},
		{"where", "!has(resource.unit.closed)", func(x *engine.Index, r *access.Request) int { return len(x.Where(r)) }},
	} {
		for _, users := range sizes {
			b.Run(fmt.Sprintf("%s/users=%d", search.name, users), func(b *testing.B) {
				world := bench.World(users)
				world.Catalog.Qualifiers[0].Expression = search.expression
				document := resolve.Organization(world).Document
				compiled := mustIndex(b, document)
				interpreted := mustIndex(b, resolve.Organization(bench.Interpreted(world)).Document)
				questions := bench.Questions(world, document, searchCount, true)
				for i := range questions {
					if got, want := search.run(interpreted, &questions[i]), search.run(compiled, &questions[i]); got != want {
						b.Fatalf("interpreted, a search finds %d; compiled, %d", got, want)
					}
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					search.run(compiled, &questions[i%searchCount])
				}
				b.StopTimer()
				b.ReportMetric(ratio(searchCount, func(i int) { search.run(interpreted, &questions[i]) },
					func(i int) { search.run(compiled, &questions[i]) }), "x-interpreter")
			})
		}
	}
}

// page asks for one page, and returns how many users are on it.
func page(index *engine.Index, request *access.Request, after string) int {
	found := 0
	for range index.WhoCan(request, after) {
		found++
		if found == pageSize {
			break
		}
	}
	return found
}

// BenchmarkFirstWhoCan measures the first search of an index, which makes the lists that later ones use.
func BenchmarkFirstWhoCan(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		document := resolve.Organization(world).Document
		question := bench.Questions(world, document, 1, false)[0]
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				index := mustIndex(b, document)
				b.StartTimer()
				page(index, &question, "")
			}
			b.StopTimer()
			perUser(b, users)
			index := mustIndex(b, document)
			b.ReportMetric(float64(heap(func() { page(index, &question, "") }))/float64(users), "heap-B/user")
			page(index, &question, "")
		})
	}
}

// BenchmarkSearchesOfOne measures what concerns one user: all that they may in a unit, the units of a kind on which they
// may do something, and the places for the query of a list.
func BenchmarkSearchesOfOne(b *testing.B) {
	const users = 100_000
	world := bench.World(users)
	document := resolve.Organization(world).Document
	index := mustIndex(b, document)
	for _, qualified := range []bool{false, true} {
		questions := bench.Questions(world, document, searchCount, qualified)
		for _, search := range []struct {
			name string
			run  func(*access.Request) int
		}{
			{"what-can", func(r *access.Request) int { return count(index.WhatCan(r, "")) }},
			{"units-can", func(r *access.Request) int {
				of := *r
				of.Resource.Type = "department"
				return count(index.ResourcesCan(&of, ""))
			}},
			{"where", func(r *access.Request) int { return len(index.Where(r)) }},
		} {
			b.Run(fmt.Sprintf("%s/qualified=%v", search.name, qualified), func(b *testing.B) {
				b.ReportAllocs()
				found := 0
				for i := range b.N {
					found += search.run(&questions[i%searchCount])
				}
				b.ReportMetric(float64(found)/float64(b.N), "found")
			})
		}
	}
}

// count counts what a search finds.
func count(results func(func(string) bool)) int {
	found := 0
	results(func(string) bool { found++; return true })
	return found
}
