// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A manager that is restarted", Serial, func() {
	It("writes nothing where nothing changed", func() {
		fine, odd, withheld, byRole := newWorld(), newWorld(), newWorld(), newWorld()
		byRole.Apply(everything...)
		byRole.Apply(listsRoles)
		Eventually(byRole.detail("anna", "hugh")).Should(HaveEach(v1alpha1.DetailRoles))
		fine.Apply(everything...)
		fine.Published()
		odd.Apply(everything...)
		odd.Apply(role("odd", "  inherits: [{roleRef: {name: nobody}}]"), user("lost", "lost", "  profile: {manager: nobody}"))
		odd.Expect("Role/odd", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		odd.Published()
		odd.Apply(fractional("clerk")...)
		odd.Expect("UserAssignment/later", "Published", metav1.ConditionTrue, "Published", "")
		later := clustertest.ReadVersions(odd.Ctx, api, client.MatchingFields{"metadata.name": "later"}, client.InNamespace(odd.Namespace))
		odd.Apply(user("another", "another", ""))
		odd.Published()
		Expect(later.Changed()).To(BeEmpty(), "a change of another user is not one of theirs")
		withheld.Apply(annaYAML, clerkYAML, structureYAML, organizationYAML)
		withheld.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Role/clerk", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "UnknownCatalog", "")

		for _, w := range []*world{fine, odd, withheld, byRole} {
			w.settleStatuses("UserAssignment/anna")
		}
		// What the manager before has left to do in the worlds of other specs is done by the first: two in a row must write nothing anywhere.
		for restarts, idle := 0, 0; idle < 2; restarts++ {
			settled()
			var before *clustertest.Versions
			writes := &clustertest.Writes{}
			startInstead(func() *clustertest.Manager {
				before = clustertest.ReadVersions(fine.Ctx, api)
				return clustertest.StartManager(writes.Count(config), options(shardGrace))
			})

			// An organization that is published after the restart is so after the others were reconciled.
			another := publishAnother()
			Consistently(func() []string { return writes.List(fine.Namespace) }).Should(BeEmpty())
			for _, w := range []*world{fine, odd, withheld, byRole} {
				Expect(writes.List(w.Namespace)).To(BeEmpty(), "not even what changes nothing")
			}
			Expect(writes.List(another.Namespace)).NotTo(BeEmpty(), "writes are counted")
			idle++
			if changed := before.Changed(); len(changed) > 0 {
				Expect(restarts).To(BeNumerically("<", 3), "%q are written at every restart", changed)
				idle = 0
			}
		}
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

// settled waits until catalogs and platform assignments say what has been found in organizations until now. They wait longer for it
// than for their own changes, in the order in which it is found.
func settled() {
	GinkgoHelper()
	w := newWorld()
	w.Apply(everything...)
	// No other organization has a user of that name, whose documents would say what the user is given here.
	nobodyElse := strings.Replace(platformAssignment("pia", auditing("{all: true}")), "user: pia", "user: $world", 1)
	w.Apply(catalogYAML+"  constraints: [{name: few, enforcement: Audit, type: Holders, holders: {roleRef: {name: nobody}, atMost: 1}}]",
		auditor, nobodyElse,
		sites("  constraints: [{name: none, enforcement: Audit, type: Holders, holders: {roleRef: {kind: PlatformRole, name: $world-auditor}, atMost: 0}}]"))
	w.Expect("PermissionCatalog/", "Ready", metav1.ConditionTrue, "Resolved", `no organization of the catalog has a Role "nobody"`)
	w.Expect("PlatformAssignment/$world-pia", "Ready", metav1.ConditionTrue, "Resolved", `in organization "clinic"`)
	w.settleStatuses("UserAssignment/anna")
}

// fractional returns objects of every kind with times to a fraction of a second, of which a status keeps the whole seconds.
func fractional(role string) []string {
	const window = `startTime: "2020-01-01T00:00:00.25Z", endTime: "2090-01-01T00:00:00.5+01:30"`
	return []string{
		user("later", "later", `
  grants: [{name: one, roleRef: {name: `+role+`}, scope: {everywhere: true}, `+window+`}]
  overrides: [{name: two, permission: orders.view, effect: Deny, scope: {units: [icu]}, `+window+`}]`),
		group("night", `
  members: [later]
  grants: [{name: one, roleRef: {name: `+role+`}, scope: {units: [icu]}, `+window+`}]`),
		auditor, platformAssignment("pia", auditing("{all: true}, "+window)),
	}
}
