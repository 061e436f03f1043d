// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// people by id, as approvers.
func approversByID(ids string) string { return "approvers: [{type: Users, users: [" + ids + "]}]" }

var _ = Describe("A chain cannot be turned against its purpose", func() {
	It("by naming the strict approver as beneficiary: the fallback decides, and it is shown", func() {
		w := newOffice(chain("sole", "  steps: [{name: strict, "+approversByID("ben")+", fallback: [{type: Users, users: [vic]}]}]"))
		name := w.opens("ann", "sole unit=east for=ben")
		w.becomes(name, "Pending; strict: vic")
		Expect(w.request(name).Status.Chain.Steps[0].ReplacedApprover).To(BeEquivalentTo("ben"))
		Expect(w.request(name).Status.Steps[0].Message).To(ContainSubstring(`approver "ben" is the beneficiary`))
		w.counts(w.cast(name, "ben approve strict"), "False OwnRequest")
		w.stays(name, "Pending; strict: vic")
	})

	It("by taking one voice out of a step that everybody must approve", func() {
		w := newOffice(chain("board", "  steps: [{name: board, approvalMode: All, "+approversByID("ben, bea")+"}]"))
		name := w.opens("ann", "board unit=east for=ben")
		w.expect(name, v1alpha1.ConditionReady, `False OutcomeUnreachable: step "board" cannot be approved any more: everybody must approve it, "ben" is the beneficiary`)
		w.casts(name, "bea approve board")
		w.stays(name, "Pending; board: nobody")
		w.Apply(chain("board", "  steps: [{name: board, approvalMode: All, "+approversByID("ben, bea")+", fallback: [{type: Users, users: [vic]}]}]"))
		w.Published()
		name = w.opens("ann", "board unit=east for=ben")
		w.casts(name, "bea approve board")
		w.becomes(name, "Pending; board: vic")
		w.casts(name, "vic approve board")
		w.becomes(name, "Approved")
	})

	It("by naming one's manager as beneficiary: the next in line is asked, not the fallback", func() {
		w := newOffice(chain("boss", "  steps: [{name: boss, approvers: [{type: Manager, manager: {level: 1}}], fallback: [{type: Users, users: [eve]}]}]"))
		w.Apply(assignment("max", ", profile: {manager: vic}"))
		w.Published()
		w.becomes(w.opens("ann", "boss unit=east"), "Pending; boss: max")
		name := w.opens("ann", "boss unit=east for=max")
		w.becomes(name, "Pending; boss: vic")
		w.counts(w.cast(name, "eve approve boss"), "False NotEligible")
		w.stays(name, "Pending; boss: vic")
	})

	It("by a group that decides where its members lack the permission", func() {
		w := newOffice(chain("order", "  steps: [{name: site, requiredPermission: approve, "+approversByID("eve, cem")+"}]"))
		w.becomes(w.opens("ann", "order unit=east"), "Pending; site: cem")
		name := w.opens("ann", "order unit=west")
		w.becomes(name, "Pending; site: nobody")
		w.counts(w.cast(name, "eve approve site"), "False NotApprover")
		w.counts(w.cast(name, "cem approve site"), "False NotApprover")
		w.stays(name, "Pending; site: nobody")
	})

	It("by an approver whose permission was taken: holding the role does not help", func() {
		w := newOffice(chain("order", "  steps: [{name: site, approvers: [{type: Permission, permission: {name: approve}}]}]"))
		name := w.opens("ann", "order unit=west")
		w.becomes(name, "Pending; site: bea, ben, vic")
		w.Apply(assignment("ben", `, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}],
  overrides: [{name: none, permission: approve, effect: Deny, scope: {everywhere: true}}]`))
		w.Published()
		w.becomes(name, "Pending; site: bea, vic")
		w.counts(w.cast(name, "ben approve site"), "False NotEligible")
		w.stays(name, "Pending; site: bea, vic")
	})

	It("by a vote that leaves a step neither approved nor denied: the request says so", func() {
		w := newOffice(chain("unanimous", "  steps: [{name: board, approvalMode: All, requiredDenials: 2, "+approversByID("eve, ben, bea")+"}]"))
		w.NotReady("ApprovalChain/unanimous", "UnreachableOutcome", "a single denial leaves it neither approved nor denied")
		name := w.opens("ann", "unanimous unit=east")
		w.casts(name, "eve deny board", "ben approve board", "bea approve board")
		w.expect(name, v1alpha1.ConditionReady, `False OutcomeUnreachable: step "board" cannot be approved any more: everybody must approve it, and "eve" denied it; nor can it be denied`)
		w.stays(name, "Pending; board: nobody")
		w.casts(name, "ann withdraw")
		w.becomes(name, "Withdrawn")
	})

	It("by steps that share the one user whom they need twice", func() {
		w := newOffice(chain("twice", "  distinctApprovers: AcrossSteps\n  steps: [{name: one, "+approversByID("ben")+"}, {name: two, "+approversByID("ben")+"}]"))
		covered := func() string { return w.ConditionText("ApprovalChain/twice", v1alpha1.ConditionCovered) }
		Eventually(covered).Should(HavePrefix(`False TooFewApprovers: step "two" has too few approvers, besides those who decide other steps, for site`))
		name := w.opens("ann", "twice unit=east")
		w.expect(name, v1alpha1.ConditionReady, "False OutcomeUnreachable: ")
		w.casts(name, "ben approve one")
		w.stays(name, "Pending; two: nobody")
	})

	It("by a misspelt condition, which would skip the step of every request", func() {
		w := newOffice(chain("power", "  steps: [{name: admin, when: has(context.grnt), "+approversByID("vic")+"}]\n"+gives))
		w.NotReady("ApprovalChain/power", "InvalidExpression", "there is no context.grnt")
		name := w.ask("ann", "power unit=east role=auditor")
		w.becomes(name, "Pending; admin: vic")
	})
})
