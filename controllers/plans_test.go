// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("A plan", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(catalog(`
  plans:
  - {name: none, limits: {customRoles: 0}}
  - {name: small, limits: {customRoles: 1}}
  - {name: large, limits: {customRoles: 2}, features: [reports]}`), organizationYAML, structureYAML, clerkYAML)
		w.AwaitNextSecond("Role/clerk")
		w.Apply(headYAML, annaYAML, hughYAML)
		w.Published()
	})

	It("lets so many custom roles count, the newest beyond it for nothing, and deletes none", func() {
		head := w.Get("Role/head")
		w.Apply(clinic("  plan: small"))
		w.NotReady("Role/head", "PlanLimitExceeded", "allows 1 custom roles")
		w.NotReady("UserAssignment/hugh", "PlanLimitExceeded", `Role "head" counts for nothing, because the plan allows 1 custom roles`)
		w.No("hugh staff.hire all", "hugh orders.view all")
		w.Yes("anna orders.view icu")
		w.Ready("Role/clerk", "Organization/clinic")
		Expect(w.Get("Role/head").(*v1alpha1.Role).Status.Permissions).To(BeEmpty())

		w.Apply(clinic("  plan: none"))
		w.NotReady("Role/clerk", "PlanLimitExceeded", "allows 0 custom roles")
		w.No("anna orders.view icu")

		w.Apply(clinic("  plan: large"))
		w.Yes("hugh staff.hire all", "hugh orders.view all", "anna orders.view icu")
		w.Ready("Role/clerk", "Role/head")
		Expect(w.Get("Role/head")).To(And(
			HaveField("UID", head.GetUID()), HaveField("Generation", head.GetGeneration())))
	})

	It("is restored by the organization without one, and lets the next role in when an older one goes", func() {
		w.Apply(clinic("  plan: small"))
		w.No("hugh staff.hire all")
		w.Delete("Role/clerk")
		w.Yes("hugh staff.hire all")
		w.AwaitNextSecond("Role/head")
		w.Apply(clerkYAML)
		w.NotReady("Role/clerk", "PlanLimitExceeded", "")
		w.Apply(organizationYAML)
		w.Yes("anna orders.view icu")
		w.Ready("Role/clerk")
	})

	It("counts no platform role", func() {
		w.Apply(nurse, clinic("  plan: none"),
			user("otto", "otto", "  grants: [{name: nurse, roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {everywhere: true}}]"))
		w.Yes("otto orders.view all")
		w.No("anna orders.view icu")
	})

	It("turns features on, beside those of the organization", func() {
		w.Apply(clinic("  plan: large"), role("head", "  rules: [{permissions: [staff.view], requiredFeatures: [reports]}]"))
		w.Yes("hugh staff.view all")
		w.Apply(organizationYAML)
		w.No("hugh staff.view all")
		w.Apply(clinic("  features: [reports]"))
		w.Yes("hugh staff.view all")
	})
})
