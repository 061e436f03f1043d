// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("Metrics", func() {
	It("describe organizations, and disappear with them", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(user("otto", "otto", "  grants: [{name: surgeon, roleRef: {name: surgeon}, scope: {everywhere: true}}]"))
		w.Expect("UserAssignment/otto", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		w.Published()
		Expect(running.Metric("rolewright_users", w.Namespace)).To(Equal([]float64{3}))
		Eventually(func() []float64 { return running.Metric("rolewright_published_bytes", w.Namespace) }).Should(Equal(
			[]float64{float64(w.Get("Organization/clinic").(*v1alpha1.Organization).Status.Publication.Bytes)}))
		Expect(running.Metric("rolewright_findings", "UnknownRole")).To(HaveExactElements(BeNumerically(">=", 1)))
		Expect(running.Metric("rolewright_organizations", "")).To(HaveExactElements(BeNumerically(">=", 1)))
		Expect(running.Metric("rolewright_resolution_duration_seconds", "")).To(HaveExactElements(BeNumerically(">=", 1)))

		w.Delete("Organization/clinic")
		Eventually(func() []float64 { return running.Metric("rolewright_users", w.Namespace) }).Should(BeEmpty())
		Expect(running.Metric("rolewright_published_bytes", w.Namespace)).To(BeEmpty())
	})

	It("contain the age of a change that readers do not see", func() {
		w := newWorld()
		w.Apply(catalogYAML, organizationYAML)
		w.Published()
		w.Delete("PermissionCatalog")
		w.Expect("Organization/clinic", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		Eventually(func() []float64 { return running.Metric("rolewright_oldest_unpublished_change_seconds", "") }).
			Should(HaveExactElements(BeNumerically(">", 0.5)))
		w.Delete("Organization/clinic")
	})
})
