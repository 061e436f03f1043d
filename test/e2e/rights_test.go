// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
	corev1 "k8s.io/api/core/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("The rights of config/rbac", func() {
	It("are enough for all that the manager does", func() {
		w := newWorld()
		w.create(w.role("worker", work), w.assignment("anna", "anna", grant("worker", "north")))
		foreign := &corev1.ConfigMap{ObjectMeta: w.named(w.key().Name)}
		w.create(foreign)
		m := startManager(append([]string{"--recheck=200ms"}, electing...))
		m.awaitLead()

		By("finding something foreign where it would publish")
		Eventually(func() string {
			found := w.organization()
			w.get(found)
			return says(found, found.Status.Conditions)
		}).Should(Equal("!ForeignConfigMap"))
		Expect(api.Delete(w.ctx, foreign)).To(Succeed())
		w.awaitPublished()

		By("publishing changes, and showing mistakes")
		w.create(w.role("odd", "fly"))
		Eventually(func() string {
			odd := w.role("odd")
			w.get(odd)
			return reason(odd, odd.Status.Conditions, v1alpha1.ConditionReady)
		}).Should(Equal("!UnknownPermission"))
		w.awaitPublished()
		Eventually(func() string {
			return kubectl("get", "events.events.k8s.io", "-n", w.namespace, "-o", "jsonpath={.items[*].reason}")
		}).Should(And(ContainSubstring("ForeignConfigMap"), ContainSubstring("UnknownPermission"), ContainSubstring("Published")))

		By("telling what lost its organization")
		Expect(api.Delete(w.ctx, w.organization())).To(Succeed())
		w.expectOrphaned()

		By("having been refused nothing")
		m.awaitIdle()
		done := m.measured()
		Expect(done.writes()).To(BeNumerically(">", 0))
		Expect(done.sum(requests, "code", "401", "403")).To(BeZero())
	})

	DescribeTable("do not let the manager", func(arguments ...string) {
		answer := run(programs.kubectl, append([]string{"auth", "can-i", "--as=" + managerUser, "-n", "default"}, arguments...)...)
		Expect(string(answer.Out.Contents())).To(HavePrefix("no"))
		Expect(answer).To(gexec.Exit(1))
	},
		Entry("read secrets", "get", "secrets"),
		Entry("list secrets anywhere", "list", "secrets", "--all-namespaces"),
		Entry("delete ConfigMaps by the lot", "deletecollection", "configmaps"),
		Entry("write what people wrote", "update", "organizations.rolewright.dev"),
		Entry("give roles", "patch", "userassignments.rolewright.dev"),
		Entry("delete organizations", "delete", "organizations.rolewright.dev"),
		Entry("read pods", "get", "pods"),
		Entry("touch leases outside of its namespace", "update", "leases.coordination.k8s.io"),
		Entry("give rights", "create", "clusterrolebindings.rbac.authorization.k8s.io"),
		Entry("act as somebody else", "impersonate", "users"),
		Entry("do everything", "*", "*"),
	)

	It("come with everything else out of one folder, as often as one applies it", func() {
		folder := filepath.Join("config", "default")
		kubectl("apply", "--server-side", "--dry-run=server", "-k", folder)
		kubectl("apply", "--dry-run=server", "-k", folder)
		Expect(run(programs.kubectl, "diff", "--server-side", "-k", folder)).To(gexec.Exit(0), "a second apply would change something")
	})
})
