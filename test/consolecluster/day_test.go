// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"strconv"

	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/test/browser"
)

var _ = Describe("Requests in a console on a cluster", func() {
	It("are a whole day in a browser", func() {
		if *update {
			// Without, nothing would be written, and that would pass.
			GinkgoTB().Setenv("ROLEWRIGHT_BROWSER", "required")
		}
		d := newDeskIn("corner-shop")
		ben, ann := d.opens("ben"), d.opens("ann")
		rules, chromium := browser.Axe(GinkgoTB()), browser.Start(GinkgoTB())
		desk, office := chromium.Open(GinkgoTB(), ben.root), chromium.Open(GinkgoTB(), ann.root)
		// Nobody has a mouse, and no script moves the focus.
		follow := func(tab *browser.Tab, link string) {
			GinkgoHelper()
			tab.TabUntil("document.activeElement.textContent.trim() === " + strconv.Quote(link))
			tab.Press(kb.Enter)
		}

		By("an approver whose inbox is empty, and who has typed something")
		office.Visit(pathOf(d.World, "requests"), 1280)
		reads(office, "Nothing waits for you.")
		browser.Eval[bool](office, `window.stayed = true`)
		office.TabTo("main input[name=text]")
		office.Press("typed")

		By("a clerk who asks for a role, and sees while they type who would decide")
		desk.Visit(pathOf(d.World, ""), 1280)
		desk.TabTo(".tabs a[href$='/requests']")
		desk.Press(kb.Enter)
		desk.WaitFor(`document.title.startsWith("Requests")`)
		follow(desk, "Ask for something")
		desk.WaitFor(`document.title.startsWith("Ask for something")`)
		typed := func(name, value string) {
			GinkgoHelper()
			desk.TabTo("main [name=" + name + "]")
			desk.Press(value)
		}
		typed("type", "access")
		typed("role", "laed")
		reads(desk, "did you mean “lead”?")
		typed("role", kb.Backspace+kb.Backspace+kb.Backspace+"ead")
		reads(desk, "ann, lou")
		By("and go on seeing it when another becomes a lead, with what they have typed")
		d.Apply("{kind: UserAssignment, metadata: {name: lia}, spec: {user: lia, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}}")
		reads(desk, "ann, lia, lou")
		Expect(browser.Eval[string](desk, `document.querySelector("main [name=role]").value + document.querySelector("main [name=type]").value`)).To(Equal("leadaccess"))
		typed("unit", "west")
		typed("duration", "2h")
		typed("justification", "Stocktaking <b>in</b> the west")
		desk.IsAccessible("new-request", rules)
		follow(desk, "Ask")
		desk.WaitFor(`location.pathname.endsWith("/request")`)
		reads(desk, "waits for lead: ann, lia, lou")
		reads(desk, "Stocktaking <b>in</b> the west")
		name := browser.Eval[string](desk, `new URL(location).searchParams.get("name")`)

		By("the approver, who sees it without doing anything, and keeps what they typed")
		reads(office, "lead for ben")
		Expect(browser.Eval[bool](office, `window.stayed && document.querySelector("main input[name=text]").value === "typed"`)).To(BeTrue())
		By("and ticks it, which stays while another comes")
		office.TabTo("main input[type=checkbox]")
		office.Press(" ")
		second := ben.asks(d, "type", "repair", "unit", "east")
		reads(office, "repair for ben")
		Expect(browser.Eval[[]string](office, `[...document.querySelectorAll("main input:checked")].map(e => e.value)`)).
			To(ConsistOf(d.Namespace + "/" + name))
		office.IsAccessible("inbox", rules)

		By("looking at the difference before pressing")
		follow(office, "Approve chosen…")
		reads(office, "1 user gains")
		reads(office, "refund")
		office.IsAccessible("decide", rules)
		d.No("ben refund west")
		office.TabTo("main textarea")
		office.Press("Until <i>noon</i>" + kb.Tab + kb.Enter)
		office.WaitFor(`location.pathname.endsWith("/request")`)
		reads(office, "Approve "+name+": it")
		reads(office, "Until <i>noon</i>")
		Expect(browser.Eval[int](office, `document.querySelectorAll("main i, main b").length`)).To(BeZero())
		office.IsAccessible("request", rules)

		By("the clerk, whose pages show it, and who is answered yes")
		reads(desk, "Approved")
		desk.Visit(pathOf(d.World, "user?id=ben"), 1280)
		reads(desk, "ApprovalRequest/"+name)
		desk.Visit(pathOf(d.World, "ask?user=ben&permission=refund&unit=west"), 1280)
		reads(desk, "Yes")
		d.Yes("ben refund west")

		By("the approver, who ends it, and the clerk's open page, which shows it")
		desk.Visit(pathOf(d.World, "user?id=ben"), 1280)
		reads(desk, "Refund")
		office.Visit(pathOf(d.World, "request?name="+name), 1280)
		follow(office, "End the role…")
		reads(office, "End the role: lead in west for 2h")
		office.TabTo("main textarea")
		office.Press("Done" + kb.Tab + kb.Enter)
		reads(office, "Revoke "+name+": it")
		desk.WaitFor(`!document.querySelector("main").innerText.includes("Refund")`)
		d.No("ben refund west")

		d.ended, d.waiting = name, ben.asks(d, "type", "access", "role", "lead", "unit", "all", "duration", "1d", "justification", "Ann is on leave")

		By("the list, in which what can be ticked and what cannot stand in line")
		office.Visit(pathOf(d.World, "requests?tab=all"), 1280)
		office.WaitFor(`document.querySelectorAll("main .requests li").length === 3 && document.querySelectorAll("main .requests input").length === 2`)
		Expect(browser.Eval[[]float64](office, `[...new Set([...document.querySelectorAll("main .requests h2")].map(e => e.getBoundingClientRect().left))]`)).
			To(HaveLen(1))

		By("each page at each width, light and dark")
		decided := ""
		for _, decision := range d.decisions(name) {
			decided += "&decision=" + d.Namespace + "/" + decision.Name
		}
		for _, path := range []string{
			pathOf(d.World, "requests?tab=all"), "/-/requests", pathOf(d.World, "request?name="+name), pathOf(d.World, "request?name="+second),
			pathOf(d.World, "new-request"), pathOf(d.World, "new-request?type=access&role=lead&unit=east"), pathOf(d.World, "new-request?renew="+name),
			"/-/decide?verdict=Deny&request=" + d.Namespace + "/" + second, "/-/decide?verdict=Approve&request=" + d.Namespace + "/" + d.waiting,
			"/-/decided", "/-/decided?" + decided, pathOf(d.World, "audit"), pathOf(d.World, "user?id=ben"),
		} {
			office.Visit(path, 1280)
			office.Look(path, rules)
		}
		takePictures(office, d)
		desk.Check("the clerk's pages")
		office.Check("the approver's pages")
	})
})
