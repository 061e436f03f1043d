// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A change in a quiet organization", Serial, func() {
	var (
		w      *world
		passes *passCounter
	)
	BeforeEach(func() {
		passes = &passCounter{counts: map[string]int{}}
		startInstead(func() *clustertest.Manager {
			return clustertest.StartManagerWithLogger(config, options(shardGrace), logr.New(passLog{passes: passes}))
		})
		w = newWorld()
		w.Apply(everything...)
		w.Published()
	})

	// passesOf returns how many passes each controller needed for a change of the world.
	passesOf := func(change func()) map[string]int {
		GinkgoHelper()
		before := passes.settled(w.Namespace)
		change()
		w.Settled()
		w.Published()
		after := passes.settled(w.Namespace)
		return map[string]int{
			"resolution":  after["resolution"] - before["resolution"],
			"publication": after["publication"] - before["publication"],
		}
	}

	It("is resolved once and published once, beside the echo of the write", func() {
		Expect(passesOf(func() {
			w.Apply(user("anna", "anna", "  grants: [{name: head, roleRef: {name: head}, scope: {units: [south]}}]"))
		})).To(Equal(map[string]int{"resolution": 1, "publication": 2}))
		w.Yes("anna staff.hire south")
		w.No("anna orders.view icu")
	})

	It("is resolved once, and has no echo where nothing is written", func() {
		Expect(passesOf(func() {
			w.Apply(clerkYAML + "  displayName: Clerk\n")
		})).To(Equal(map[string]int{"resolution": 1, "publication": 1}))
	})
})

// passCounter counts the passes of controllers by what they log: that an organization was resolved, of which a pass that is too early logs
// nothing, and what controller-runtime logs at the start of each pass of the others.
type passCounter struct {
	mutex  sync.Mutex
	counts map[string]int
}

// settled returns how many passes each controller made over a namespace, once that has come to rest.
func (p *passCounter) settled(namespace string) map[string]int {
	GinkgoHelper()
	var last map[string]int
	Eventually(func() bool {
		before := last
		last = p.of(namespace)
		return len(last) > 0 && maps.Equal(last, before)
	}).WithPolling(500 * time.Millisecond).Should(BeTrue())
	return last
}

func (p *passCounter) of(namespace string) map[string]int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	counts := map[string]int{}
	for _, controller := range []string{"resolution", "publication"} {
		counts[controller] = p.counts[controller+" "+namespace]
	}
	return counts
}

// passLog is a sink of logs that counts passes and drops everything else.
type passLog struct {
	passes                *passCounter
	controller, namespace string
}

// Init implements logr.LogSink.
func (l passLog) Init(logr.RuntimeInfo) {}

// Enabled implements logr.LogSink.
func (l passLog) Enabled(int) bool { return true }

// Info implements logr.LogSink.
func (l passLog) Info(_ int, message string, values ...any) {
	with := l.WithValues(values...).(passLog)
	counted := "Reconciling"
	if with.controller == "resolution" {
		counted = "Resolved"
	}
	if message != counted {
		return
	}
	l.passes.mutex.Lock()
	defer l.passes.mutex.Unlock()
	l.passes.counts[with.controller+" "+with.namespace]++
}

// Error implements logr.LogSink.
func (l passLog) Error(error, string, ...any) {}

// WithName implements logr.LogSink.
func (l passLog) WithName(string) logr.LogSink { return l }

// WithValues implements logr.LogSink.
func (l passLog) WithValues(values ...any) logr.LogSink {
	for pair := range slices.Chunk(values, 2) {
		switch pair[0] {
		case "controller":
			l.controller = fmt.Sprint(pair[1])
		case "namespace":
			l.namespace = fmt.Sprint(pair[1])
		}
	}
	return l
}
