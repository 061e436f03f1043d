// SPDX-License-Identifier: Apache-2.0

package worstcases_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/worstcases"
)

// BenchmarkWorstCase resolves each case, writes its document and makes an index of it. The unit "of-plain" is its time for a byte of
// its objects in relation to that of a plain organization in the same run.
func BenchmarkWorstCase(b *testing.B) {
	plain := perByte(b, worstcases.Plain())
	for _, c := range worstcases.All() {
		b.Run(c.Name, func(b *testing.B) {
			members := c.Members()
			b.ReportMetric(perByte(b, members)/plain, "of-plain")
			b.ReportMetric(0, "ns/op")
			world := intake.World(worstcases.Name, worstcases.Name, members)
			resolution := resolve.Organization(&world)
			b.ReportMetric(float64(resolution.Steps), "steps")
			if resolution.GivenUp {
				b.ReportMetric(1, "given-up")
				return
			}
			if encoded, err := publish.Encode(resolution.Document); err == nil {
				b.ReportMetric(float64(encoded.Bytes)/float64(size(b, members)), "document-bytes/byte")
			}
		})
	}
}

// BenchmarkQuestion asks an index what takes as much work as it can.
func BenchmarkQuestion(b *testing.B) {
	for _, q := range worstcases.Questions() {
		b.Run(q.Name, func(b *testing.B) {
			x := indexOf(b, q.Members())
			_ = q.Ask(x)
			for b.Loop() {
				if problem := q.Ask(x); problem != "" {
					b.Fatal(problem)
				}
			}
		})
	}
}

// perByte returns the seconds that all of it takes, for a byte of the objects.
func perByte(b *testing.B, members *intake.Members) float64 {
	b.Helper()
	world := intake.World(worstcases.Name, worstcases.Name, members)
	start := time.Now()
	if doc := resolve.Organization(&world).Document; doc != nil {
		_, _ = publish.Encode(doc)
		_, _ = engine.NewIndex(doc)
	}
	return time.Since(start).Seconds() / float64(size(b, members))
}

// size is the size of the objects as JSON.
func size(b *testing.B, members *intake.Members) int {
	b.Helper()
	text, err := json.Marshal(members)
	if err != nil {
		b.Fatal(err)
	}
	return len(text)
}
