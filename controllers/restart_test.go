// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A manager that is restarted", Serial, func() {
	It("writes nothing where nothing changed", func() {
		fine, odd, withheld := newWorld(), newWorld(), newWorld()
		fine.Apply(everything...)
		fine.Published()
		odd.Apply(everything...)
		odd.Apply(role("odd", "  inherits: [{roleRef: {name: nobody}}]"), user("lost", "lost", "  profile: {manager: nobody}"))
		odd.Expect("Role/odd", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		odd.Published()
		withheld.Apply(annaYAML, clerkYAML, structureYAML, organizationYAML)
		withheld.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Role/clerk", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "UnknownCatalog", "")

		running.Stop()
		before := clustertest.ReadVersions(fine.Ctx, api)
		running = start()

		// An organization that is published after the restart is so after the others were reconciled.
		publishAnother()
		Consistently(before.Changed).Should(BeEmpty())
	})

	It("publishes the changes that it missed", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Published()
		running.Stop()
		revision := w.Publication().Revision
		w.Delete("UserAssignment/anna")
		w.Apply(hughless, user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}]"))
		Expect(w.May("anna orders.view icu")).To(BeTrue(), "nothing is published while it is down")
		running = start()
		w.Published()
		w.No("anna orders.view icu", "hugh staff.hire all")
		w.Yes("otto orders.view south")
		Expect(w.Publication().Revision).To(Equal(revision+1), "the whole is one new state")
	})
})
