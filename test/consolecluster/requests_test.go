// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("Requests in a console on a cluster", func() {
	It("are decided together, and with a comment that is text", func() {
		d := newDesk()
		ben, ann := d.opens("ben"), d.opens("ann")
		first := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		second := ben.asks(d, "type", "access", "role", "clerk", "unit", "west", "duration", "1d12h")
		ann.shows("/-/requests", first, second)
		ann.shows(pathOf(d.World, "requests"), "Waiting for me (2)")
		form := ann.decision(d, "Approve", first, second)
		form.Set("comment", "both")
		page := ann.post("/-/decide", form)
		Expect(page.Text).To(And(ContainSubstring("Approve "+first+" : it"), ContainSubstring("Approve "+second+" : it")))
		Eventually(d.state).WithArguments(first).Should(Equal(v1alpha1.RequestApproved))
		Eventually(d.state).WithArguments(second).Should(Equal(v1alpha1.RequestApproved))
		Eventually(func() bool { return d.May("ben sell west") }).Should(BeTrue())

		By("sending the form again, which changes nothing")
		page = ann.post("/-/decide", form)
		Expect(page.Text).To(ContainSubstring("too late"))
		Expect(d.decisions(first)).To(HaveLen(1))

		third := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		form = ann.decision(d, "Deny", third)
		form.Set("comment", `no <script>alert(1)</script>`)
		page = ann.post("/-/decide", form)
		Expect(page.Body).To(ContainSubstring("&lt;script&gt;alert(1)"))
		Expect(page.Body).NotTo(ContainSubstring("<script>alert"))
		Expect(d.state(third)).To(Equal(v1alpha1.RequestDenied))
	})

	It("are decided by nobody but those whom the chain asks, whatever a form says", func() {
		d := newDesk()
		ben, ann, dee, eva := d.opens("ben"), d.opens("ann"), d.opens("dee"), d.opens("eva")
		name := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		ann.shows(pathOf(d.World, "requests"), name)
		forged := ann.decision(d, "Approve", name)

		By("a form of another person, or of none")
		page := eva.post("/-/decide", forged)
		Expect(page.Status).To(Equal(http.StatusForbidden))
		Expect(page.Text).To(ContainSubstring("the form was not made for this log-in"))
		Expect(d.decisions(name)).To(BeEmpty())

		By("a user who is no approver, with a token of their own")
		forged.Set("token", eva.token(pathOf(d.World, "new-request")))
		page = eva.post("/-/decide", forged)
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring(`eva is not an approver of step "lead"`))

		By("a person who may not write at all")
		bind("vic", "rolewright-viewer", "")
		vic := open("vic", configOf("vic"))
		vic.shows(pathOf(d.World, "requests?tab=all"), name)
		ask := pathOf(d.World, "new-request")
		page = vic.post(ask, url.Values{"token": {vic.token(ask)}, "type": {"repair"}})
		Expect(page.Status).To(Equal(http.StatusForbidden))
		Expect(page.Text).To(ContainSubstring(`User "vic" cannot create resource "approvalrequests"`))

		By("a deputy, in place of an approver")
		dee.shows(pathOf(d.World, "requests"), "You may decide in place of ann, lou.")
		form := dee.decision(d, "Approve", name)
		form.Set("behalf", "lou")
		page = dee.post("/-/decide", form)
		Expect(page.Text).To(And(ContainSubstring("Approve "+name+" : it"), ContainSubstring("dee on behalf of lou")))

		By("an approver whose page is out of date")
		forged.Set("token", ann.token(pathOf(d.World, "new-request")))
		page = ann.post("/-/decide", forged)
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring("too late: request " + name))
	})

	It("are withdrawn and prolonged by those who made them, and choose a step where several wait", func() {
		d := newDesk()
		ben, ann := d.opens("ben"), d.opens("ann")
		name := ben.asks(d, "type", "repair", "unit", "west")
		page := ann.get("/-/decide?verdict=Approve&request=" + d.Namespace + "/" + name)
		Expect(page.Text).To(And(ContainSubstring("cost"), ContainSubstring("noise"), ContainSubstring("nobody's permissions would change")))
		form := ann.decision(d, "Approve", name)
		page = ann.post("/-/decide", form)
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring("several steps wait for ann"))
		form.Set("step", "noise")
		Expect(ann.post("/-/decide", form).Text).To(ContainSubstring("Approve " + name + " : it"))
		Expect(ben.post("/-/decide", ben.decision(d, "Withdraw", name)).Text).To(ContainSubstring("Withdraw " + name + " : it"))
		Expect(d.state(name)).To(Equal(v1alpha1.RequestWithdrawn))

		role := ben.asks(d, "type", "access", "role", "lead", "unit", "west")
		ann.post("/-/decide", ann.decision(d, "Approve", role))
		Eventually(func() bool { return d.May("ben refund west") }).Should(BeTrue())
		more := ben.asks(d, "renew", role, "duration", "1h", "justification", "One hour more")
		prolonged := d.Get("ApprovalRequest/" + more).(*v1alpha1.ApprovalRequest)
		Expect(prolonged.Spec.Grant.RenewalOf.Name).To(Equal(role))
		Expect(prolonged.Spec.Grant.DurationSeconds).To(BeEquivalentTo(3600))
		Expect(strings.TrimSpace(ben.text(pathOf(d.World, "request?name="+more)))).To(ContainSubstring("prolongs " + role))
	})
})
