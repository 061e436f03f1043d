// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromcluster"
	"github.com/rolewright/rolewright/test/clustertest"
)

// person looks at pages, and asks the API server, as themselves.
type person struct {
	user string
	root string
	api  client.Client
}

// Person implements console.People: one person looks.
func (p *person) Person(context.Context) (*console.Person, error) {
	return &console.Person{User: v1alpha1.UserID(p.user), Client: p.api, Session: p.user}, nil
}

// open opens the console as the user of a configuration, for some namespaces or all, until the spec is over.
func open(user string, config *rest.Config, namespaces ...string) *person {
	GinkgoHelper()
	config = rest.CopyConfig(config)
	config.QPS = -1
	config.WarningHandlerWithContext = console.Warnings{}
	source, err := fromcluster.New(config, namespaces, GinkgoLogr, fromcluster.WithRecheck(time.Second))
	Expect(err).NotTo(HaveOccurred())
	p := &person{user: user, api: clustertest.NewClient(config)}
	handler, err := console.New(console.Options{Source: source, People: p, Log: GinkgoLogr, Footer: "Cluster, as " + user + " may read it"})
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(handler)
	p.root = server.URL
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		source.Run(ctx)
	}()
	DeferCleanup(func() {
		cancel()
		server.Close()
		Eventually(ended).Should(BeClosed())
	})
	return p
}

// response is what a browser gets.
type response struct {
	Status int
	Header http.Header
	// URL is that of the page, after redirects.
	URL *url.URL
	// Text is what people read of the page, and Body what was sent.
	Text, Body string
}

var tags = regexp.MustCompile(`<[^>]*>`)

// get requests an address.
func (p *person) get(path string) response {
	GinkgoHelper()
	got, err := http.Get(p.root + path)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(got.Body.Close()).To(Succeed()) }()
	return read(got)
}

// read reads what a browser gets.
func read(got *http.Response) response {
	GinkgoHelper()
	body, err := io.ReadAll(got.Body)
	Expect(err).NotTo(HaveOccurred())
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(string(body), " "))), " ")
	return response{Status: got.StatusCode, Header: got.Header, URL: got.Request.URL, Text: text, Body: string(body)}
}

// text is what people read of a page, whatever its status.
func (p *person) text(path string) string {
	GinkgoHelper()
	return p.get(path).Text
}

// shows waits until a page shows some texts.
func (p *person) shows(path string, texts ...string) {
	GinkgoHelper()
	for _, text := range texts {
		Eventually(p.text).WithArguments(path).Should(ContainSubstring(text), path)
	}
}

// showsNoMore waits until a page shows a text no more.
func (p *person) showsNoMore(path, text string) {
	GinkgoHelper()
	Eventually(p.text).WithArguments(path).ShouldNot(ContainSubstring(text), path)
}

// bind gives a user a ClusterRole in a namespace, or everywhere if the namespace is empty. It returns what takes it back.
func bind(user, role, namespace string) client.Object {
	GinkgoHelper()
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
	var binding client.Object = &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "test-"}, RoleRef: ref, Subjects: subjects,
	}
	if namespace == "" {
		binding = &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}, RoleRef: ref, Subjects: subjects}
	}
	Expect(api.Create(context.Background(), binding)).To(Succeed())
	DeferCleanup(func(ctx context.Context) { Expect(client.IgnoreNotFound(api.Delete(ctx, binding))).To(Succeed()) })
	return binding
}
