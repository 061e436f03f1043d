// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("The published ConfigMap", func() {
	var w *world
	BeforeEach(func() { w = newWorld() })

	foreign := func(labels map[string]string) *corev1.ConfigMap {
		GinkgoHelper()
		configMap := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: organization + "-permissions", Labels: labels},
			Data:       map[string]string{"theirs": "untouched"},
		}
		Expect(api.Create(w.Ctx, configMap)).To(Succeed())
		return configMap
	}

	DescribeTable("is not taken from another owner, and is published once theirs is gone", func(labels map[string]string) {
		theirs := foreign(labels)
		w.Apply(everything...)
		w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "ForeignConfigMap", `ConfigMap "clinic-permissions"`)
		w.Expect("Organization/clinic", "Ready", metav1.ConditionFalse, "ForeignConfigMap", "delete it")
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionFalse, "ForeignConfigMap", "nothing is published")
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "ForeignConfigMap", "delete it")
		Consistently(w.ConfigMap).Should(HaveField("ResourceVersion", theirs.ResourceVersion))

		Expect(api.Delete(w.Ctx, theirs)).To(Succeed())
		w.Published()
		w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", "")
		w.Yes("anna orders.view icu")
	},
		Entry("when the cache leaves it out", nil),
		Entry("when it carries our labels", map[string]string{
			"app.kubernetes.io/managed-by": "rolewright", "rolewright.dev/organization": organization,
		}))

	DescribeTable("is put back, with a new revision if readers may have seen another state, when a user", func(tamper func(*corev1.ConfigMap), states int) {
		w.Apply(everything...)
		w.Published()
		configMap := w.ConfigMap()
		revision := w.Publication().Revision + int64(states)
		document := configMap.Data["document.json"]
		tamper(configMap)
		Eventually(func(ctx context.Context) (*corev1.ConfigMap, error) {
			found := &corev1.ConfigMap{}
			return found, api.Get(ctx, client.ObjectKeyFromObject(configMap), found)
		}).WithContext(w.Ctx).Should(And(
			HaveField("Data", And(HaveLen(2), HaveKeyWithValue("document.json", document))),
			HaveField("Data", HaveKeyWithValue("index.json", ContainSubstring(`"revision": %d`, revision))),
			HaveField("Labels", HaveKeyWithValue("app.kubernetes.io/managed-by", "rolewright"))))
		w.Published()
		Expect(w.Get("Organization/clinic").(*v1alpha1.Organization).Status.Publication.Revision).To(BeEquivalentTo(revision))
	},
		Entry("deletes it", func(c *corev1.ConfigMap) { Expect(api.Delete(w.Ctx, c)).To(Succeed()) }, 1),
		Entry("changes the document", func(c *corev1.ConfigMap) {
			c.Data["document.json"] = strings.Replace(c.Data["document.json"], `"role":"clerk"`, `"role":"head"`, 1)
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}, 1),
		Entry("empties it", func(c *corev1.ConfigMap) {
			c.Data = nil
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}, 1),
		Entry("adds to it", func(c *corev1.ConfigMap) {
			c.Data["more"] = "of it"
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}, 1),
		Entry("changes the revision", func(c *corev1.ConfigMap) {
			c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"revision": `, `"revision": -`, 1)
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}, 1),
		Entry("takes our label away", func(c *corev1.ConfigMap) {
			delete(c.Labels, "app.kubernetes.io/managed-by")
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}, 0))

	It("stays as it was while the document does not fit", func() {
		w.Apply(everything...)
		w.Published()
		revision := w.Publication().Revision
		var large []string
		for i := range 5 {
			large = append(large, user(fmt.Sprintf("large-%d", i), "large", attributes(fmt.Sprintf("a%d", i), 64, 3500)))
		}
		w.Apply(large...)
		w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "TooLarge", `user "large" takes`)
		w.Expect("Organization/clinic", "Ready", metav1.ConditionFalse, "TooLarge", "one ConfigMap holds at most 921600")

		w.Apply(hughless)
		w.Expect("UserAssignment/hugh", "Published", metav1.ConditionFalse, "TooLarge", fmt.Sprintf("revision %d stays published", w.Publication().Revision))
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionTrue, "Published", "")
		Expect(w.May("hugh staff.hire all")).To(BeTrue(), "the last good one stays")

		for i := range large {
			w.Delete("UserAssignment/" + fmt.Sprintf("large-%d", i))
		}
		w.No("hugh staff.hire all")
		w.Published()
		w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", "")
		Expect(w.Publication().Revision).To(BeNumerically(">", revision))
	})

	It("names the API server's refusal", func() {
		quota := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "none"}}
		quota.Spec.Hard = corev1.ResourceList{"count/configmaps": resource.MustParse("0")}
		Expect(api.Create(w.Ctx, quota)).To(Succeed())
		quota.Status.Hard = quota.Spec.Hard
		quota.Status.Used = corev1.ResourceList{"count/configmaps": resource.MustParse("0")}
		Expect(api.Status().Update(w.Ctx, quota)).To(Succeed())
		w.Apply(everything...)
		w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "PublishFailed", "exceeded quota")
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionFalse, "PublishFailed", "nothing is published")
		Expect(api.Delete(w.Ctx, quota)).To(Succeed())
		w.Published()
	})

	It("is not written while the organization is being deleted", func() {
		w.Apply(everything...)
		w.Published()
		clinic := w.Get("Organization/clinic").(*v1alpha1.Organization)
		clinic.Finalizers = []string{"example.org/hold"}
		Expect(api.Update(w.Ctx, clinic)).To(Succeed())
		Expect(api.Delete(w.Ctx, clinic)).To(Succeed())
		Expect(api.Delete(w.Ctx, w.ConfigMap())).To(Succeed())
		publishAnother()
		Consistently(w.configMaps).Should(BeEmpty())

		clinic = w.Get("Organization/clinic").(*v1alpha1.Organization)
		clinic.Finalizers = nil
		Expect(api.Update(w.Ctx, clinic)).To(Succeed())
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionFalse, "UnknownOrganization", "")
	})
})

// hughless is hugh's assignment without a grant.
var hughless = user("hugh", "hugh", "  profile: {manager: anna}")

// attributes writes n attributes of some length, whose names begin with a prefix.
func attributes(prefix string, n, characters int) string {
	var text strings.Builder
	text.WriteString("  profile:\n    attributes:\n")
	for i := range n {
		fmt.Fprintf(&text, "      %s-%d: %s\n", prefix, i, strings.Repeat("x", characters))
	}
	return text.String()
}
