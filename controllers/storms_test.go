// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("What many objects cause", Serial, func() {
	var writes *clustertest.Writes
	BeforeEach(func() {
		writes = &clustertest.Writes{}
		startInstead(func() *clustertest.Manager {
			return clustertest.StartManager(writes.Count(config), options(shardGrace))
		})
	})

	It("is one status each, and no event for what is well", func() {
		w := newWorld()
		w.Apply(everything...)
		for i := range 60 {
			id := fmt.Sprintf("user-%d", i)
			w.Apply(user(id, id, "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [north]}}]"))
		}
		w.Published()
		Eventually(func() []string { return w.events("Organization", "clinic") }).Should(ContainElement("Normal Published"))
		revisions := int(w.Publication().Revision)
		Expect(len(writes.List(w.Namespace, "events"))).To(BeNumerically("<=", revisions+1), "one for each revision")

		By("being wrong all at once")
		w.Delete("Role/head")
		w.Delete("Role/clerk")
		w.Expect("UserAssignment/user-59", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		w.Published()
		Expect(len(writes.List(w.Namespace, "events"))).To(BeNumerically("<", 60+revisions), "warnings are bounded")
	})

	It("ends with the namespace in which they are", func() {
		w := newWorldOfEveryKind()
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}}
		Expect(api.Delete(w.Ctx, namespace)).To(Succeed())
		publishAnother()
		// The catalog is no part of the namespace, and counts its organizations.
		within := func() []string { return writes.List("namespaces", w.Namespace) }
		before := len(within())
		w.Apply(role("head", "  inherits: [{roleRef: {name: nobody}}]"), role("clerk", "  rules: [{permissions: [staff.view]}]"))
		forged := w.status("UserAssignment/anna")
		delete(forged, "conditions")
		Expect(w.edit("UserAssignment/anna", forged)).To(Succeed())
		Expect(w.edit("ApprovalRequest/icu", map[string]any{})).To(Succeed())
		Expect(api.Delete(w.Ctx, w.ConfigMap())).To(Succeed())
		for _, object := range everyKind[4:] {
			Expect(api.Delete(w.Ctx, w.Get(object))).To(Succeed(), object)
		}
		publishAnother()
		Consistently(func() []string { return within()[before:] }).Should(BeEmpty())
	})

	It("passes by what is being deleted itself", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Published()
		held := w.Get("Role/clerk")
		held.SetFinalizers([]string{"example.org/held"})
		Expect(api.Update(w.Ctx, held)).To(Succeed())
		Expect(api.Delete(w.Ctx, held)).To(Succeed())
		publishAnother()
		version := w.Get("Role/clerk").GetResourceVersion()
		w.Apply(user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [north]}}]"))
		w.Expect("UserAssignment/otto", "Published", metav1.ConditionTrue, "Published", "")
		publishAnother()
		released := w.Get("Role/clerk")
		Expect(released.GetResourceVersion()).To(Equal(version), "its holders are not counted any more")
		released.SetFinalizers(nil)
		Expect(client.IgnoreNotFound(api.Update(w.Ctx, released))).To(Succeed())
	})
})
