// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
)

// chief is a role whose holders give and take auditor, and those who hold it: liz everywhere, gil in the east.
var chief = []string{
	"kind: Role\nmetadata: {name: chief}\nspec:\n  administrationRules:\n  - {name: auditors, userActions: [GiveRoles, TakeRoles], " +
		"roles: {from: Listed, roleRefs: [{name: auditor}]}}",
	chiefIn("liz", "{everywhere: true}"), chiefIn("gil", "{units: [east]}"),
}

func chiefIn(user, scope string) string {
	return assignment(user, ", grants: [{name: chief, roleRef: {name: chief}, scope: "+scope+"}]")
}

var _ = Describe("Administrators", func() {
	const anyRole = "  grantPolicy: {roles: {from: All}, beneficiaries: [Requester, Members]"
	const authority = "  steps: [{name: authority, approvers: [{type: Administrator}]}]"
	const location = "  steps: [{name: location, approvers: [{type: Users, users: [ben]}]}]"

	It("give by requests what they could give without, to others, and take it", func() {
		w := newOffice(append(chief,
			chain("access", anyRole+"}\n"+authority), chain("direct", anyRole+", withoutDecision: [Authority]}\n"+location),
			chain("site", anyRole+"}\n"+location))...)

		By("deciding on the requests of others, within their authority")
		east := w.opens("eve", "access unit=east role=auditor")
		w.becomes(east, "Pending; authority: gil, liz")
		w.counts(w.cast(east, "max approve authority"), "False NotApprover")
		w.counts(w.cast(east, "eve approve authority"), "False OwnRequest")
		w.becomes(w.opens("gil", "access unit=east role=auditor"), "Pending; authority: liz")
		w.becomes(w.opens("gil", "access unit=east role=auditor for=max"), "Pending; authority: liz")
		w.becomes(w.opens("ann", "access unit=east role=auditor for=gil"), "Pending; authority: liz")
		w.becomes(w.opens("eve", "access unit=east role=vice"), "Pending; authority: nobody")
		west := w.opens("eve", "access unit=west role=auditor")
		w.becomes(west, "Pending; authority: liz")
		w.counts(w.cast(west, "gil approve authority"), "False NotApprover")

		By("while they have it, from before the request was opened")
		w.Apply(chiefIn("gil", "{units: [west]}"), chiefIn("max", "{everywhere: true}"))
		w.Published()
		w.counts(w.cast(east, "gil approve authority"), "False NotEligible")
		w.counts(w.cast(east, "max approve authority"), "False NotApprover")
		w.Apply(chiefIn("gil", "{units: [east]}"), assignment("max", ""))
		w.Published()
		w.casts(east, "gil approve authority")
		w.becomes(east, "Approved")
		w.Yes("eve audit east")
		w.No("eve audit west")

		By("without a decision where the chain says so")
		w.becomes(w.opens("gil", "direct unit=east role=auditor for=max"), `Approved; "gil" may give role auditor to "max" without a request`)
		for _, beyond := range []string{"unit=east role=auditor", "unit=west role=auditor for=max", "unit=east role=vice for=kim", "role=auditor for=kim"} {
			w.becomes(w.opens("gil", "direct "+beyond), "Pending; location: ben")
		}
		w.becomes(w.opens("ann", "direct unit=east role=auditor for=jon"), "Pending; location: ben")
		w.becomes(w.opens("gil", "site unit=east role=auditor for=jon"), "Pending; location: ben")

		By("revoking what they could take, and nothing else")
		given := w.opens("ann", "site unit=east role=auditor for=jon")
		w.counts(w.cast(given, "gil withdraw"), "False WithdrawalNotPermitted")
		w.counts(w.cast(given, "gil approve location"), "False NotApprover")
		w.casts(given, "ben approve location")
		w.becomes(given, "Approved")
		w.counts(w.cast(given, "max revoke"), "False RevocationNotPermitted")
		w.casts(given, "gil revoke")
		w.No("jon audit east")
	})
})
