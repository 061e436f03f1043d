// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// chromium returns the path of the browser. Without one, the spec is skipped, unless nothing may be lacking.
func chromium() string {
	GinkgoHelper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("ROLEWRIGHT_CHROMIUM"), "chromium"))
	if err != nil {
		const what = "there is no Chromium: apt-get install chromium, or name one in ROLEWRIGHT_CHROMIUM"
		if os.Getenv("ROLEWRIGHT_BROWSER") == "required" {
			Fail(what)
		}
		Skip(what)
	}
	return path
}

// What a browser allows of cookies, redirects and forms is for a browser to say.
var _ = Describe("A real browser", func() {
	It("logs in, comes back to the page, and logs out here and at the provider", func(ctx context.Context) {
		path := chromium()
		idp.people.add("ann")
		start(oneKey)
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		DeferCleanup(cancel)
		allocator, cancel := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
			chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(GinkgoT().TempDir()), chromedp.Flag("ignore-certificate-errors", true))...)
		DeferCleanup(cancel)
		tab, cancel := chromedp.NewContext(allocator)
		DeferCleanup(cancel)
		do := func(steps ...chromedp.Action[chromedp.Void]) {
			GinkgoHelper()
			_, err := chromedp.Run(tab, chromedp.Steps(steps...))
			Expect(err).NotTo(HaveOccurred())
		}
		shown := func() string {
			// There may be no page at the moment, on the way to the next one.
			text, err := chromedp.Run(tab, chromedp.Evaluate[string](`location.href + "\n" + (document.body?.innerText ?? "")`))
			if err != nil {
				return err.Error()
			}
			return text
		}

		do(chromedp.Navigate(root+"/-/findings"), chromedp.WaitReady("input[name=username]"))
		do(chromedp.SendKeys("input[name=username]", "ann"), chromedp.SendKeys("input[name=password]", password), chromedp.Submit("form"))
		Eventually(shown).Should(And(HavePrefix(root+"/-/findings\n"), ContainSubstring("id:ann")))

		do(chromedp.Click(".account button"))
		// Only the provider leads to the address without a parameter.
		Eventually(shown).Should(And(MatchRegexp(root+`/-/logged-out(\?state=)?\n`), ContainSubstring("You are logged out")))
		do(chromedp.Navigate(root + "/"))
		Eventually(shown).Should(HavePrefix(idp.URL))
	})
})
