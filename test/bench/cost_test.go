// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/test/bench"
)

// plotted are the sizes of the plot: about three times as many users each.
var plotted = []int{100, 300, 1_000, 3_000, 10_000, 30_000, 100_000}

// BenchmarkCost measures what the plot of docs/performance.md shows: a decision, a resolution from scratch, what one user's change
// costs the manager from the objects to the shards, and the live memory of an index. It counts processor time, the collector's
// included, so that a busy machine draws the same curves.
func BenchmarkCost(b *testing.B) {
	for _, users := range plotted {
		name := func(what string) string { return fmt.Sprintf("%s/users=%d", what, users) }
		b.Run(name("check"), func(b *testing.B) {
			d := newDecisions(b, users)
			questions := bench.Questions(d.world, d.document, questionCount, false)
			reportProcessorTime(b, func(i int) { sink = d.index.Check(&questions[i%len(questions)]) })
		})
		b.Run(name("resolve"), func(b *testing.B) {
			world := bench.World(users)
			reportProcessorTime(b, func(int) { resolve.Organization(world) })
		})
		b.Run(name("change"), func(b *testing.B) {
			members, cache := bench.Members(users), snapshot.NewCache(snapshot.CacheOptions{})
			cache.Build(benchKey, members)
			reportProcessorTime(b, func(i int) {
				edit(members, i)
				cache.Build(benchKey, members)
			})
		})
		b.Run(name("memory"), func(b *testing.B) {
			doc := resolve.Organization(bench.World(users)).Document
			for b.Loop() {
				var index *engine.Index
				b.ReportMetric(float64(heap(func() { index = mustIndex(b, doc) })), "heap-B")
				runtime.KeepAlive(index)
			}
		})
	}
}

// reportProcessorTime runs something again and again, and reports the processor time of one run.
func reportProcessorTime(b *testing.B, run func(i int)) {
	b.Helper()
	runtime.GC()
	b.ResetTimer()
	start := processorTime(b)
	for i := range b.N {
		run(i)
	}
	b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns")
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
