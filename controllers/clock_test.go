// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/test/clustertest"
)

// soon is a moment far enough ahead to look at the state before it.
func soon() string { return time.Now().Add(3 * time.Second).UTC().Format(time.RFC3339) }

var _ = Describe("Statuses follow the clock alone", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Published()
	})

	It("when a grant expires, as readers see by themselves", func() {
		end := soon()
		w.Apply(user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}, endTime: '"+end+"'}]"))
		Eventually(func() string { return w.ConfigMap().Data["document.json"] }).Should(ContainSubstring(end))
		revision := w.Publication().Revision
		Eventually(w.findings).Should(ContainElement("Info GrantExpired UserAssignment/otto"))
		w.No("otto orders.view all")
		w.Ready("UserAssignment/otto")
		Expect(w.Publication().Revision).To(Equal(revision))
	})

	It("when a platform grant expires", func() {
		w.Apply(auditor, platformAssignment("petra", "  grants: [{name: auditor, roleRef: {name: $world-auditor}, organizations: {all: true}, endTime: '"+soon()+"'}]"))
		Eventually(w.findings).Should(ContainElement("Info GrantExpired PlatformAssignment/" + w.Namespace + "-petra"))
		w.No("petra platform.audit all")
	})

	It("when the grants of a suspended user have expired", func() {
		w.Apply(user("otto", "otto", "  state: Suspended\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}, endTime: '2999-01-01T00:00:00Z'}]"))
		Eventually(w.findings).Should(ContainElement("Info SuspendedWithGrants UserAssignment/otto"))
		w.Apply(user("otto", "otto", "  state: Suspended\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}, endTime: '"+soon()+"'}]"))
		w.Expect("UserAssignment/otto", "Published", metav1.ConditionTrue, "Published", "")
		Eventually(w.findings).ShouldNot(ContainElement(ContainSubstring("SuspendedWithGrants")))
	})

	It("unless the organization ignores the finding", func() {
		w.Apply(user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}, endTime: '2020-01-01T00:00:00Z'}]"))
		Eventually(w.findings).Should(ContainElement("Info GrantExpired UserAssignment/otto"))
		w.Apply(clinic("  ignoredFindings: [GrantExpired]"))
		Eventually(w.findings).ShouldNot(ContainElement(ContainSubstring("GrantExpired")))
	})
})

var _ = Describe("A manager that is restarted with platform roles, groups and constraints", Serial, func() {
	It("writes nothing where nothing changed", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(auditor, nurse, platformAssignment("petra", auditing("{all: true}")), platformAssignment("paul", "  grants: [{name: nobody, roleRef: {name: $world-nobody}}]"),
			group("night", "  members: [gail, bert]\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}, {name: surgeon, roleRef: {name: surgeon}}]"),
			user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}, endTime: '2020-01-01T00:00:00Z'}]"),
			sites("  constraints: [{name: limit, enforcement: Enforce, type: Holders, holders: {roleRef: {name: head}, atMost: 0}}]\n"+waiver(time.Now().Add(time.Hour))))
		w.NotReady("UserGroup/night", "UnknownRole", "surgeon")
		w.NotReady("PlatformAssignment/$world-paul", "EmptyScope", "nobody")
		w.Ready("PlatformAssignment/$world-petra", "PlatformRole/$world-nurse", "PlatformRole/$world-auditor")
		Eventually(w.findings).Should(ContainElement("Info ConstraintWaived UserAssignment/hugh"))
		w.Yes("petra platform.audit icu", "hugh staff.hire all", "gail orders.view all")
		w.Published()

		w.settleStatuses("UserAssignment/anna")
		settled()
		running.Stop()
		before := clustertest.ReadVersions(w.Ctx, api)
		running = start()
		later := newWorld()
		later.Apply(everything...)
		later.Apply(platformRole("matron", "Organization", "  rules: [{permissions: [orders.view]}]"))
		later.Published()
		later.Ready("PlatformRole/$world-matron")
		Consistently(before.Changed).Should(BeEmpty())
	})
})
