// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

// credentials are what a browser sends with a form: the cookie of a session, and the token of the form.
type credentials struct{ session, token string }

// credentialsFor logs a person in, and opens the form to ask for something.
func credentialsFor(name, form string) (*agent, credentials) {
	GinkgoHelper()
	b := loggedIn(name)
	var shown page
	Eventually(func() int { shown = b.get(form); return shown.Status }).Should(Equal(http.StatusOK))
	found := tokenField.FindStringSubmatch(shown.Body)
	Expect(found).To(HaveLen(2), shown.Body)
	return b, credentials{session: b.session(), token: found[1]}
}

// attemptOf returns the cookie of a log-in that has begun, and not ended.
func attemptOf() *http.Cookie {
	GinkgoHelper()
	b := newAgent()
	b.get("/")
	for _, cookie := range b.jar.Cookies(&url.URL{Scheme: "https", Host: address, Path: "/"}) {
		if strings.HasPrefix(cookie.Name, "__Host-rolewright-login-") {
			return cookie
		}
	}
	Fail("no cookie of a log-in that has begun")
	return nil
}

var _ = Describe("Another's cookie", func() {
	It("writes nothing, nor does the form of another", func(ctx context.Context) {
		namespace := newOrganization("cookies")
		for _, name := range []string{"ann", "ben"} {
			idp.people.add(name)
			bind(rbacv1.UserKind, "id:"+name, viewer, namespace)
			bind(rbacv1.UserKind, "id:"+name, "rolewright-requester", namespace)
		}
		form := "/" + namespace + "/" + namespace + "/new-request"
		arguments := []string{"--namespaces", namespace}
		stop := start(anotherKey, arguments...)
		_, foreign := credentialsFor("ann", form)
		stop()
		stop = start(oneKey, append(arguments, "--session-lifetime", "2s")...)
		_, ended := credentialsFor("ann", form)
		stop()

		start(oneKey, arguments...)
		leaver, revoked := credentialsFor("ann", form)
		leaver.logOut()
		annsBrowser, ann := credentialsFor("ann", form)
		_, again := credentialsFor("ann", form)
		_, ben := credentialsFor("ben", form)
		attempt := attemptOf()
		Eventually(withSession(ended.session).isLoggedIn).Should(BeFalse())

		written := func() []v1alpha1.ApprovalRequest {
			GinkgoHelper()
			var list v1alpha1.ApprovalRequestList
			Expect(api.List(ctx, &list, client.InNamespace(namespace))).To(Succeed())
			return list.Items
		}
		// The request names another as its requester, as no form of the console does.
		post := func(b *agent, token string, header ...string) page {
			GinkgoHelper()
			return b.send(http.MethodPost, form, url.Values{"token": {token}, "type": {"access"}, "requester": {"id:ben"}}, header...)
		}
		const own, ofAnother = "Sec-Fetch-Site", "the form was not made for this log-in"
		for _, attack := range []struct {
			name           string
			session, token string
			header         []string
			status         int
			text           string
		}{
			{"the cookie of Ben, and the form of Ann", ben.session, ann.token, []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"the form of another session of Ann", ann.session, again.token, []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"the form of a session of Ann that is over", ann.session, revoked.token, []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"the form of another console", ann.session, foreign.token, []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"no token", ann.session, "", []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"a part of a token", ann.session, ann.token[:len(ann.token)-4], []string{own, "same-origin"}, http.StatusForbidden, ofAnother},
			{"no cookie", "", ann.token, []string{own, "same-origin"}, http.StatusUnauthorized, "session has ended"},
			{"a part of a cookie", ann.session[:len(ann.session)-4], ann.token, nil, http.StatusUnauthorized, "session has ended"},
			{"two cookies in one", ann.session + ben.session, ann.token, nil, http.StatusUnauthorized, "session has ended"},
			{"the cookie of a log-in that has begun", attempt.Value, ann.token, nil, http.StatusUnauthorized, "session has ended"},
			{"a cookie of another console", foreign.session, foreign.token, nil, http.StatusUnauthorized, "session has ended"},
			{"the cookie of a session that has expired", ended.session, ended.token, nil, http.StatusUnauthorized, "session has ended"},
			{"a copy of the cookie of a person who has logged out", revoked.session, revoked.token, nil, http.StatusUnauthorized, "session has ended"},
			{"a page of another site", ann.session, ann.token, []string{own, "cross-site"}, http.StatusForbidden, ""},
			{"a page of another port of the same host", ann.session, ann.token, []string{own, "same-site"}, http.StatusForbidden, ""},
			{"a browser that only says where the page is from", ann.session, ann.token, []string{"Origin", "https://evil.example"}, http.StatusForbidden, ""},
			{"a page without origin", ann.session, ann.token, []string{"Origin", "null"}, http.StatusForbidden, ""},
		} {
			By(attack.name)
			at := post(withSession(attack.session), attack.token, attack.header...)
			Expect(at.Status).To(Equal(attack.status), at.Text)
			Expect(at.Text).To(ContainSubstring(attack.text))
			Expect(written()).To(BeEmpty())
		}

		By("a session under the name of a log-in that has begun")
		at := post(newAgent(), ann.token, "Cookie", attempt.Name+"="+ann.session)
		Expect(at.Status).To(Equal(http.StatusUnauthorized), at.Text)
		By("an address in place of a form")
		annsBrowser.get(form + "?type=access&token=" + ann.token)
		Expect(written()).To(BeEmpty())

		By("the form of Ann, which asks in her name, whatever it says")
		at = post(annsBrowser, ann.token, own, "same-origin")
		Expect(at.URL.Path).To(HaveSuffix("/request"), at.Text)
		Expect(written()).To(HaveLen(1))
		Expect(written()[0].Spec.Requester).To(BeEquivalentTo("id:ann"))
	})
})
