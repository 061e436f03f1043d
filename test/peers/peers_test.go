// SPDX-License-Identifier: Apache-2.0

package peers_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/rolewright/rolewright/test/peers"
)

var engines = []struct {
	name string
	// most is the largest organization that the engine is given, in users.
	most int
	load func(*peers.Facts) (peers.Engine, error)
}{
	// It walks its whole policy for each question, which takes as long for few users as for many.
	{"casbin", 1_000, peers.NewCasbin},
	{"casbin-split", 100_000, peers.NewCasbinSplit},
	{"casbin-cached", 100_000, peers.NewCasbinCached},
	{"cedar", 100_000, peers.NewCedar},
	{"cedar-flat", 100_000, peers.NewCedarFlat},
	{"opa", 100_000, peers.NewOPA},
	{"opa-flat", 100_000, peers.NewOPAFlat},
	{"cerbos", 100_000, peers.NewCerbos},
}

// sink keeps the compiler from leaving out what is measured.
var sink bool

// BenchmarkPeers times an engine once it has answered all questions as Index.Check does. x-check is how many times as long
// as Index.Check it takes for a question.
func BenchmarkPeers(b *testing.B) {
	for _, users := range []int{1_000, 10_000, 100_000} {
		for _, kind := range []struct {
			name      string
			qualified bool
		}{{"plain", false}, {"qualified", true}} {
			facts, err := peers.NewFacts(users, kind.qualified)
			if err != nil {
				b.Fatal(err)
			}
			for _, engine := range engines {
				if users > engine.most {
					continue
				}
				// The outer benchmark runs once, the inner one again and again.
				b.Run(engine.name+"/"+kind.name, func(b *testing.B) {
					loaded, err := engine.load(facts)
					if err != nil {
						b.Fatal(err)
					}
					requireAgreement(b, facts, loaded)
					b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) { measure(b, facts, loaded) })
				})
			}
		}
	}
}

func measure(b *testing.B, facts *peers.Facts, engine peers.Engine) {
	b.Helper()
	ask := func(i int) { sink, _ = engine.Ask(i) }
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		ask(i % peers.QuestionCount)
	}
	b.StopTimer()
	b.ReportMetric(ratio(ask, func(i int) { sink = facts.Index.Check(&facts.Requests[i]) }), "x-check")
}

// requireAgreement asks everything. It also fails if the answers would not show that an engine says yes, or no, always.
func requireAgreement(tb testing.TB, facts *peers.Facts, engine peers.Engine) {
	tb.Helper()
	yes := 0
	for i := range facts.Requests {
		want := facts.Index.Check(&facts.Requests[i])
		got, err := engine.Ask(i)
		if err != nil {
			tb.Fatalf("%+v: %v", facts.Questions[i], err)
		}
		if got != want {
			tb.Fatalf("the engine answers %v, Index.Check %v, to %+v of a user with %v", got, want, facts.Questions[i], facts.Grants[facts.Questions[i].User])
		}
		if want {
			yes++
		}
	}
	if yes < len(facts.Requests)/4 || yes > len(facts.Requests)*3/4 {
		tb.Fatalf("%d of %d answers are yes; about half should be", yes, len(facts.Requests))
	}
}

// ratio runs both in turn, round after round, and returns the median of the rounds' ratios. A round puts all questions to
// the index, and as many to the engine as it answers in a moment; the next round goes on from there. It compares processor
// time, the collector's included: on a busy machine, the slower engine would also wait more often.
func ratio(engine, index func(int)) float64 {
	const (
		rounds = 31
		moment = 5 * time.Millisecond
	)
	next := 0
	ratios := make([]float64, 0, rounds)
	for range rounds {
		asked, start := 0, processorTime()
		for asked < peers.QuestionCount && processorTime()-start < moment {
			// The clock is read once in a few questions, so that reading it is not what is measured.
			for range 64 {
				engine(next)
				next = (next + 1) % peers.QuestionCount
			}
			asked += 64
		}
		measured := float64(processorTime()-start) / float64(asked)
		start = processorTime()
		for i := range peers.QuestionCount {
			index(i)
		}
		ratios = append(ratios, measured/(float64(processorTime()-start)/peers.QuestionCount))
	}
	slices.Sort(ratios)
	return ratios[rounds/2]
}

// processorTime is what this process has used. Without it there is no ratio.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
