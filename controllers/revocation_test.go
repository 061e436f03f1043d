// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// A change that revokes rights revokes them in what is published.
var _ = Describe("Rights end for readers", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Published()
		w.Yes("anna orders.view icu", "hugh staff.hire all")
	})

	It("when a user is suspended, by any of several assignments", func() {
		w.Apply(user("anna-leave", "anna", "  state: Suspended"))
		w.No("anna orders.view icu", "anna orders.approve icu owner=anna")
		w.Published()
		for _, name := range []string{"anna", "anna-leave"} {
			Expect(w.Get("UserAssignment/" + name).(*v1alpha1.UserAssignment).Status.Effective).To(BeEmpty())
		}
		Expect(w.Get("UserAssignment/anna-leave").(*v1alpha1.UserAssignment).Status.Summary).To(HavePrefix("suspended"))
		Expect(w.state("anna")).To(Equal(v1alpha1.UserSuspended))
		Expect(w.state("anna-leave")).To(Equal(v1alpha1.UserSuspended))
		Expect(w.state("hugh")).To(Equal(v1alpha1.UserActive))
		w.Delete("UserAssignment/anna-leave")
		w.Yes("anna orders.view icu")
		Eventually(w.state).WithArguments("anna").Should(Equal(v1alpha1.UserActive))
	})

	It("when an assignment is deleted", func() {
		w.Delete("UserAssignment/anna")
		w.No("anna orders.view icu")
		w.Yes("hugh staff.hire all")
	})

	It("when a role is deleted", func() {
		w.Delete("Role/clerk")
		w.No("anna orders.view icu", "hugh orders.view all")
		w.Yes("hugh staff.hire all")
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownRole", "clerk")
		w.Expect("Role/head", "Ready", metav1.ConditionFalse, "UnknownRole", "clerk")
	})

	It("when a permission is removed from the catalog", func() {
		w.Apply(strings.Replace(catalogYAML, "  - {name: staff.hire, section: staff}\n", "", 1))
		w.No("hugh staff.hire all")
		w.Yes("hugh staff.view all", "anna orders.view icu")
	})

	It("when a unit moves", func() {
		w.Apply(strings.Replace(structureYAML, "{name: icu, parent: north}", "{name: icu, parent: south}", 1))
		w.No("anna orders.view icu")
		w.Yes("anna orders.view north", "hugh orders.view icu")
	})

	It("when a grant is taken back, and nothing else changes for others", func() {
		w.Apply(user("hugh", "hugh", "  profile: {manager: anna}"))
		w.No("hugh staff.hire all")
		w.Yes("anna orders.view icu")
		w.Published()
		Expect(*w.Get("Role/head").(*v1alpha1.Role).Status.HolderCount).To(BeZero())
	})
})

// state returns the state of the user that the status of an assignment shows.
func (w *world) state(assignment string) v1alpha1.UserState {
	GinkgoHelper()
	return w.Get("UserAssignment/" + assignment).(*v1alpha1.UserAssignment).Status.State
}
