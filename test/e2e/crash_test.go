// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
)

// crash is how a manager is killed: with which flags it runs, and how long after its start, unless one of its writes comes
// first.
type crash struct {
	flags []string
	after time.Duration
	// write is which of its writes kills it; 0 for none. If published is set, only updates of the ConfigMap count. If answered is set, the
	// API server still processes that write.
	write     int64
	published bool
	answered  bool
}

func (d crash) String() string {
	flags, what := strings.Join(d.flags, " "), "of any kind"
	if d.published {
		what = "that updates the ConfigMap"
	}
	switch {
	case d.write == 0:
		return fmt.Sprintf("%s after its start, with %s", d.after, flags)
	case d.answered:
		return fmt.Sprintf("before it hears of write %d %s, with %s", d.write, what, flags)
	default:
		return fmt.Sprintf("as it sends write %d %s, with %s", d.write, what, flags)
	}
}

// shuffledCrashes are twenty ways to die: while reading for the first time, while waiting for the lead, at any time, and
// within one of the first writes: most are statuses, so some lives last until the ConfigMap has been written. However slow the machine is,
// the ConfigMap is written eight times at least.
func shuffledCrashes(random *rand.Rand) []crash {
	var all []crash
	upTo := func(longest time.Duration) time.Duration { return time.Duration(random.Int64N(int64(longest))) }
	for _, flags := range [][]string{alone, electing} {
		all = append(all,
			crash{flags: flags, after: upTo(200 * time.Millisecond)},
			crash{flags: flags, after: upTo(200 * time.Millisecond)},
			crash{flags: flags, after: upTo(time.Second)},
			crash{flags: flags, after: upTo(4 * time.Second)},
			crash{flags: flags, write: 1, published: true},
			crash{flags: flags, write: 1, published: true, answered: true},
			crash{flags: flags, write: 2, published: true},
			crash{flags: flags, write: 2, published: true, answered: true},
			crash{flags: flags, write: 1 + random.Int64N(20)},
			crash{flags: flags, write: 1 + random.Int64N(20), answered: true},
		)
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// happen starts a manager and returns when it has crashed.
func (d crash) happen(w *world) {
	GinkgoHelper()
	if d.write == 0 {
		m := startManager(d.flags)
		time.Sleep(d.after)
		m.die()
		return
	}
	counted := ""
	if d.published {
		counted = "/configmaps/" + w.key().Name
	}
	g := newCutProxy(counted, d.write, d.answered)
	m := startManagerThrough(g.kubeconfig(), d.flags)
	Eventually(g.reached).Should(BeClosed())
	m.die()
}

var _ = Describe("A manager that dies in the midst of a change", func() {
	It("publishes nothing that no state of the resources says, and ends where it should", func() {
		// Ginkgo prints the seed; --ginkgo.seed repeats it.
		seed := uint64(GinkgoRandomSeed())
		w := newWorld()
		c := w.newChange(rand.New(rand.NewPCG(seed, 1)))
		h := w.watch()

		ctx, halt := context.WithCancel(w.Ctx)
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			c.run(ctx)
		}()
		DeferCleanup(func() {
			halt()
			Eventually(stopped).Should(BeClosed())
		})

		for i, d := range shuffledCrashes(rand.New(rand.NewPCG(seed, 2))) {
			By(fmt.Sprintf("crash %d: %s", i+1, d))
			d.happen(w)
		}
		halt()
		Eventually(stopped).Should(BeClosed())

		By("a last manager, which lives")
		startManager(electing)
		w.Published()
		states := h.until(w)
		Expect(len(states)).To(BeNumerically(">=", 8), "too little was published to show anything")
		Expect(c.contains(expectInOrder(states))).To(Succeed())
		for _, state := range states {
			expectNobodyLostOrGained(state)
		}
	})
})

// expectNobodyLostOrGained verifies what a change keeps true in every state.
func expectNobodyLostOrGained(state *corev1.ConfigMap) {
	GinkgoHelper()
	publication, index := read(state)
	for i := range movers {
		somewhere := may(index, mover(i), "north") || may(index, mover(i), "south")
		Expect(somewhere).To(BeTrue(), "%s lost everything in revision %d", mover(i), publication.Revision)
	}
	for _, unit := range []string{"all", "north", "south"} {
		Expect(may(index, visitor, unit)).To(BeFalse(), "the visitor may work in %s in revision %d", unit, publication.Revision)
	}
}
