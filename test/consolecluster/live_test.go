// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"net/http"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A console on a cluster", func() {
	It("shows organizations, and follows them", func() {
		w := newShop()
		bind("vera", "rolewright-viewer", "")
		vera := open("vera", configOf("vera"))
		vera.shows("/", w.Namespace+"/shop", "3 users, 2 roles, 3 units", "revision 1")
		page := vera.get(pathOf(w, "user?id=ben"))
		Expect(page.Status).To(Equal(http.StatusOK), page.Text)
		Expect(page.Text).To(ContainSubstring("Sell"))
		Expect(page.Text).NotTo(ContainSubstring("You may not"))

		By("not saying that the page has changed while it has not")
		version := regexp.MustCompile(`/-/live\?version=[^"]+`).FindString(page.Body)
		Expect(vera.get(version).Header).NotTo(HaveKey("Hx-Trigger"))

		By("saying that the page has changed once the role has, and showing it")
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell, refund]}]}}`)
		Eventually(func() http.Header { return vera.get(version).Header }).Should(HaveKeyWithValue("Hx-Trigger", []string{"state-changed"}))
		vera.shows(pathOf(w, "user?id=ben"), "Refund")
		vera.shows(pathOf(w, "changes"), "refund", "ben")
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell]}]}}`)
		vera.showsNoMore(pathOf(w, "user?id=ben"), "Refund")
	})
})
