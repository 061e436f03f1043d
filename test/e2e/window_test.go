// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/engine"
)

var _ = Describe("A grant that ends", func() {
	It("ends on the second while no manager runs", func() {
		w := newWorld()
		w.create(w.role("worker", work))
		m := startManager(alone)
		w.Published()

		// The API keeps whole seconds.
		end := time.Now().Add(3 * time.Second).Truncate(time.Second)
		short := grant("worker", "north")
		short.EndTime = &metav1.Time{Time: end}
		w.create(w.assignment("anna", "anna", short), w.assignment("otto", "otto", grant("worker", "north")))
		w.Published()
		published := w.ConfigMap()
		m.die()

		By("the clock of the reader")
		at := func(moment time.Time) *engine.Index {
			_, index := read(published, engine.WithClock(func() time.Time { return moment }))
			return index
		}
		Expect(may(at(end.Add(-time.Nanosecond)), "anna", "north")).To(BeTrue())
		Expect(may(at(end), "anna", "north")).To(BeFalse())
		Expect(may(at(end), "otto", "north")).To(BeTrue())

		By("this machine's clock, which passes the moment while we look")
		_, index := read(published)
		Eventually(func(g Gomega) {
			before := time.Now()
			allowed := may(index, "anna", "north")
			after := time.Now()
			switch {
			case after.Before(end):
				Expect(allowed).To(BeTrue(), "it ended too early")
			case !before.Before(end):
				Expect(allowed).To(BeFalse(), "it did not end")
			}
			g.Expect(before).To(BeTemporally(">=", end))
		}).Should(Succeed())
		Expect(may(index, "otto", "north")).To(BeTrue())

		Expect(m.ended()).To(BeTrue())
		Expect(w.ConfigMap().ResourceVersion).To(Equal(published.ResourceVersion), "another writer ended it")
	})
})
