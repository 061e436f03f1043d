// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
)

// deaths is how often the manager dies.
const deaths = 20

// death says when a manager dies, counted from a moment.
type death struct {
	// published begins to count at the manager's next publication, else at its start.
	published bool
	after     time.Duration
	flags     []string
}

func (d death) String() string {
	from := "its start"
	if d.published {
		from = "its publication"
	}
	return fmt.Sprintf("%s after %s, %v", d.after, from, d.flags)
}

// shuffledDeaths are those in which a manager can die that reads for the first time, that waits for the lead, that
// publishes, or that writes statuses.
func shuffledDeaths(random *rand.Rand) []death {
	upTo := func(longest time.Duration) time.Duration { return time.Duration(random.Int64N(int64(longest))) }
	all := make([]death, 0, deaths)
	for i := range deaths {
		d := death{flags: alone}
		if i%2 == 0 {
			d.flags = electing
		}
		switch {
		case i < deaths/4:
			d.after = upTo(200 * time.Millisecond)
		case i < deaths/2:
			d.after = upTo(4 * time.Second)
		default:
			d.published, d.after = true, upTo(40*time.Millisecond)
		}
		all = append(all, d)
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

var _ = Describe("A manager that dies in the midst of a change", func() {
	It("publishes nothing that no state of the resources says, and ends where it should", func() {
		// Ginkgo prints the seed; --ginkgo.seed repeats it.
		seed := uint64(GinkgoRandomSeed())
		w := newWorld()
		c := w.newChange(rand.New(rand.NewPCG(seed, 1)))
		h := w.watch()

		ctx, halt := context.WithCancel(w.ctx)
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			c.run(ctx)
		}()
		DeferCleanup(func() {
			halt()
			Eventually(stopped).Should(BeClosed())
		})

		for i, d := range shuffledDeaths(rand.New(rand.NewPCG(seed, 2))) {
			By(fmt.Sprintf("death %d: %s", i+1, d))
			m := startManager(d.flags)
			if d.published {
				before := h.len()
				Eventually(h.len).WithPolling(time.Millisecond).Should(BeNumerically(">", before))
			}
			time.Sleep(d.after)
			m.die()
		}
		halt()
		Eventually(stopped).Should(BeClosed())

		By("a last manager, which lives")
		startManager(electing)
		w.awaitPublished()
		states := h.until(w)
		Expect(len(states)).To(BeNumerically(">", deaths/2), "too little was published to show anything")
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
