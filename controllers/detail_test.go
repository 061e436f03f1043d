// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// listsRoles is the organization when it asks for statuses that list roles.
var listsRoles = clinic("  assignmentStatusDetail: Roles")

// detail returns what the statuses of some assignments list.
func (w *world) detail(assignments ...string) func() []v1alpha1.AssignmentStatusDetail {
	return func() []v1alpha1.AssignmentStatusDetail {
		GinkgoHelper()
		var found []v1alpha1.AssignmentStatusDetail
		for _, name := range assignments {
			found = append(found, w.Get("UserAssignment/"+name).(*v1alpha1.UserAssignment).Status.Detail)
		}
		return found
	}
}

var _ = Describe("Statuses that list roles", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Apply(listsRoles)
		w.Published()
		Eventually(w.detail("anna", "hugh")).Should(HaveEach(v1alpha1.DetailRoles))
	})

	It("say where a user holds which role through what, and kubectl describes it", func() {
		Expect(w.Get("UserAssignment/anna").(*v1alpha1.UserAssignment).Status.Effective).To(Equal([]v1alpha1.EffectiveScope{{
			Scope: v1alpha1.ObservedScope{Units: []v1alpha1.Observed{"north"}},
			Roles: []v1alpha1.EffectiveRole{{
				RoleRef: v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"},
				From:    []v1alpha1.EffectiveSource{{Kind: "UserAssignment", Name: "anna", GrantName: "clerk"}},
			}},
		}}))
		Expect(w.Get("Organization/clinic").(*v1alpha1.Organization).Status.AssignmentStatusDetail).To(Equal(v1alpha1.DetailRoles))
		describe := func(object string) string { return clustertest.Kubectl(plane, "describe", "-n", w.Namespace, object) }
		Expect(describe("userassignments/anna")).To(MatchRegexp(`(?s)Status:.*Detail: +Roles.*Role Ref:.*Name: +clerk.*Scope:.*north`))
		Expect(describe("roles.rolewright.dev/clerk")).To(MatchRegexp(`(?s)Status:.*Qualifiers:\s+own\s+Name: +orders.approve`))
	})

	It("are not written when a role changes, and still say truly that they are published", func() {
		w.settleStatuses("UserAssignment/anna", "Role/head")
		before := clustertest.ReadVersions(w.Ctx, api, client.InNamespace(w.Namespace))
		published := w.Condition("UserAssignment/anna", "Published")
		w.Apply(`
kind: Role
metadata: {name: clerk}
spec:
  organizationRef: {name: clinic}
  rules:
  - {permissions: [orders.view, orders.approve, staff.view]}
`)
		w.Yes("anna staff.view icu", "anna orders.approve north")
		w.Expect("Role/clerk", "Published", metav1.ConditionTrue, "Published", fmt.Sprintf("revision %d", w.Publication().Revision))
		w.settleStatuses("Role/head")
		Expect(before.Changed()).To(And(
			ContainElement(ContainSubstring("Role")), Not(ContainElement(ContainSubstring("UserAssignment")))))
		Expect(w.Condition("UserAssignment/anna", "Published")).To(Equal(published))
	})

	It("are put right when another writer changes them", func() {
		before := w.status("UserAssignment/anna")
		Eventually(func() error {
			forged := w.status("UserAssignment/anna")
			delete(forged, "detail")
			forged["effective"] = []any{map[string]any{"scope": map[string]any{"everywhere": true}, "permissions": []any{map[string]any{"name": "staff.hire"}}}}
			return w.edit("UserAssignment/anna", forged)
		}).Should(Succeed())
		Eventually(func() any { return w.status("UserAssignment/anna") }).Should(Equal(before))
	})

	It("list permissions again when the organization asks for that, and roles when it asks for those", func() {
		w.Apply(clinic("  assignmentStatusDetail: Permissions"))
		Eventually(w.detail("anna", "hugh")).Should(HaveEach(v1alpha1.AssignmentStatusDetail("")))
		Expect(w.Get("UserAssignment/anna").(*v1alpha1.UserAssignment).Status.Effective).To(HaveExactElements(
			HaveField("Permissions", Equal([]v1alpha1.EffectivePermission{{Name: "orders.view"}, {Name: "orders.approve", Alternatives: own}}))))
		Expect(w.Get("Organization/clinic").(*v1alpha1.Organization).Status.AssignmentStatusDetail).To(BeEmpty())
		w.Apply(listsRoles)
		Eventually(w.detail("anna", "hugh")).Should(HaveEach(v1alpha1.DetailRoles))
	})
})

var _ = Describe("An organization with many users", Serial, func() {
	It("has statuses that list roles while it has more users than the bound, and those of an earlier version are converted", func() {
		w := newWorld()
		w.Apply(everything...)
		var names []string
		for i := range 9 {
			names = append(names, fmt.Sprintf("user-%d", i))
			w.Apply(user(names[i], names[i], "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}]"))
		}
		w.Published()
		for _, name := range names {
			w.Expect("UserAssignment/"+name, "Published", metav1.ConditionTrue, "Published", "")
		}
		Expect(w.detail(names...)()).To(HaveEach(BeEmpty()))
		startInstead(func() *clustertest.Manager {
			bounded := options(shardGrace)
			bounded.DetailBound = 10
			return clustertest.StartManager(config, bounded)
		})
		Eventually(w.detail(names...)).Should(HaveEach(v1alpha1.DetailRoles))
		By("no longer beyond the bound, but near it")
		w.Delete("UserAssignment/user-0")
		w.No("user-0 orders.view south")
		w.settleStatuses("UserAssignment/anna", "Role/clerk")
		Expect(w.detail(names[1:]...)()).To(HaveEach(v1alpha1.DetailRoles))
		By("well below it")
		w.Delete("UserAssignment/user-1")
		Eventually(w.detail(names[2:]...)).Should(HaveEach(BeEmpty()))
	})
})
