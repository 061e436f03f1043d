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

	It("shows a mistake on every page that it touches, until it is mended", func() {
		w := newShop()
		bind("mia", "rolewright-viewer", "")
		mia := open("mia", configOf("mia"))
		pages := []string{"", "role?name=clerk", "role?name=lead", "matrix", "user?id=ben", "user?id=ann", "findings"}
		for _, page := range pages {
			mia.shows(pathOf(w, page), "shop")
			Expect(mia.text(pathOf(w, page))).NotTo(ContainSubstring("burn"), page)
		}
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell, burn]}]}}`)
		for _, page := range pages {
			mia.shows(pathOf(w, page), `"burn"`)
		}
		mia.shows("/", "UnknownPermission")
		mia.shows("/-/search?q=burn", "Role/")

		By("marking the line of the field")
		object := "/-/object?kind=Role&name=clerk&field=spec.rules[0].permissions[1]&namespace=" + w.Namespace
		Expect(mia.get(object).Body).To(MatchRegexp(`id="marked"[^>]*><code> *- burn</code>`))

		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell]}]}}`)
		for _, page := range pages {
			mia.showsNoMore(pathOf(w, page), "burn")
		}
	})

	It("shows an object as it is there, with its status and without what only machines read", func() {
		w := newShop()
		bind("ola", "rolewright-viewer", "")
		ola := open("ola", configOf("ola"))
		page := ola.text("/-/object?kind=UserAssignment&name=ben&namespace=" + w.Namespace)
		Expect(page).To(And(ContainSubstring("status:"), ContainSubstring("type: Published"), Not(ContainSubstring("managedFields"))))
		Expect(ola.get("/-/object?kind=Secret&name=x&namespace=" + w.Namespace).Status).To(Equal(http.StatusNotFound))
		Expect(ola.get("/-/object?kind=Role&name=none&namespace=" + w.Namespace).Status).To(Equal(http.StatusNotFound))
	})
})
