// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// gone tells whether nothing is published any more.
func (w *world) gone() bool {
	return apierrors.IsNotFound(api.Get(w.ctx, w.key(), &corev1.ConfigMap{}))
}

// expectOrphaned waits until roles and assignments say that their organization is missing.
func (w *world) expectOrphaned() {
	GinkgoHelper()
	const missing = "!UnknownOrganization"
	Eventually(func(g Gomega) {
		left := w.objects()
		g.Expect(left.Roles).NotTo(BeEmpty())
		g.Expect(left.Assignments).NotTo(BeEmpty())
		for i := range left.Roles {
			role := &left.Roles[i]
			g.Expect(reason(role, role.Status.Conditions, v1alpha1.ConditionReady)).To(Equal(missing))
			g.Expect(says(role, role.Status.Conditions)).To(Equal(missing))
		}
		for i := range left.Assignments {
			assignment := &left.Assignments[i]
			g.Expect(reason(assignment, assignment.Status.Conditions, v1alpha1.ConditionReady)).To(Equal(missing))
			g.Expect(says(assignment, assignment.Status.Conditions)).To(Equal(missing))
		}
	}).Should(Succeed())
}

var _ = Describe("What is published", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.create(w.role("worker", work), w.assignment("anna", "anna", grant("worker", "north")))
	})

	It("goes with its organization, and comes back with it", func() {
		m := startManager(alone)
		w.awaitPublished()
		former := w.configMap()

		kubectl("delete", "organizations.rolewright.dev", organization, "-n", w.namespace)
		Eventually(w.gone).Should(BeTrue())
		w.expectOrphaned()
		m.awaitIdle()
		Expect(w.gone()).To(BeTrue(), "nobody may publish for an organization that does not exist")

		w.create(w.organization())
		w.awaitPublished()
		present := w.configMap()
		Expect(present.UID).NotTo(Equal(former.UID))
		Expect(present.Data[document.DocumentKey]).To(Equal(former.Data[document.DocumentKey]))
	})

	It("goes with its organization while no manager runs", func() {
		m := startManager(alone)
		w.awaitPublished()
		m.die()

		Expect(api.Delete(w.ctx, w.organization())).To(Succeed())
		Eventually(w.gone).Should(BeTrue())
		startManager(alone).awaitIdle()
		w.expectOrphaned()
		Expect(w.gone()).To(BeTrue())
	})

	It("goes with its namespace, which nothing holds up", func() {
		other := newWorld()
		other.create(other.role("worker", work), other.assignment("otto", "otto", grant("worker", "north")))
		m := startManager(alone)
		w.awaitPublished()
		other.awaitPublished()
		untouched := other.configMap().ResourceVersion
		Expect(m.measured().total("rolewright_organizations")).To(BeNumerically("==", 2))

		w.removeNamespace()
		Expect(w.gone()).To(BeTrue())
		Eventually(func() float64 { return m.measured().total("rolewright_organizations") }).Should(BeNumerically("==", 1))
		m.awaitIdle()
		Expect(other.configMap().ResourceVersion).To(Equal(untouched))
	})
})
