// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("Metrics", func() {
	It("tell how organizations fare, and forget those that are gone", func() {
		w := newWorld()
		w.apply(everything...)
		w.apply(user("otto", "otto", "  grants: [{roleRef: {name: surgeon}, scope: {everywhere: true}}]"))
		w.expect("UserAssignment", "otto", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		w.published()
		Expect(metric("rolewright_users", w.namespace)).To(Equal([]float64{3}))
		Eventually(func() []float64 { return metric("rolewright_published_bytes", w.namespace) }).Should(Equal(
			[]float64{float64(w.get("Organization", organization).(*v1alpha1.Organization).Status.Publication.Bytes)}))
		Expect(metric("rolewright_findings", "UnknownRole")).To(HaveExactElements(BeNumerically(">=", 1)))
		Expect(metric("rolewright_organizations", "")).To(HaveExactElements(BeNumerically(">=", 1)))
		Expect(metric("rolewright_resolution_duration_seconds", "")).To(HaveExactElements(BeNumerically(">=", 1)))

		w.delete("Organization", organization)
		Eventually(func() []float64 { return metric("rolewright_users", w.namespace) }).Should(BeEmpty())
		Expect(metric("rolewright_published_bytes", w.namespace)).To(BeEmpty())
	})

	It("tell the age of a change that readers do not see", func() {
		w := newWorld()
		w.apply(catalogYAML, organizationYAML)
		w.published()
		w.delete("PermissionCatalog", "")
		w.expect("Organization", organization, "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		Eventually(func() []float64 { return metric("rolewright_oldest_unpublished_change_seconds", "") }).
			Should(HaveExactElements(BeNumerically(">", 0.5)))
		w.delete("Organization", organization)
	})
})

// metric returns the values of a metric, or how often it was observed, of the series with a label of such a value; all
// series where none is asked for.
func metric(name, label string) []float64 {
	GinkgoHelper()
	return running.metric(name, label)
}

func (p *process) metric(name, label string) []float64 {
	GinkgoHelper()
	families, err := p.metrics.Gather()
	Expect(err).NotTo(HaveOccurred())
	var values []float64
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, series := range family.GetMetric() {
			matches := label == ""
			for _, pair := range series.GetLabel() {
				matches = matches || pair.GetValue() == label
			}
			if matches {
				values = append(values, series.GetGauge().GetValue()+float64(series.GetHistogram().GetSampleCount()))
			}
		}
	}
	return values
}
