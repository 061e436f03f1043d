// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("A default grant", func() {
	const everyone = "  defaultGrants: [{name: viewer, roleRef: {name: viewer}, scope: {units: [south]}}]"
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Apply(role("viewer", "  rules: [{permissions: [staff.view]}]"), group("night", "  members: [gail]"), user("sue", "sue", "  state: Suspended"))
		w.Apply(clinic(everyone))
		w.Published()
	})

	It("is held by every user of the organization who is not suspended, and by nobody else", func() {
		w.Yes("anna staff.view south", "gail staff.view south")
		w.No("sue staff.view south", "anna staff.view north", "otto staff.view south")
		w.Apply(user("otto", "otto", ""))
		w.Yes("otto staff.view south")
		w.Published()
		Expect(w.ConfigMap().Data["document.json"]).To(ContainSubstring(`"Organization/clinic defaultGrants[viewer]"`))

		anna := w.Get("UserAssignment/anna").(*v1alpha1.UserAssignment).Status
		Expect(anna.Effective).To(ContainElement(HaveField("Scope.Units", HaveExactElements(BeEquivalentTo("south")))))
		Expect(*w.Get("Role/viewer").(*v1alpha1.Role).Status.HolderCount).To(BeEquivalentTo(5))
		w.Apply(organizationYAML)
		w.No("anna staff.view south", "gail staff.view south", "otto staff.view south")
	})

	It("covers nothing if its role does not exist", func() {
		w.Delete("Role/viewer")
		w.NotReady("Organization/clinic", "UnknownRole", "spec.defaultGrants[viewer].roleRef")
		w.No("anna staff.view south")
		w.Yes("anna orders.view icu")
	})

	It("is withheld where a constraint does not allow it", func() {
		w.Apply(sites("  constraints: [{name: none, enforcement: Enforce, type: Holders, holders: {roleRef: {name: viewer}, atMost: 0}}]"))
		w.NotReady("Organization/clinic", "TooManyHolders", "spec.defaultGrants[viewer]: constraint \"none\" is broken for the users anna, gail, hugh")
		w.No("anna staff.view south")
	})
})
