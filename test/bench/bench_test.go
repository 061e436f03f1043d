// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

var sizes = []int{1_000, 10_000, 100_000}

// So many questions are asked over and over. Those of the few stay in the processor's caches, as a request does that was
// just read; the many do not, and what is measured is also the wait for them.
const (
	questionCount     = 1_000
	manyQuestionCount = 10_000
)

// sink keeps the compiler from leaving out what is measured.
var sink bool

func BenchmarkCheck(b *testing.B) {
	for _, users := range sizes {
		built := sync.OnceValue(func() *decisions { return newDecisions(b, users) })
		for _, kind := range []struct {
			name      string
			qualified bool
			questions int
		}{{"plain", false, questionCount}, {"plain-many", false, manyQuestionCount}, {"qualified", true, questionCount}} {
			b.Run(fmt.Sprintf("%s/users=%d", kind.name, users), func(b *testing.B) {
				d := built()
				questions := bench.Questions(d.world, d.document, kind.questions, kind.qualified)
				requireMixedAnswers(b, d.index, questions)
				if kind.qualified {
					// Only questions that reach the qualifier are compared: for the others no engine evaluates anything.
					questions = slices.DeleteFunc(questions, func(q access.Request) bool { return !d.index.Check(&q) })
				}
				names := bench.Names(questions)
				check := func(i int) { sink = d.index.Check(&questions[i]) }
				least := func(i int) { sink = d.floor.Check(names[i][0], names[i][1], names[i][2]) }
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					check(i % len(questions))
				}
				b.StopTimer()
				b.ReportMetric(ratio(len(questions), check, least), "x-floor")
				reading := func(i int) { sink = d.floor.CheckRequest(&questions[i]) }
				b.ReportMetric(ratio(len(questions), check, reading), "x-reading-floor")
			})
		}
	}
}

// decisions is what decisions are measured with.
type decisions struct {
	world    *model.World
	document *document.Document
	index    *engine.Index
	floor    *bench.Floor
}

func newDecisions(b *testing.B, users int) *decisions {
	b.Helper()
	world := bench.World(users)
	doc := resolve.Organization(world).Document
	return &decisions{world: world, document: doc, index: mustIndex(b, doc), floor: bench.NewFloor(world, doc)}
}

// BenchmarkFloor measures what decisions are compared with, each by itself: one look-up of a whole question in a map of
// precomputed answers, the three look-ups, and one evaluation of the compiled qualifier.
func BenchmarkFloor(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		doc := resolve.Organization(world).Document
		questions := bench.Questions(world, doc, questionCount, true)
		names := bench.Names(questions)
		floor, evaluate := bench.NewFloor(world, doc), evaluation(b, questions)
		precomputed := make(map[[3]string]bool, len(names))
		for _, name := range names {
			precomputed[name] = floor.Check(name[0], name[1], name[2])
		}
		for _, measured := range []struct {
			name string
			run  func(int)
		}{
			{"precomputed", func(i int) { sink = precomputed[names[i]] }},
			{"look-ups", func(i int) { sink = floor.Check(names[i][0], names[i][1], names[i][2]) }},
			{"evaluation", evaluate},
		} {
			b.Run(fmt.Sprintf("%s/users=%d", measured.name, users), func(b *testing.B) {
				b.ReportAllocs()
				for i := range b.N {
					measured.run(i % len(names))
				}
			})
		}
	}
}

// evaluation returns one evaluation of the compiled qualifier for the i-th question.
func evaluation(b *testing.B, questions []access.Request) func(int) {
	b.Helper()
	program, err := condition.Compile("resource.properties.owner == subject.id")
	if err != nil {
		b.Fatal(err)
	}
	activations := make([]condition.Activation, len(questions))
	for i := range questions {
		q := &questions[i]
		activations[i].Subject = condition.Subject{Type: q.Subject.Type, ID: q.Subject.ID}
		activations[i].Resource = condition.Resource{Type: q.Resource.Type, ID: q.Resource.ID, Properties: q.Resource.Properties}
	}
	return func(i int) { sink, _ = program.Eval(&activations[i]) }
}

// requireMixedAnswers fails when the questions do not tell yes from no.
func requireMixedAnswers(b *testing.B, index *engine.Index, questions []access.Request) {
	b.Helper()
	yes := 0
	for i := range questions {
		if index.Check(&questions[i]) {
			yes++
		}
	}
	if yes < len(questions)/3 || yes > len(questions)*2/3 {
		b.Fatalf("%d of %d answers are yes; about half should be", yes, len(questions))
	}
}

// ratio runs both in turn, a few at a time, round after round, and returns the median of their ratios, so that what else the machine
// does weighs on both alike, and what interrupts one turn does not count. While the one is in the first half, the other is in the
// second: neither finds in the processor's caches what the other has just read of the same request.
func ratio(count int, measured, floor func(int)) float64 {
	const (
		rounds = 41
		turn   = 500
	)
	half := (count + 1) / 2
	ratios := make([]float64, 0, rounds*(count/turn+2))
	for range rounds {
		for from := 0; from < half; from += turn {
			near := span{from, min(from+turn, half)}
			far := span{min(half+from, count-1), min(half+from+turn, count)}
			ratios = append(ratios, near.timed(measured)/far.timed(floor), far.timed(measured)/near.timed(floor))
		}
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// span is some of the things that are measured.
type span struct{ from, until int }

// timed returns what one of them takes.
func (s span) timed(run func(int)) float64 {
	start := time.Now()
	for i := s.from; i < s.until; i++ {
		run(i)
	}
	return float64(time.Since(start)) / float64(s.until-s.from)
}

func BenchmarkResolve(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				resolve.Organization(world)
			}
			perUser(b, users)
		})
	}
}

func BenchmarkNewIndex(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		doc := resolve.Organization(world).Document
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustIndex(b, doc)
			}
			perUser(b, users)
			var index *engine.Index
			var floor *bench.Floor
			indexBytes := heap(func() { index = mustIndex(b, doc) })
			floorBytes := heap(func() { floor = bench.NewFloor(world, doc) })
			runtime.KeepAlive(index)
			runtime.KeepAlive(floor)
			b.ReportMetric(float64(indexBytes)/float64(users), "heap-B/user")
			b.ReportMetric(float64(indexBytes)/float64(floorBytes), "x-floor-heap")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, users := range sizes {
		doc := resolve.Organization(bench.World(users)).Document
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			for b.Loop() {
				text, err := publish.Text(doc)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(text))/float64(users), "B/user")
			}
			perUser(b, users)
		})
	}
}

// perUser reports what one user costs: a figure that stays level when the cost is linear.
func perUser(b *testing.B, users int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(users), "ns/user")
}

// heap returns by how much the live heap grows.
func heap(build func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return after.HeapAlloc - before.HeapAlloc
}

func mustIndex(b *testing.B, doc *document.Document) *engine.Index {
	b.Helper()
	index, err := engine.NewIndex(doc)
	if err != nil {
		b.Fatal(err)
	}
	return index
}
