// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"fmt"
	"strconv"

	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/browser"
)

var _ = Describe("Requests in a console on a cluster", func() {
	It("are decided together, denied, prolonged and withdrawn with keys alone", func() {
		d := newDesk()
		ben, ann := d.opens("ben"), d.opens("ann")
		first := ben.asks(d, "type", "access", "role", "lead", "unit", "east", "duration", "1h")
		second := ben.asks(d, "type", "access", "role", "clerk", "unit", "west")
		third := ben.asks(d, "type", "access", "role", "lead", "unit", "all")
		ann.shows(pathOf(d.World, "requests"), "Waiting for me (3)")
		chromium := browser.Start(GinkgoTB())
		office, desk := chromium.Open(GinkgoTB(), ann.root), chromium.Open(GinkgoTB(), ben.root)
		onlyTo := func(tab *browser.Tab, text string) {
			GinkgoHelper()
			tab.TabUntil("document.activeElement.textContent.trim() === " + strconv.Quote(text))
		}
		// follow goes to what has a text, forwards, and presses it.
		follow := func(tab *browser.Tab, text string) {
			GinkgoHelper()
			onlyTo(tab, text)
			tab.Press(kb.Enter)
		}
		// waits waits until so many requests of this organization wait: those of other specs may wait beside them.
		waits := func(count int) {
			GinkgoHelper()
			office.WaitFor(fmt.Sprintf(`document.querySelectorAll("main input[type=checkbox][value^='%s/']").length === %d`, d.Namespace, count))
		}
		tick := func(name string) {
			GinkgoHelper()
			office.TabTo("input[type=checkbox][value=" + strconv.Quote(d.Namespace+"/"+name) + "]")
			office.Press(" ")
		}

		By("two of three, with a comment")
		office.Visit("/", 1280)
		onlyTo(office, "Requests")
		office.Press(kb.Enter)
		office.WaitFor(`location.pathname === "/-/requests"`)
		waits(3)
		tick(first)
		tick(second)
		By("one ticked by mistake, to which the keys lead back")
		tick(third)
		office.Press(" ")
		Expect(browser.Eval[[]string](office, `[...document.querySelectorAll("main input:checked")].map(e => e.value)`)).
			To(ConsistOf(d.Namespace+"/"+first, d.Namespace+"/"+second))
		follow(office, "Approve chosen…")
		reads(office, "Approve: 2 requests")
		office.TabTo("main textarea")
		office.Press("Both, until Friday" + kb.Tab)
		By("looking back at one before the button is pressed, with the keys that lead backwards")
		office.BackTo("main section a")
		onlyTo(office, "Approve: 2 requests")
		office.Press(kb.Enter)
		office.WaitFor(`location.pathname === "/-/decided"`)
		reads(office, "Approve "+first+": it")
		reads(office, "Approve "+second+": it")
		for _, name := range []string{first, second} {
			Eventually(d.state).WithArguments(name).Should(Equal(v1alpha1.RequestApproved))
			Expect(d.decisions(name)).To(HaveLen(1))
			Expect(d.decisions(name)[0].Spec.Comment).To(BeEquivalentTo("Both, until Friday"))
		}
		Expect(d.state(third)).To(Equal(v1alpha1.RequestPending))

		By("a denial, from the page of the request")
		follow(office, "Requests")
		waits(1)
		tick(third)
		follow(office, "Deny chosen…")
		reads(office, "Deny: lead in all")
		office.TabTo("main textarea")
		office.Press("Not everywhere" + kb.Tab + kb.Enter)
		office.WaitFor(`location.pathname.endsWith("/request")`)
		reads(office, "Not everywhere")
		Eventually(d.state).WithArguments(third).Should(Equal(v1alpha1.RequestDenied))

		By("the clerk, who prolongs what was given")
		desk.Visit("/-/requests?tab=mine", 1280)
		desk.TabTo("main a[href$='name=" + first + "']")
		desk.Press(kb.Enter)
		desk.WaitFor(`document.title.startsWith("Request ")`)
		follow(desk, "Prolong…")
		reads(desk, "Prolong a role")
		desk.TabTo("main [name=duration]")
		desk.Press("2h")
		desk.TabTo("main [name=justification]")
		desk.Press("An hour more")
		reads(desk, "ann, lou")
		follow(desk, "Ask")
		reads(desk, "waits for lead: ann, lou")
		reads(desk, first)
		more := browser.Eval[string](desk, `new URL(location).searchParams.get("name")`)
		Expect(d.Get("ApprovalRequest/" + more).(*v1alpha1.ApprovalRequest).Spec.Grant.RenewalOf.Name).To(Equal(first))

		By("and withdraws that")
		follow(desk, "Withdraw…")
		reads(desk, "Withdraw: lead in east")
		desk.TabTo("main textarea")
		desk.Press("One hour was enough" + kb.Tab + kb.Enter)
		reads(desk, "Withdraw "+more+": it")
		Eventually(d.state).WithArguments(more).Should(Equal(v1alpha1.RequestWithdrawn))
		desk.Check("the clerk's pages")
		office.Check("the approver's pages")
	})
})
