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
		w.apply(catalog(`
  plans:
  - {name: none, maxCustomRoles: 0}
  - {name: small, maxCustomRoles: 1}
  - {name: large, maxCustomRoles: 2, features: [reports]}`), organizationYAML, clerkYAML)
		w.later("Role", "clerk")
		w.apply(headYAML, annaYAML, hughYAML)
		w.published()
	})

	It("lets so many custom roles count, the newest beyond it for nothing, and deletes none", func() {
		head := w.get("Role", "head")
		w.apply(clinic("  plan: small"))
		w.notReady("Role/head", "PlanLimitExceeded", "allows 1 custom roles")
		w.no("hugh staff.hire all", "hugh orders.view all")
		w.yes("anna orders.view icu")
		w.ready("Role/clerk", "Organization/clinic", "UserAssignment/hugh")
		Expect(w.get("Role", "head").(*v1alpha1.Role).Status.Permissions).To(BeEmpty())

		w.apply(clinic("  plan: none"))
		w.notReady("Role/clerk", "PlanLimitExceeded", "allows 0 custom roles")
		w.no("anna orders.view icu")

		w.apply(clinic("  plan: large"))
		w.yes("hugh staff.hire all", "hugh orders.view all", "anna orders.view icu")
		w.ready("Role/clerk", "Role/head")
		Expect(w.get("Role", "head")).To(And(
			HaveField("UID", head.GetUID()), HaveField("Generation", head.GetGeneration())))
	})

	It("is restored by the organization without one, and lets the next role in when an older one goes", func() {
		w.apply(clinic("  plan: small"))
		w.no("hugh staff.hire all")
		w.delete("Role", "clerk")
		w.yes("hugh staff.hire all")
		w.later("Role", "head")
		w.apply(clerkYAML)
		w.notReady("Role/clerk", "PlanLimitExceeded", "")
		w.apply(organizationYAML)
		w.yes("anna orders.view icu")
		w.ready("Role/clerk")
	})

	It("counts no platform role", func() {
		w.apply(nurse, clinic("  plan: none"),
			user("otto", "otto", "  grants: [{roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {everywhere: true}}]"))
		w.yes("otto orders.view all")
		w.no("anna orders.view icu")
	})

	It("turns features on, beside those of the organization", func() {
		w.apply(clinic("  plan: large"), role("head", "  rules: [{permissions: [staff.view], features: [reports]}]"))
		w.yes("hugh staff.view all")
		w.apply(organizationYAML)
		w.no("hugh staff.view all")
		w.apply(clinic("  features: [reports]"))
		w.yes("hugh staff.view all")
	})
})
