// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// everywhere is a scope that covers all units.
var everywhere = v1alpha1.Scope{Everywhere: new(true)}

// asksIn makes a request for a role in a scope, waits until it is opened or has ended, and returns its name.
func (w *world) asksIn(requester, text string, scope v1alpha1.Scope) string {
	GinkgoHelper()
	request := w.asked(requester, text)
	request.Spec.Grant.Scope = &scope
	Expect(users.As(requester).Create(w.Ctx, request)).To(Succeed())
	Eventually(func() bool {
		status := w.request(request.Name).Status
		return status.Chain != nil || status.CompletionTime != nil
	}).Should(BeTrue())
	return request.Name
}

var _ = Describe("A chain gives a role", func() {
	const lead = "{name: lead, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}"
	const expense = "  steps: [{name: lead, when: resource.properties.amount > 100, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}]"
	const order = "  onSubmission: ApproveOwnSteps\n  steps: [" + lead + "]"
	const hurried = "  bypassPermission: on-behalf\n  steps: [" + lead + "]"

	It("only if it says so", func() {
		w := newOffice(chain("expense", expense), chain("order", order), chain("shift", hurried))

		By("not because an expense is too small to need a step")
		name := w.asksIn("ann", "expense amount=1 role=vice", everywhere)
		w.becomes(name, `Denied; the role cannot be given: ApprovalChain "expense" gives no role: it has no grantPolicy`)
		w.expect(name, v1alpha1.ConditionDenied, "True Denied: ")
		w.expect(name, v1alpha1.ConditionGranted, "False NotGranted")
		w.No("ann approve west")
		w.becomes(w.opens("ann", "expense amount=1"), "Approved")

		By("not because an approver submits an order, for themselves or another")
		w.becomes(w.asksIn("ben", "order unit=east for=ann role=vice", everywhere), `Denied; the role cannot be given: ApprovalChain "order" gives no role`)
		w.becomes(w.opens("ben", "order unit=east"), "Approved")

		By("not because the requester may bypass the chain")
		w.becomes(w.opens("dan", "shift unit=east role=approver"), `Denied; the role cannot be given: ApprovalChain "shift" gives no role`)

		By("not because an approver decides what has a role beside it")
		tap := w.asksIn("eve", "order unit=east role=vice", everywhere)
		w.becomes(tap, "Denied")
		w.becomes(w.opens("eve", "order unit=east"), "Pending; lead: bea, ben, cem, vic")
		w.No("eve approve east")
		w.No("eve approve west")
	})

	It("only after a decision of another user, unless it says otherwise", func() {
		const policy = "  grantPolicy: {roles: {from: Listed, roleRefs: [{name: approver}]}, beneficiaries: [Requester, Members]"
		w := newOffice(
			chain("expense", policy+"}\n"+expense), chain("order", policy+"}\n"+order), chain("shift", policy+"}\n"+hurried),
			chain("open-expense", policy+", withoutDecision: [NoStepNeeded]}\n"+expense),
			chain("open-order", policy+", withoutDecision: [Submission]}\n"+order),
			chain("open-shift", policy+", withoutDecision: [Bypass]}\n"+hurried),
		)
		w.becomes(w.opens("ann", "expense amount=1 role=approver"), "gives no role without a decision: grantPolicy.withoutDecision lacks NoStepNeeded")
		w.becomes(w.opens("ben", "order unit=east for=ann role=approver"), "Pending; lead: bea, cem, vic")
		w.becomes(w.opens("ben", "open-order unit=east role=approver"), "Pending; lead: bea, cem, vic")
		shift := w.opens("dan", "shift unit=east role=approver")
		w.becomes(shift, "Pending; lead: bea, ben, cem, vic")
		w.casts(shift, "bea approve lead")
		w.becomes(shift, "Approved")
		w.Yes("dan approve east")
		w.No("dan approve west")

		By("not by another way than those that it names")
		const waits = "Pending; lead: bea, ben, cem, "
		w.becomes(w.opens("ann", "open-expense unit=east amount=101 role=approver"), waits)
		w.becomes(w.opens("eve", "open-order unit=east role=approver"), waits)
		w.becomes(w.opens("ann", "open-shift unit=east role=approver"), waits)
		w.No("ann approve east")

		w.becomes(w.opens("ann", "open-expense unit=east amount=1 role=approver"), "Approved")
		w.becomes(w.opens("ben", "open-order unit=east for=eve role=approver"), "Approved")
		w.becomes(w.opens("dan", "open-shift unit=east role=approver"), "Approved")
		w.expectOf("ApprovalChain/open-order", v1alpha1.ConditionReady,
			"True Resolved: spec.grantPolicy.withoutDecision: the chain gives roles without a decision of another user (Submission)")
	})

	It("as its policy says, and where the request is about", func() {
		w := newOffice(chain("access", `  grantPolicy:
    roles: {from: UpTo, upToRoleRef: {name: vice}, exceptRoleRefs: [{name: vice}]}
    beneficiaries: [Requester]
    maxDurationSeconds: 7200
    justification: {requirement: Optional, pattern: "^SHIFT-[0-9]+$", hint: The number of the shift.}
  steps: [`+lead+"]"))
		denied := func(requester, text, message string) {
			GinkgoHelper()
			w.becomes(w.opens(requester, text), `Denied; the role cannot be given: ApprovalChain "access" `+message)
		}
		denied("ann", "access unit=east role=vice", `does not give role "vice"`)
		denied("ann", "access unit=east role=auditor", `does not give role "auditor": it gives only vice and the roles that it inherits`)
		denied("ann", "access unit=east role=approver for=eve", `gives "eve" no role`)
		denied("ann", "access unit=east role=approver seconds=7201", "gives roles for 2h0m0s at most")
		outside := func(scope v1alpha1.Scope, message string) {
			GinkgoHelper()
			w.becomes(w.asksIn("ann", "access unit=east role=approver", scope), message)
		}
		outside(everywhere, "does not give the role everywhere: give the role within the unit of the request, east")
		outside(v1alpha1.Scope{Units: []v1alpha1.Name{"west"}}, `does not give the role in unit "west"`)
		outside(v1alpha1.Scope{Units: []v1alpha1.Name{"site"}}, `does not give the role in unit "site"`)

		reasoned := w.asked("ann", "access unit=east role=approver")
		reasoned.Spec.Justification = "because"
		Expect(users.As("ann").Create(w.Ctx, reasoned)).To(Succeed())
		w.becomes(reasoned.Name, "whose justification matches ^SHIFT-[0-9]+$: The number of the shift.")

		name := w.opens("ann", "access unit=east role=approver")
		w.casts(name, "ben approve lead")
		w.becomes(name, "Approved")
		w.Yes("ann approve east")
		w.No("ann approve west")
	})

	It("as it was when the request was opened", func() {
		w := newOffice(chain("access", gives+"  steps: ["+lead+"]"))
		grown := w.opens("ann", "access unit=east role=vice")
		w.Apply("kind: Role\nmetadata: {name: vice}\nspec: {inherits: [{roleRef: {name: approver}}], rules: [{permissions: [on-behalf]}]}")
		w.Published()
		w.casts(grown, "ben approve lead")
		w.becomes(grown, `Denied; the role cannot be given: role "vice", or a role that it inherits, was changed after the request was opened`)
		w.No("ann on-behalf east")

		inherited := w.opens("ann", "access unit=east role=vice")
		w.Apply("kind: Role\nmetadata: {name: approver}\nspec: {rules: [{permissions: [approve, audit]}]}")
		w.Published()
		w.casts(inherited, "ben approve lead")
		w.becomes(inherited, "Denied; the role cannot be given: role \"vice\"")
		w.No("ann audit east")
	})
})

var _ = Describe("A chain with requesters", func() {
	It("denies the requests of others", func() {
		w := newOffice(
			chain("order", "  requesters: [{type: Permission, permission: {name: approve}}]\n"+approverOne),
			chain("offer", "  requesters: [{type: Role, role: {roleRef: {name: vice}}}, {type: Role, role: {roleRef: {name: approver}, match: Exact}}]\n"+approverOne),
		)
		w.becomes(w.opens("ann", "order unit=east"),
			`Denied; ApprovalChain "order" lets only holders of permission approve make requests about unit "east", and "ann" is none of them`)
		w.becomes(w.opens("cem", "order unit=east"), "Pending; location: bea, ben, vic")
		w.becomes(w.opens("cem", "order unit=west"), `Denied; ApprovalChain "order" lets only holders of permission approve`)
		w.becomes(w.opens("ann", "offer unit=east"), `Denied; ApprovalChain "offer" lets only holders of role vice, holders of role approver`)
		w.becomes(w.opens("vic", "offer unit=east"), "Pending; location: bea, ben, cem")
	})
})
