// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/browser"
	"github.com/rolewright/rolewright/test/clustertest"
)

// deskYAML is a shop whose leads give roles for a while, and whose repairs pass two steps. Lee and Lou are leads, Ben is clerk in one
// branch, and Dee may decide for leads.
const deskYAML = `kind: PermissionCatalog
spec:
  displayName: Shop desk
  sections: [{name: desk, displayName: Desk}]
  permissions:
  - {name: sell, section: desk, displayName: Sell}
  - {name: refund, section: desk, displayName: Refund}
  - {name: deputize, section: desk, displayName: Decide for leads}
---
kind: Organization
metadata: {name: shop}
spec: {displayName: Corner shop, catalogRef: {name: $world}}
---
kind: OrganizationStructure
metadata: {name: branches}
spec: {units: [{name: all, displayName: All branches}, {name: east, parent: all}, {name: west, parent: all}]}
---
kind: Role
metadata: {name: clerk}
spec: {displayName: Clerk, rules: [{permissions: [sell]}]}
---
kind: Role
metadata: {name: lead}
spec: {displayName: Lead, inherits: [{roleRef: {name: clerk}}], rules: [{permissions: [refund]}]}
---
kind: Role
metadata: {name: deputy}
spec: {displayName: Deputy, rules: [{permissions: [deputize]}]}
---
kind: UserAssignment
metadata: {name: lee}
spec: {user: lee, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: lou}
spec: {user: lou, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: ben}
spec: {user: ben, profile: {manager: lee}, grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [east]}}]}
---
kind: UserAssignment
metadata: {name: dee}
spec: {user: dee, grants: [{name: deputy, roleRef: {name: deputy}, scope: {everywhere: true}}]}
---
kind: ApprovalChain
metadata: {name: access}
spec:
  requestType: access
  onBehalfPermission: deputize
  grantPolicy: {roles: {from: UpTo, upToRoleRef: {name: lead}}, beneficiaries: [Requester, Members], defaultDurationSeconds: 28800}
  steps: [{name: lead, approvers: [{type: Role, role: {roleRef: {name: lead}}}]}]
---
kind: ApprovalChain
metadata: {name: repair}
spec:
  requestType: repair
  order: Parallel
  steps:
  - {name: cost, approvers: [{type: Role, role: {roleRef: {name: lead}}}]}
  - {name: noise, approvers: [{type: Users, users: [lee]}]}
`

// desk is a shop with people who look at it, each in a console of their own.
type desk struct {
	*clustertest.World
	// waiting and ended are requests of which pictures are taken.
	waiting, ended string
}

func newDesk() *desk {
	GinkgoHelper()
	w := clustertest.NewWorld(api, "shop")
	w.Apply(deskYAML)
	w.Published()
	return &desk{World: w}
}

// opens opens the console of a user with the rights to look, to ask and to decide.
func (d *desk) opens(user string) *person {
	GinkgoHelper()
	bind(user, "rolewright-viewer", "")
	bind(user, "rolewright-requester", d.Namespace)
	p := open(user, configOf(user))
	p.shows(pathOf(d.World, "requests"), "Requests")
	return p
}

var (
	tokenOf   = regexp.MustCompile(`name="token" value="([^"]+)"`)
	digestsOf = regexp.MustCompile(`name="digest" value="([^"]*)"`)
)

// post sends a form, and returns the page to which it leads.
func (p *person) post(path string, form url.Values) response {
	GinkgoHelper()
	got, err := http.PostForm(p.root+path, form)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(got.Body.Close()).To(Succeed()) }()
	return read(got)
}

// asks asks by the form, and returns the name of the request.
func (p *person) asks(d *desk, fields ...string) string {
	GinkgoHelper()
	path := pathOf(d.World, "new-request")
	form := url.Values{"token": {p.token(path)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	page := p.post(path, form)
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	Expect(page.URL.Path).To(HaveSuffix("/request"), page.Text)
	return page.URL.Query().Get("name")
}

// token returns the token of the form on a page.
func (p *person) token(path string) string {
	GinkgoHelper()
	page := p.get(path)
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	found := tokenOf.FindStringSubmatch(page.Body)
	Expect(found).To(HaveLen(2), page.Body)
	return found[1]
}

// decision returns the form of a decision on requests, as its page has it.
func (p *person) decision(d *desk, verdict string, names ...string) url.Values {
	GinkgoHelper()
	query := url.Values{"verdict": {verdict}}
	for _, name := range names {
		query.Add("request", d.Namespace+"/"+name)
	}
	page := p.get("/-/decide?" + query.Encode())
	Expect(page.Status).To(Equal(http.StatusOK), page.Text)
	form := url.Values{"token": {tokenOf.FindStringSubmatch(page.Body)[1]}, "verdict": {verdict}, "request": query["request"]}
	for _, digest := range digestsOf.FindAllStringSubmatch(page.Body, -1) {
		form.Add("digest", digest[1])
	}
	for range names {
		form.Add("step", "")
		form.Add("behalf", "")
	}
	return form
}

// decisions returns the decisions on a request.
func (d *desk) decisions(name string) []v1alpha1.ApprovalDecision {
	GinkgoHelper()
	var list v1alpha1.ApprovalDecisionList
	Expect(api.List(d.Ctx, &list, client.InNamespace(d.Namespace), client.MatchingFields{"spec.requestRef.name": name})).To(Succeed())
	return list.Items
}

// state returns the state of a request.
func (d *desk) state(name string) v1alpha1.RequestState {
	GinkgoHelper()
	return d.Get("ApprovalRequest/" + name).(*v1alpha1.ApprovalRequest).Status.State
}

// reads waits until the main part of the page has a text.
func reads(tab *browser.Tab, text string) {
	tab.Helper()
	tab.WaitFor("document.querySelector('main').innerText.includes(" + strconv.Quote(text) + ")")
}

var update = flag.Bool("update", false, "write the screenshots of requests in docs/console.md")

// takePictures takes the pictures of docs/console.md, if it is to be updated.
func takePictures(tab *browser.Tab, d *desk) {
	GinkgoHelper()
	text, err := os.ReadFile("../../docs/console.md")
	Expect(err).NotTo(HaveOccurred())
	waiting := d.Namespace + "/" + d.waiting
	for _, picture := range []struct {
		name, path string
		width      int64
		dark       bool
	}{
		{"requests", pathOf(d.World, "requests"), 1280, false},
		{"requests-phone", pathOf(d.World, "requests"), 360, true},
		{"request", pathOf(d.World, "request?name="+d.ended), 1280, false},
		{"decide", "/-/decide?verdict=Approve&request=" + waiting, 1280, false},
		{"new-request", pathOf(d.World, "new-request?type=access&role=lead&unit=east&duration=8h"), 1280, false},
	} {
		Expect(string(text)).To(ContainSubstring("(console/" + picture.name + ".png)"))
		file := "../../docs/console/" + picture.name + ".png"
		if !*update {
			Expect(file).To(BeAnExistingFile())
			continue
		}
		tab.SetDark(picture.dark)
		tab.Visit(picture.path, picture.width)
		Expect(os.WriteFile(file, browser.Get(tab, chromedp.CaptureScreenshot()), 0o600)).To(Succeed())
	}
}

var _ = Describe("Requests in a console on a cluster", func() {
	It("are a whole day in a browser", func() {
		d := newDesk()
		ben, lee := d.opens("ben"), d.opens("lee")
		desk, office := browser.Open(GinkgoTB(), ben.root), browser.Open(GinkgoTB(), lee.root)
		rules := browser.Axe(GinkgoTB())

		By("an approver whose inbox is empty, and who has typed something")
		office.Visit(pathOf(d.World, "requests"), 1280)
		reads(office, "Nothing waits for you.")
		browser.Eval[bool](office, `window.stayed = true; document.querySelector("main input[name=text]").value = "typed"; true`)

		By("a clerk who asks for a role, and sees while they type who would decide")
		desk.Visit(pathOf(d.World, "new-request"), 1280)
		typed := func(name, value string) {
			desk.Run(chromedp.Focus("main [name="+name+"]"), chromedp.SendKeys("main [name="+name+"]", value))
		}
		typed("type", "access")
		typed("role", "laed")
		reads(desk, `did you mean "lead"?`)
		typed("role", kb.Backspace+kb.Backspace+kb.Backspace+"ead")
		reads(desk, "lee, lou")
		By("and go on seeing it when another becomes a lead, with what they have typed")
		d.Apply("{kind: UserAssignment, metadata: {name: lia}, spec: {user: lia, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}}")
		reads(desk, "lee, lia, lou")
		Expect(browser.Eval[string](desk, `document.querySelector("main [name=role]").value + document.querySelector("main [name=type]").value`)).To(Equal("leadaccess"))
		typed("unit", "west")
		typed("duration", "2h")
		typed("justification", "Stocktaking <b>in</b> the west")
		desk.IsAccessible("new-request", rules)
		desk.Run(chromedp.Focus("main button[name=token]"), chromedp.KeyEvent(kb.Enter))
		desk.WaitFor(`location.pathname.endsWith("/request")`)
		reads(desk, "waits for lead: lee, lia, lou")
		reads(desk, "Stocktaking <b>in</b> the west")
		name := browser.Eval[string](desk, `new URL(location).searchParams.get("name")`)

		By("the approver, who sees it without doing anything, and keeps what they typed")
		reads(office, "lead for ben")
		Expect(browser.Eval[bool](office, `window.stayed && document.querySelector("main input[name=text]").value === "typed"`)).To(BeTrue())
		By("and ticks it, which stays while another comes")
		browser.Eval[bool](office, `document.querySelector("main input[type=checkbox]").click(); true`)
		second := ben.asks(d, "type", "repair", "unit", "east")
		reads(office, "repair for ben")
		Expect(browser.Eval[[]string](office, `[...document.querySelectorAll("main input:checked")].map(e => e.value)`)).
			To(ConsistOf(d.Namespace + "/" + name))
		office.IsAccessible("inbox", rules)

		By("looking at the difference before pressing")
		office.Run(chromedp.Focus(`main button[value=Approve]`), chromedp.KeyEvent(kb.Enter))
		reads(office, "1 user gains")
		reads(office, "refund")
		office.IsAccessible("decide", rules)
		d.No("ben refund west")
		office.Run(chromedp.Focus("main textarea"), chromedp.KeyEvent("Until <i>noon</i>"), chromedp.KeyEvent(kb.Tab+kb.Enter))
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
		office.Run(chromedp.Focus(`main a[href*="Revoke"]`), chromedp.KeyEvent(kb.Enter))
		reads(office, "End the role: lead in west for 2h")
		office.Run(chromedp.Focus("main textarea"), chromedp.KeyEvent("Done"), chromedp.KeyEvent(kb.Tab+kb.Enter))
		reads(office, "Revoke "+name+": it")
		desk.WaitFor(`!document.querySelector("main").innerText.includes("Refund")`)
		d.No("ben refund west")

		d.ended, d.waiting = name, ben.asks(d, "type", "access", "role", "lead", "unit", "all", "duration", "1d", "justification", "Lee is on leave")

		By("each page at each width, light and dark")
		for _, path := range []string{
			pathOf(d.World, "requests?tab=all"), "/-/requests?tab=all", pathOf(d.World, "request?name="+name), pathOf(d.World, "request?name="+second),
			pathOf(d.World, "new-request?type=access&role=lead&unit=east"), pathOf(d.World, "new-request?renew="+name),
			"/-/decide?verdict=Deny&request=" + d.Namespace + "/" + second,
		} {
			for _, dark := range []bool{false, true} {
				office.SetDark(dark)
				for _, width := range []int64{360, 1920} {
					office.Visit(path, width)
					office.Fits(fmt.Sprintf("%s at %d", path, width))
					office.IsAccessible(path, rules)
				}
			}
		}
		takePictures(office, d)
		desk.Check("the clerk's pages")
		office.Check("the approver's pages")
	})

	It("are decided together, and with a comment that is text", func() {
		d := newDesk()
		ben, lee := d.opens("ben"), d.opens("lee")
		first := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		second := ben.asks(d, "type", "access", "role", "clerk", "unit", "west", "duration", "1d12h")
		lee.shows("/-/requests", first, second)
		lee.shows(pathOf(d.World, "requests"), "Waiting for me (2)")
		form := lee.decision(d, "Approve", first, second)
		form.Set("comment", "both")
		page := lee.post("/-/decide", form)
		Expect(page.Text).To(And(ContainSubstring("Approve "+first+" : it"), ContainSubstring("Approve "+second+" : it")))
		Eventually(d.state).WithArguments(first).Should(Equal(v1alpha1.RequestApproved))
		Eventually(d.state).WithArguments(second).Should(Equal(v1alpha1.RequestApproved))
		Eventually(func() bool { return d.May("ben sell west") }).Should(BeTrue())

		By("sending the form again, which changes nothing")
		page = lee.post("/-/decide", form)
		Expect(page.Text).To(ContainSubstring("too late"))
		Expect(d.decisions(first)).To(HaveLen(1))

		third := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		form = lee.decision(d, "Deny", third)
		form.Set("comment", `no <script>alert(1)</script>`)
		page = lee.post("/-/decide", form)
		Expect(page.Body).To(ContainSubstring("&lt;script&gt;alert(1)"))
		Expect(page.Body).NotTo(ContainSubstring("<script>alert"))
		Expect(d.state(third)).To(Equal(v1alpha1.RequestDenied))
	})

	It("are decided by nobody but those whom the chain asks, whatever a form says", func() {
		d := newDesk()
		ben, lee, dee, eva := d.opens("ben"), d.opens("lee"), d.opens("dee"), d.opens("eva")
		name := ben.asks(d, "type", "access", "role", "lead", "unit", "east")
		lee.shows(pathOf(d.World, "requests"), name)
		forged := lee.decision(d, "Approve", name)

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
		page = dee.get(pathOf(d.World, "requests"))
		Expect(page.Text).To(ContainSubstring("You may decide in place of lee, lou."))
		form := dee.decision(d, "Approve", name)
		form.Set("behalf", "lou")
		page = dee.post("/-/decide", form)
		Expect(page.Text).To(And(ContainSubstring("Approve "+name+" : it"), ContainSubstring("dee on behalf of lou")))

		By("an approver whose page is out of date")
		forged.Set("token", lee.token(pathOf(d.World, "new-request")))
		page = lee.post("/-/decide", forged)
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring("too late: request " + name))
	})

	It("are withdrawn and prolonged by those who made them, and choose a step where several wait", func() {
		d := newDesk()
		ben, lee := d.opens("ben"), d.opens("lee")
		name := ben.asks(d, "type", "repair", "unit", "west")
		page := lee.get("/-/decide?verdict=Approve&request=" + d.Namespace + "/" + name)
		Expect(page.Text).To(And(ContainSubstring("cost"), ContainSubstring("noise"), ContainSubstring("nobody's permissions would change")))
		form := lee.decision(d, "Approve", name)
		page = lee.post("/-/decide", form)
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring("several steps wait for lee"))
		form.Set("step", "noise")
		Expect(lee.post("/-/decide", form).Text).To(ContainSubstring("Approve " + name + " : it"))
		Expect(ben.post("/-/decide", ben.decision(d, "Withdraw", name)).Text).To(ContainSubstring("Withdraw " + name + " : it"))
		Expect(d.state(name)).To(Equal(v1alpha1.RequestWithdrawn))

		role := ben.asks(d, "type", "access", "role", "lead", "unit", "west")
		lee.post("/-/decide", lee.decision(d, "Approve", role))
		Eventually(func() bool { return d.May("ben refund west") }).Should(BeTrue())
		more := ben.asks(d, "renew", role, "duration", "1h", "justification", "One hour more")
		prolonged := d.Get("ApprovalRequest/" + more).(*v1alpha1.ApprovalRequest)
		Expect(prolonged.Spec.Grant.RenewalOf.Name).To(Equal(role))
		Expect(prolonged.Spec.Grant.DurationSeconds).To(BeEquivalentTo(3600))
		Expect(strings.TrimSpace(ben.text(pathOf(d.World, "request?name="+more)))).To(ContainSubstring("prolongs " + role))
	})
})
