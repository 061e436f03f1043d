// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/oauth2"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/test/clustertest"
)

const viewer = "rolewright-viewer"

// newOrganization makes a namespace with the organization of the quick start.
func newOrganization(name string) (namespace string) {
	GinkgoHelper()
	made := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: name + "-"}}
	Expect(api.Create(context.Background(), made)).To(Succeed())
	text, err := os.ReadFile("../../config/samples/quickstart/quickstart.yaml")
	Expect(err).NotTo(HaveOccurred())
	// The namespace and the objects in it are those of the sample, by another name.
	clustertest.Kubectl(plane, "apply", "--server-side", "--force-conflicts", "-f", file(strings.NewReplacer(
		"name: quickstart", "name: "+made.Name, "namespace: quickstart", "namespace: "+made.Name).Replace(string(text))))
	return made.Name
}

var _ = Describe("A person who logs in", Ordered, func() {
	var first, second string

	BeforeAll(func() {
		first, second = newOrganization("first"), newOrganization("second")
		idp.people.add("ann", "auditors")
		idp.people.add("ben")
		idp.people.add("zoë")
	})

	BeforeEach(func() { start(oneKey, "--namespaces", first+","+second) })

	It("is to the API server who their own token says they are", func(ctx context.Context) {
		bind(rbacv1.GroupKind, "id:auditors", viewer, first)
		config := rest.AnonymousClientConfig(plane.Config())
		config.BearerToken = tokenOf(ctx, "ann")
		review := &authenticationv1.SelfSubjectReview{}
		own := clustertest.NewClient(config, authenticationv1.AddToScheme)
		// The API server reads what the provider says of itself when it has time to.
		Eventually(func() error { return own.Create(ctx, review) }).Should(Succeed())
		Expect(review.Status.UserInfo.Username).To(Equal("id:ann"))
		Expect(review.Status.UserInfo.Groups).To(ContainElement("id:auditors"))
		Expect(loggedIn("ann").get("/").Text).To(ContainSubstring("id:ann Log out"))
	})

	It("sees what RBAC lets them see, and nothing else", func() {
		bind(rbacv1.GroupKind, "id:auditors", viewer, first)
		bind(rbacv1.UserKind, "id:ben", viewer, second)
		ann, ben := loggedIn("ann"), loggedIn("ben")
		Eventually(func() string { return ann.get("/").Text }).Should(ContainSubstring(first + "/" + first))
		Eventually(func() string { return ben.get("/").Text }).Should(ContainSubstring(second + "/" + second))
		Expect(ann.get("/").Text).NotTo(ContainSubstring(second))
		Expect(ben.get("/").Text).NotTo(ContainSubstring(first))
		Expect(ann.get("/" + second + "/" + second + "/matrix").Status).To(Equal(http.StatusNotFound))
		Expect(ann.get("/-/search?q=second").Text).NotTo(ContainSubstring(second))
		object := ann.get("/-/object?kind=Organization&name=" + second + "&namespace=" + second)
		Expect(object.Status).To(Equal(http.StatusForbidden))
		Expect(object.Text).To(ContainSubstring(`User "id:ann" cannot get resource "organizations"`))
	})

	It("sees it no longer once the right is withdrawn", func(ctx context.Context) {
		right := bind(rbacv1.UserKind, "id:ben", viewer, first)
		ben := loggedIn("ben")
		Eventually(func() string { return ben.get("/").Text }).Should(ContainSubstring(first + "/" + first))
		Expect(api.Delete(ctx, right)).To(Succeed())
		Eventually(func() string { return ben.get("/").Text }).Should(And(
			Not(ContainSubstring(first+"/"+first)), ContainSubstring("You may not list and watch organizations in any of the namespaces")))
	})

	It("may have a name of another script", func() {
		bind(rbacv1.UserKind, "id:zoë", viewer, first)
		other := loggedIn("zoë")
		Eventually(func() string { return other.get("/").Text }).Should(And(ContainSubstring("id:zoë"), ContainSubstring(first+"/"+first)))
	})

	It("comes back to the page that they asked for, and to no other site", func() {
		bind(rbacv1.UserKind, "id:ben", viewer, first)
		page := "/" + first + "/" + first + "/roles?text=a"
		Expect(newAgent().logIn("ben", page).URL.String()).To(Equal(root + page))
		for _, evil := range []string{"//evil.example", `/\evil.example`, "https://evil.example", "/%2f/evil.example", "/\t/evil.example"} {
			at := newAgent().logIn("ben", "/-/login?return="+url.QueryEscape(evil))
			Expect(at.URL.String()).To(Equal(root+"/"), evil)
		}
	})

	It("logs out here and at the provider", func() {
		ben := loggedIn("ben")
		copied := withSession(ben.session())
		Expect(copied.isLoggedIn()).To(BeTrue())
		at := ben.logOut()
		Expect(at.URL.String()).To(HavePrefix(root + login.LoggedOutPath))
		Expect(at.Text).To(ContainSubstring("You are logged out"))
		Expect(ben.isLoggedIn()).To(BeFalse())
		Expect(copied.isLoggedIn()).To(BeFalse(), "a copy of the cookie")
	})
})

var _ = Describe("Nobody is logged in by", func() {
	BeforeEach(func() {
		idp.people.add("ann")
		idp.people.add("system:admin")
		idp.people.add("mallory\r\nImpersonate-Group: system:masters")
	})

	It("a session that is forged, changed, or sealed with a key that is gone", func() {
		stop := start(oneKey)
		value := loggedIn("ann").session()
		Expect(withSession(value).isLoggedIn()).To(BeTrue())
		for at := range value {
			if at%17 == 0 {
				changed := value[:at] + map[bool]string{true: "B", false: "A"}[value[at] == 'A'] + value[at+1:]
				Expect(withSession(changed).isLoggedIn()).To(BeFalse(), "changed at %d", at)
			}
		}
		Expect(withSession("ann").isLoggedIn()).To(BeFalse())
		stop()
		stop = start(anotherKey + "\n" + oneKey)
		Expect(withSession(value).isLoggedIn()).To(BeTrue(), "while keys rotate")
		stop()
		start(anotherKey)
		Expect(withSession(value).isLoggedIn()).To(BeFalse(), "after the key is gone")
	})

	It("a session that is over", func() {
		start(oneKey, "--session-lifetime", "2s")
		b := loggedIn("ann")
		value := b.session()
		Eventually(func() bool { return withSession(value).isLoggedIn() }).Should(BeFalse())
		Expect(b.send(http.MethodPost, "/a/b/changes", url.Values{"manifests": {""}}, "Sec-Fetch-Site", "same-origin").Status).
			To(Equal(http.StatusUnauthorized))
	})

	It("an answer of the provider that is used again, or was meant for another browser", func() {
		start(oneKey)
		b := newAgent()
		answer := b.answer("ann", "/").String()
		Expect(newAgent().get(answer).Text).To(ContainSubstring("not begun in this browser"))
		Expect(b.get(answer).URL.Path).To(Equal("/"))
		again := b.get(answer)
		Expect(again.Status).To(Equal(http.StatusForbidden))
		Expect(again.Text).To(ContainSubstring("Log in again"))
	})

	It("a code that the provider gave to another client", func(ctx context.Context) {
		start(oneKey)
		b := newAgent()
		mine := b.answer("ann", "/")
		other := clientOf(ctx, otherClient)
		theirs := newAgent().answer("ann", other.AuthCodeURL("state"))
		query := mine.Query()
		query.Set("code", theirs.Query().Get("code"))
		mine.RawQuery = query.Encode()
		at := b.get(mine.String())
		Expect(at.Status).To(Equal(http.StatusForbidden))
		Expect(at.Text).To(ContainSubstring("cannot be trusted"))
		Expect(b.isLoggedIn()).To(BeFalse())
	})

	It("a name that is a header, or one of the cluster's own", func() {
		start(oneKey, "--oidc-username-prefix", "-")
		for name, want := range map[string]string{
			"system:admin": `begins with "system:"`, "mallory\r\nImpersonate-Group: system:masters": "control characters",
		} {
			b := newAgent()
			at := b.logIn(name, "/")
			Expect(at.Status).To(Equal(http.StatusForbidden))
			Expect(at.Text).To(ContainSubstring(want))
			Expect(b.session()).To(BeEmpty())
		}
	})

	It("a form of another site", func() {
		start(oneKey)
		b := loggedIn("ann")
		Expect(b.send(http.MethodPost, login.LogoutPath, url.Values{}, "Sec-Fetch-Site", "cross-site").Status).To(Equal(http.StatusForbidden))
		Expect(b.send(http.MethodPost, login.LogoutPath, url.Values{}, "Origin", "https://evil.example").Status).To(Equal(http.StatusForbidden))
		Expect(b.isLoggedIn()).To(BeTrue())
	})

	It("another name of the console", func() {
		start(oneKey)
		b := loggedIn("ann")
		request, err := http.NewRequest(http.MethodGet, root+"/", http.NoBody)
		Expect(err).NotTo(HaveOccurred())
		request.Host = "evil.example"
		got, err := b.Do(request)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.Body.Close()).To(Succeed())
		Expect(got.StatusCode).To(Equal(http.StatusMisdirectedRequest))
	})
})

// clientOf returns a client of the provider that people come back from to the console.
func clientOf(ctx context.Context, id string) *oauth2.Config {
	GinkgoHelper()
	remote, err := oidc.NewProvider(oidc.ClientContext(ctx, idp.Client()), idp.URL)
	Expect(err).NotTo(HaveOccurred())
	return &oauth2.Config{
		ClientID: id, ClientSecret: clientSecret, Endpoint: remote.Endpoint(), RedirectURL: root + login.CallbackPath,
		Scopes: []string{oidc.ScopeOpenID},
	}
}

// tokenOf returns the ID token that the provider gives the console of a person.
func tokenOf(ctx context.Context, name string) string {
	GinkgoHelper()
	config := clientOf(ctx, clientID)
	ctx = oidc.ClientContext(ctx, idp.Client())
	verifier := oauth2.GenerateVerifier()
	answer := newAgent().answer(name, config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	token, err := config.Exchange(ctx, answer.Query().Get("code"), oauth2.VerifierOption(verifier))
	Expect(err).NotTo(HaveOccurred())
	return token.Extra("id_token").(string)
}
