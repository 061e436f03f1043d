// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A console on a cluster", func() {
	It("shows organizations, and follows them", func() {
		w := newShop()
		bind("vera", "rolewright-viewer", "")
		vera := open("vera", configOf("vera"))
		vera.shows("/", w.Namespace+"/shop", "3 users, 2 roles, 3 units", "revision ")
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
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell]}]}}`)
		vera.showsNoMore(pathOf(w, "user?id=ben"), "Refund")
	})

	It("compares manifests with what is in force at that moment", func() {
		w := newShop()
		bind("wilma", "rolewright-viewer", "")
		wilma := open("wilma", configOf("wilma"))
		published := func() string {
			var shop v1alpha1.Organization
			Expect(api.Get(w.Ctx, client.ObjectKey{Namespace: w.Namespace, Name: "shop"}, &shop)).To(Succeed())
			return fmt.Sprintf("Revision %d was published", shop.Status.Publication.Revision)
		}
		w.Published()
		first := published()
		wilma.shows(pathOf(w, "changes"), "Manifests are compared with what is in force", first)
		wilma.showsNoMore(pathOf(w, "changes"), "is not what these objects say")
		compare := func(permissions string) string {
			return wilma.post(pathOf(w, "changes"), url.Values{"manifests": {`
apiVersion: rolewright.dev/v1alpha1
kind: Role
metadata: {name: clerk, namespace: ` + w.Namespace + `}
spec: {organizationRef: {name: shop}, displayName: Clerk, rules: [{permissions: [` + permissions + `]}]}
`}}).Text
		}
		Expect(compare("sell, refund")).To(And(ContainSubstring("2 users gain"), ContainSubstring("ben"), ContainSubstring("in force")))
		Expect(compare("sell")).NotTo(MatchRegexp(`\d users? gain`))

		By("and so with something else once that has changed")
		w.Apply(`{kind: Role, metadata: {name: clerk}, spec: {displayName: Clerk, rules: [{permissions: [sell, refund]}]}}`)
		Eventually(compare).WithArguments("sell").Should(ContainSubstring("2 users lose"))
		Expect(compare("sell, refund")).NotTo(MatchRegexp(`\d users? (gain|lose)`))
		Eventually(published).ShouldNot(Equal(first))
		wilma.shows(pathOf(w, "changes"), published())
	})

	It("says that what is in force is older than the objects, if the manager says so", func() {
		w := clustertest.NewWorld(api, "shop")
		foreign := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "shop-permissions"}}
		Expect(api.Create(w.Ctx, foreign)).To(Succeed())
		w.Apply(shopYAML)
		bind("wanja", "rolewright-viewer", "")
		open("wanja", configOf("wanja")).shows(pathOf(w, "changes"),
			"Nothing has been published yet", `What is published is not what these objects say: ConfigMap "shop-permissions"`)
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
