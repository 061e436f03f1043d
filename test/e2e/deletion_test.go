// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// isGone reports whether nothing is published any more.
func (w *world) isGone() bool {
	return apierrors.IsNotFound(api.Get(w.Ctx, w.key(), &corev1.ConfigMap{}))
}

// expectOrphaned waits until the statuses of objects say that their organization is missing.
func (w *world) expectOrphaned(objects ...string) {
	GinkgoHelper()
	for _, object := range objects {
		w.NotReady(object, "UnknownOrganization", "")
		w.Expect(object, v1alpha1.ConditionPublished, metav1.ConditionFalse, "UnknownOrganization", "")
	}
}

var _ = Describe("What is published", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.create(w.role("worker", work), w.assignment("anna", "anna", grant("worker", "north")))
	})

	It("goes with its organization, and comes back with it", func() {
		m := startManager(alone)
		w.Published()
		former := w.ConfigMap()

		kubectl("delete", "organizations.rolewright.dev", organization, "-n", w.Namespace)
		Eventually(w.isGone).Should(BeTrue())
		w.expectOrphaned("OrganizationStructure/plant", "Role/worker", "UserAssignment/anna")
		m.awaitIdle()
		Expect(w.isGone()).To(BeTrue(), "nobody may publish for an organization that does not exist")

		w.create(w.newOrganization())
		w.Published()
		present := w.ConfigMap()
		Expect(present.UID).NotTo(Equal(former.UID))
		Expect(present.Data[document.DocumentKey]).To(Equal(former.Data[document.DocumentKey]))
	})

	It("goes with its organization while no manager runs", func() {
		m := startManager(alone)
		w.Published()
		m.die()

		Expect(api.Delete(w.Ctx, w.newOrganization())).To(Succeed())
		Eventually(w.isGone).Should(BeTrue())
		startManager(alone).awaitIdle()
		w.expectOrphaned("OrganizationStructure/plant", "Role/worker", "UserAssignment/anna")
		Expect(w.isGone()).To(BeTrue())
	})

	It("of the platform itself goes with its catalog", func() {
		startManager(alone)
		platform := &world{w.Platform(systemNamespace)}
		platform.Settled()
		kubectl("delete", "organizations.rolewright.dev", organization, "-n", w.Namespace)
		platform.Settled()
		kubectl("delete", "permissioncatalogs.rolewright.dev", w.Namespace)
		Eventually(platform.isGone).Should(BeTrue())
	})

	It("goes with its namespace, which nothing holds up", func() {
		other := newWorld()
		other.create(other.role("worker", work), other.assignment("otto", "otto", grant("worker", "north")))
		m := startManager(alone)
		w.Published()
		other.Published()
		untouched := other.ConfigMap().ResourceVersion
		Expect(m.measured().total("rolewright_organizations")).To(BeNumerically("==", 2))

		w.removeNamespace()
		Expect(w.isGone()).To(BeTrue())
		Eventually(func() float64 { return m.measured().total("rolewright_organizations") }).Should(BeNumerically("==", 1))
		m.awaitIdle()
		Expect(other.ConfigMap().ResourceVersion).To(Equal(untouched))
	})
})
