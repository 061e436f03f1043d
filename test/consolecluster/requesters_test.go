// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("A person who may make requests, and read nothing else", func() {
	It("learns from the manager who would decide, and from the page what it cannot show and why", func() {
		d := newDesk()
		bind("cem", "rolewright-requester", d.Namespace)
		cem := open("cem", configOf("cem"), d.Namespace)
		form := pathOf(d.World, "new-request")
		cem.shows(form, "Ask for something")
		cem.shows(form+"?type=access&role=lead&unit=west", `ApprovalChain "access" would govern the request`, `step "lead": 1 approval of ann, lou`)
		Expect(cem.text(form + "?type=orders")).To(ContainSubstring("no chain would govern the request"))
		Expect(cem.text(form + "?type=access&role=lead&duration=soon")).To(ContainSubstring("for how long: soon"))
		Expect(cem.text(form + "?type=access&role=lead&unit=nowhere")).To(ContainSubstring("nowhere"))

		By("creating nothing before they ask")
		var made v1alpha1.ApprovalRequestList
		Expect(api.List(d.Ctx, &made, client.InNamespace(d.Namespace))).To(Succeed())
		Expect(made.Items).To(BeEmpty())
		name := cem.asks(d, "type", "access", "role", "lead", "unit", "west")
		page := pathOf(d.World, "request?name="+name)
		cem.shows(page, "waits for lead: ann, lou", "What it would change cannot be shown, because you may not read what its role gives. "+
			"You may not list and watch roles, userassignments, usergroups")

		By("deciding by those who are asked, whatever they may read")
		bind("lou", "rolewright-requester", d.Namespace)
		lou := open("lou", configOf("lou"), d.Namespace)
		lou.shows(pathOf(d.World, "requests"), name)
		Expect(lou.post("/-/decide", lou.decision(d, "Approve", name)).Text).To(ContainSubstring("Approve " + name + " : it"))
		cem.shows(page, "End the role…")
		Expect(cem.text(page)).NotTo(ContainSubstring("the manager says whether it counts"))
		lou.shows(page, "End the role…", "the manager says whether it counts")

		By("offering to end the role to those who may, where the page can tell")
		ann, ben := d.opens("ann"), d.opens("ben")
		ann.shows(page, "End the role…")
		ben.shows(page, "lead in west")
		Expect(ben.text(page)).NotTo(Or(ContainSubstring("End the role…"), ContainSubstring("Prolong…"), ContainSubstring("Withdraw…")))
		Expect(ann.post("/-/decide", ann.decision(d, "Revoke", name)).Text).To(ContainSubstring("Revoke " + name + " : it"))
	})
})
