// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"crypto/tls"
	"crypto/x509"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/internal/console/login"
)

// agent does what a browser does with redirects, cookies and certificates.
type agent struct {
	*http.Client
	jar *cookiejar.Jar
}

func newAgent() *agent {
	GinkgoHelper()
	jar, err := cookiejar.New(nil)
	Expect(err).NotTo(HaveOccurred())
	roots := x509.NewCertPool()
	roots.AddCert(idp.Certificate())
	return &agent{
		Client: &http.Client{Jar: jar, Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true,
		}},
		jar: jar,
	}
}

// page is what a browser shows.
type page struct {
	Status int
	// URL is where the redirects led to.
	URL *url.URL
	// Text is what people read of it, and Body what the browser got.
	Text, Body string
	Header     http.Header
}

var tags = regexp.MustCompile(`<[^>]*>`)

// send sends a request, to a path of the console or to any address.
func (b *agent) send(method, path string, form url.Values, header ...string) page {
	GinkgoHelper()
	if strings.HasPrefix(path, "/") {
		path = root + path
	}
	request, err := http.NewRequest(method, path, strings.NewReader(form.Encode()))
	Expect(err).NotTo(HaveOccurred())
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	got, err := b.Do(request)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(got.Body.Close()).To(Succeed()) }()
	body, err := io.ReadAll(got.Body)
	Expect(err).NotTo(HaveOccurred())
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(string(body), " "))), " ")
	return page{Status: got.StatusCode, URL: got.Request.URL, Text: text, Body: string(body), Header: got.Header}
}

func (b *agent) get(path string) page { return b.send(http.MethodGet, path, nil) }

// atProvider reports whether a page is the provider's.
func (p page) atProvider() bool { return "https://"+p.URL.Host == idp.URL }

// logIn opens a page of the console, logs a person in at the provider, and returns where that led to.
func (b *agent) logIn(name, path string) page {
	GinkgoHelper()
	asked := b.get(path)
	Expect(asked.atProvider()).To(BeTrue(), "%s leads to %s", path, asked.URL)
	return b.send(http.MethodPost, idp.URL+"/login/username", url.Values{
		"id": {asked.URL.Query().Get("authRequestID")}, "username": {name}, "password": {password},
	})
}

// loggedIn returns a browser in which a person is logged in.
func loggedIn(name string) *agent {
	GinkgoHelper()
	b := newAgent()
	at := b.logIn(name, "/")
	Expect(at.URL.String()).To(Equal(root+"/"), at.Text)
	return b
}

// answer stops before the provider's answer reaches the console, and returns its address.
func (b *agent) answer(name, authorize string) *url.URL {
	GinkgoHelper()
	asked := b.get(authorize)
	var answer *url.URL
	b.CheckRedirect = func(request *http.Request, _ []*http.Request) error {
		if "https://"+request.URL.Host != idp.URL {
			answer = request.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	defer func() { b.CheckRedirect = nil }()
	b.send(http.MethodPost, idp.URL+"/login/username", url.Values{
		"id": {asked.URL.Query().Get("authRequestID")}, "username": {name}, "password": {password},
	})
	Expect(answer).NotTo(BeNil(), "%s %s", asked.URL, asked.Text)
	return answer
}

// session returns the value of the session's cookie.
func (b *agent) session() string {
	GinkgoHelper()
	for _, cookie := range b.jar.Cookies(&url.URL{Scheme: "https", Host: address, Path: "/"}) {
		if cookie.Name == "__Host-rolewright-session" {
			return cookie.Value
		}
	}
	return ""
}

// withSession returns another browser with a cookie of a session.
func withSession(value string) *agent {
	GinkgoHelper()
	b := newAgent()
	b.jar.SetCookies(&url.URL{Scheme: "https", Host: address, Path: "/"}, []*http.Cookie{
		{Name: "__Host-rolewright-session", Value: value, Path: "/", Secure: true},
	})
	return b
}

// isLoggedIn reports whether the console knows who looks.
func (b *agent) isLoggedIn() bool {
	GinkgoHelper()
	return !b.get("/").atProvider()
}

// logOut presses the button to log out, and follows the page after it to the provider.
func (b *agent) logOut() page {
	GinkgoHelper()
	at := b.send(http.MethodPost, login.LogoutPath, url.Values{}, "Sec-Fetch-Site", "same-origin")
	_, provider, is := strings.Cut(at.Header.Get("Refresh"), "url=")
	Expect(is).To(BeTrue())
	return b.get(provider)
}
