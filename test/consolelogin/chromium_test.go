// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"strconv"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/test/browser"
)

// What a browser allows of cookies, redirects and forms is for a browser to say.
var _ = Describe("A real browser", func() {
	It("logs in, comes back to the page, and logs out here and at the provider", func() {
		rules := browser.Axe(GinkgoTB())
		idp.people.add("ann")
		bind(rbacv1.UserKind, "id:ann", viewer, "")
		start(oneKey)
		b := browser.Start(GinkgoTB(), chromedp.Flag("ignore-certificate-errors", true)).Open(GinkgoTB(), root, idp.URL)
		isAt := func(address, text string) {
			GinkgoHelper()
			b.WaitFor("location.href.startsWith(" + strconv.Quote(address) + ") && (document.body?.innerText ?? '').includes(" + strconv.Quote(text) + ")")
		}

		b.Run(chromedp.Navigate(root + "/-/findings"))
		isAt(idp.URL, "")
		b.TabTo("input[name=username]")
		b.Press("ann" + kb.Tab + password + kb.Enter)
		isAt(root+"/-/findings", "id:ann")
		b.Look("logged in", rules)

		b.TabTo(".account button")
		b.Press(kb.Enter)
		// Only the provider leads to the address without a parameter.
		b.WaitFor("location.pathname === " + strconv.Quote(login.LoggedOutPath) + ` && ["", "?state="].includes(location.search)`)
		isAt(root, "You are logged out")
		b.Look("logged out", rules)
		b.Run(chromedp.Navigate(root + "/"))
		isAt(idp.URL, "")

		By("a form to search that is sent when the session has ended, which leads to the provider and back to what was searched")
		logIn := func() {
			GinkgoHelper()
			isAt(idp.URL, "")
			b.TabTo("input[name=username]")
			b.Press("ann" + kb.Tab + password + kb.Enter)
		}
		logIn()
		isAt(root, "id:ann")
		browser.Call(b, network.ClearBrowserCookies, cdp.Empty{})
		b.TabTo("#search")
		b.Press("lena" + kb.Enter)
		logIn()
		isAt(root+"/-/search?", "id:ann")
		Expect(browser.Eval[string](b, `new URL(location).searchParams.get("q")`)).To(Equal("lena"))
		// The log of the browser has the status of the page that leads to the provider.
		Expect(b.Problems()).To(ConsistOf(ContainSubstring("401")))
		browser.Call(b, network.ClearBrowserCookies, cdp.Empty{})

		By("an answer that the console cannot trust, and a form that is sent too late")
		b.Run(chromedp.Navigate(root + login.CallbackPath + "?state=forged&code=forged"))
		isAt(root, "You are not logged in")
		// The log of the browser has the status of the answer, which is what it should be.
		Expect(b.Problems()).To(ConsistOf(ContainSubstring("403")))
		b.Look("not logged in", rules)

		By("a form that is sent when the session has ended")
		b.Run(chromedp.Navigate(root + "/"))
		logIn()
		isAt(root, "id:ann")
		browser.Call(b, network.ClearBrowserCookies, cdp.Empty{})
		browser.Eval[bool](b, `document.querySelector(".account").action = "/-/decide"; true`)
		b.TabTo(".account button")
		b.Press(kb.Enter)
		isAt(root, "Your session has ended")
		Expect(b.Problems()).To(ConsistOf(ContainSubstring("401")))
		b.Look("session over", rules)
	})
})
