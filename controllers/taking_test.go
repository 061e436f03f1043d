// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// What takes rights away takes them in what is published.
var _ = Describe("Rights end for readers", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.apply(everything...)
		w.published()
		w.yes("anna orders.view icu", "hugh staff.hire all")
	})

	It("when a user is suspended, by any of several assignments", func() {
		w.apply(user("anna-leave", "anna", "  state: Suspended"))
		w.no("anna orders.view icu", "anna orders.approve icu owner=anna")
		w.published()
		for _, name := range []string{"anna", "anna-leave"} {
			Expect(w.get("UserAssignment", name).(*v1alpha1.UserAssignment).Status.Effective).To(BeEmpty())
		}
		Expect(w.get("UserAssignment", "anna-leave").(*v1alpha1.UserAssignment).Status.Summary).To(HavePrefix("suspended"))
		w.delete("UserAssignment", "anna-leave")
		w.yes("anna orders.view icu")
	})

	It("when an assignment is deleted", func() {
		w.delete("UserAssignment", "anna")
		w.no("anna orders.view icu")
		w.yes("hugh staff.hire all")
	})

	It("when a role is deleted", func() {
		w.delete("Role", "clerk")
		w.no("anna orders.view icu", "hugh orders.view all")
		w.yes("hugh staff.hire all")
		w.expect("UserAssignment", "anna", "Ready", metav1.ConditionFalse, "UnknownRole", "clerk")
		w.expect("Role", "head", "Ready", metav1.ConditionFalse, "UnknownRole", "clerk")
	})

	It("when a permission is removed from the catalog", func() {
		w.apply(strings.Replace(catalogYAML, "  - {name: staff.hire, section: staff}\n", "", 1))
		w.no("hugh staff.hire all")
		w.yes("hugh staff.view all", "anna orders.view icu")
	})

	It("when a unit moves", func() {
		w.apply(strings.Replace(organizationYAML, "{name: icu, parent: north}", "{name: icu, parent: south}", 1))
		w.no("anna orders.view icu")
		w.yes("anna orders.view north", "hugh orders.view icu")
	})

	It("when a grant is taken back, and nothing else changes for others", func() {
		w.apply(user("hugh", "hugh", "  manager: anna"))
		w.no("hugh staff.hire all")
		w.yes("anna orders.view icu")
		w.published()
		Expect(*w.get("Role", "head").(*v1alpha1.Role).Status.Holders).To(BeZero())
	})
})
