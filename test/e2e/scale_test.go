// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/util/workqueue"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("An organization of two thousand users", func() {
	const users = 2000
	name := func(i int) string { return fmt.Sprintf("user-%04d", i) }

	It("is published whole, and so is each change to it", func() {
		w := newWorld()
		m := startManager(alone)
		w.create(w.role("worker", work), w.role("guest", "look"))
		failures := make([]error, users)
		workqueue.ParallelizeUntil(w.Ctx, 8, users, func(i int) {
			unit := []string{"north", "south"}[i%2]
			failures[i] = api.Create(w.Ctx, w.assignment(name(i), name(i), grant("worker", unit)))
		})
		Expect(failures).To(HaveEach(Succeed()))
		w.Published()
		publication, index := w.Publication(), w.Index()
		Expect(publication.Counts.Users).To(Equal(users))
		for i := range users {
			Expect(may(index, name(i), "north")).To(Equal(i%2 == 0), name(i))
			Expect(may(index, name(i), "south")).To(Equal(i%2 == 1), name(i))
		}

		By("a user who is suspended")
		suspended := w.assignment(name(0), name(0))
		w.refresh(suspended)
		suspended.Spec.State = v1alpha1.UserSuspended
		Expect(api.Update(w.Ctx, suspended)).To(Succeed())
		w.Published()
		index = w.Index()
		Expect(may(index, name(0), "north")).To(BeFalse())
		Expect(may(index, name(2), "north")).To(BeTrue())

		By("a role that no longer lets its holders work")
		role := w.role("worker")
		w.refresh(role)
		role.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"look"}}}
		Expect(api.Update(w.Ctx, role)).To(Succeed())
		w.Published()
		index = w.Index()
		for i := range users {
			Expect(may(index, name(i), "north") || may(index, name(i), "south")).To(BeFalse(), name(i))
		}

		By("nothing left to do")
		m.awaitIdle()
		writes := m.measured().writes()
		m.awaitIdle()
		Expect(m.measured().writes()).To(Equal(writes))
	})
})
