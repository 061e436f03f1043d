// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
		w.Expect("Organization/plant", v1alpha1.ConditionPublished, metav1.ConditionFalse, "ForeignConfigMap", "")
		Expect(api.Delete(w.Ctx, foreign)).To(Succeed())
		w.Published()

		By("publishing changes, and showing mistakes")
		w.create(w.role("odd", "fly"))
		w.NotReady("Role/odd", "UnknownPermission", "fly")
		w.Published()
		Eventually(func() string {
			return kubectl("get", "events.events.k8s.io", "-n", w.Namespace, "-o", "jsonpath={.items[*].reason}")
		}).Should(And(ContainSubstring("ForeignConfigMap"), ContainSubstring("UnknownPermission"), ContainSubstring("Published")))

		By("publishing what may be done on the platform itself")
		w.Platform(systemNamespace).Settled()

		By("reporting what lost its organization")
		Expect(api.Delete(w.Ctx, w.newOrganization())).To(Succeed())
		w.expectOrphaned("OrganizationStructure/plant", "Role/worker", "UserAssignment/anna")

		By("having been refused nothing but what policies must refuse")
		m.awaitIdle()
		Expect(m.measured().writes()).To(BeNumerically(">", 0))
		Eventually(func(g Gomega) {
			done := m.measured()
			g.Expect(done.total(refusals)).To(BeNumerically(">", 0))
			g.Expect(done.sum(requests, "code", "401", "403")).To(Equal(done.total(refusals)))
			g.Expect(done.total("rolewright_approval_policy_enforced")).To(Equal(float64(len(done["rolewright_approval_policy_enforced"]))))
		}).Should(Succeed())
	})

	DescribeTable("do not let the manager", func(arguments ...string) {
		answer := run(programs.kubectl, append([]string{"auth", "can-i", "--as=" + managerUser, "-n", "default"}, arguments...)...)
		Expect(string(answer.Out.Contents())).To(HavePrefix("no"))
		Expect(answer).To(gexec.Exit(1))
	},
		Entry("read secrets", "get", "secrets"),
		Entry("list secrets anywhere", "list", "secrets", "--all-namespaces"),
		Entry("delete ConfigMaps as a collection", "deletecollection", "configmaps"),
		Entry("write specs", "update", "organizations.rolewright.dev"),
		Entry("change assignments", "patch", "userassignments.rolewright.dev"),
		Entry("delete organizations", "delete", "organizations.rolewright.dev"),
		Entry("read pods", "get", "pods"),
		Entry("touch leases outside of its namespace", "update", "leases.coordination.k8s.io"),
		Entry("grant RBAC rights", "create", "clusterrolebindings.rbac.authorization.k8s.io"),
		Entry("impersonate users", "impersonate", "users"),
		Entry("do everything", "*", "*"),
	)

	It("come with everything else out of one folder, as often as one applies it", func() {
		folder := filepath.Join("config", "default")
		kubectl("apply", "--server-side", "--dry-run=server", "-k", folder)
		kubectl("apply", "--dry-run=server", "-k", folder)
		Expect(run(programs.kubectl, "diff", "--server-side", "-k", folder)).To(gexec.Exit(0), "a second apply would change something")
	})
})
