// SPDX-License-Identifier: Apache-2.0

package sdk_test

import (
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var _ = Describe("A source that is fed from the API server", func() {
	var namespace string
	BeforeEach(func(ctx SpecContext) { namespace = newNamespace(ctx) })

	It("follows what is published, whole or in shards, and says what is not there", func(ctx SpecContext) {
		source := feed(config, namespace)
		Eventually(func() error { return source.State().Err }).Should(MatchError("ConfigMap " + namespace + "/" + indexName + " is not there"))
		Expect(source.Ready()).NotTo(Succeed())
		Expect(readers(source)).To(BeEmpty())

		whole(library(namespace, "ann"), "1", 1).write(ctx)
		reach(ctx, source, 1)
		Expect(source.Ready()).To(Succeed())
		Expect(source.State().Err).NotTo(HaveOccurred())
		Expect(readers(source)).To(Equal([]string{"ann"}))

		sharded(library(namespace, "ann", "ben"), "1", 2).write(ctx)
		reach(ctx, source, 2)
		Expect(readers(source)).To(Equal([]string{"ann", "ben"}))

		whole(library(namespace, "cem"), "1", 3).write(ctx)
		reach(ctx, source, 3)
		Expect(readers(source)).To(Equal([]string{"cem"}))

		By("keeping what it has when the ConfigMap is deleted")
		remove(ctx, namespace, indexName)
		Eventually(func() error { return source.State().Err }).Should(MatchError(ContainSubstring("is not there")))
		Expect(readers(source)).To(Equal([]string{"cem"}))
	}, SpecTimeout(time.Minute))

	It("reads a part once, and no other ConfigMap", func(ctx SpecContext) {
		var requests requestLog
		first := sharded(library(namespace, "ann", "ben"), "1", 1)
		first.write(ctx)
		source := feed(requests.recording(config), namespace)
		reach(ctx, source, 1)
		Expect(requests.gets()).To(HaveLen(3))

		second := sharded(library(namespace, "ann", "ben", "cem"), "1", 2)
		second.write(ctx)
		reach(ctx, source, 2)
		Expect(requests.gets()).To(HaveLen(4), "one part is new")

		By("building the index from the start without asking for the users again")
		doc := library(namespace, "ann", "ben", "cem")
		doc.Permissions["write"] = document.Permission{}
		sharded(doc, "1", 3).write(ctx)
		reach(ctx, source, 3)
		Expect(requests.gets()).To(HaveLen(5), "the base is new")
		Expect(readers(source)).To(Equal([]string{"ann", "ben", "cem"}))
	}, SpecTimeout(time.Minute))

	It("waits for a part that is missing, and for one that is damaged to be repaired", func(ctx SpecContext) {
		whole(library(namespace, "ann"), "1", 1).write(ctx)
		source := feed(config, namespace)
		reach(ctx, source, 1)

		next := sharded(library(namespace, "ben"), "1", 2)
		next.writeIndex(ctx)
		Eventually(func() error { return source.State().Refusal }).Should(MatchError(ContainSubstring("not found")))
		Expect(readers(source)).To(Equal([]string{"ann"}))

		for name, text := range next.shards {
			put(ctx, namespace, name, map[string]string{document.PartKey: strings.Replace(text, "reader", "raeder", 1)})
		}
		Eventually(func() error { return source.State().Refusal }).Should(MatchError(ContainSubstring("it is damaged")))
		Expect(readers(source)).To(Equal([]string{"ann"}))

		next.write(ctx)
		reach(ctx, source, 2)
		Expect(source.State().Refusal).NotTo(HaveOccurred())
		Expect(readers(source)).To(Equal([]string{"ben"}))
	}, SpecTimeout(time.Minute))

	It("refuses what is foreign, and follows what is there, whatever its revision and uid", func(ctx SpecContext) {
		whole(library(namespace, "ann"), "1", 5).write(ctx)
		source := feed(config, namespace)
		reach(ctx, source, 5)
		foreign := whole(library("elsewhere", "ben"), "1", 6)
		foreign.in = namespace
		foreign.write(ctx)
		Eventually(func() int64 { return source.State().Refusals }).Should(BeNumerically(">", 0))
		Expect(readers(source)).To(Equal([]string{"ann"}))

		By("following a revision that nothing is above, a lower one, the same one, other uids")
		for i, next := range []*publication{
			whole(library(namespace, "ben"), "1", 1<<53), whole(library(namespace, "ann"), "1", 4), whole(library(namespace, "ben"), "1", 4),
			whole(library(namespace, "ann"), "2", 4), whole(library(namespace, "ben"), "1", 5),
		} {
			next.write(ctx)
			Eventually(func() []string { return readers(source) }).Should(Equal([]string{[]string{"ben", "ann"}[i%2]}))
			Expect(source.State().UID).To(Equal(next.UID))
		}

		By("following an organization that was made again")
		remove(ctx, namespace, indexName)
		whole(library(namespace, "cem"), "3", 1).write(ctx)
		Eventually(func() string { return source.State().UID }).Should(Equal("3"))
		Expect(readers(source)).To(Equal([]string{"cem"}))
	}, SpecTimeout(time.Minute))

	It("needs rights on the one name, and says which are missing", func(ctx SpecContext) {
		whole(library(namespace, "ann"), "1", 1).write(ctx)
		user, err := plane.AddUser("reader-of-" + namespace)
		Expect(err).NotTo(HaveOccurred())
		source := feed(user.Config, namespace)
		Eventually(func() error { return source.State().Err }).Should(MatchError(And(
			ContainSubstring("watching ConfigMap "+namespace+"/"+indexName), ContainSubstring("forbidden"))))

		role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "reader", Namespace: namespace}, Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{indexName}, Verbs: []string{"get", "list", "watch"},
		}}}
		_, err = api.RbacV1().Roles(namespace).Create(ctx, role, metav1.CreateOptions{})
		Expect(err).NotTo(HaveOccurred())
		_, err = api.RbacV1().RoleBindings(namespace).Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "reader"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "reader-of-" + namespace}},
		}, metav1.CreateOptions{})
		Expect(err).NotTo(HaveOccurred())
		reach(ctx, source, 1)
		Expect(source.State().Err).NotTo(HaveOccurred())
	}, SpecTimeout(2*time.Minute))
})

// requestLog keeps the paths of ConfigMaps that were read by name.
type requestLog struct {
	mutex sync.Mutex
	paths []string
}

func (l *requestLog) recording(config *rest.Config) *rest.Config {
	recording := rest.CopyConfig(config)
	recording.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(request.URL.Path, "/configmaps") {
				l.mutex.Lock()
				l.paths = append(l.paths, request.URL.Path)
				l.mutex.Unlock()
			}
			return next.RoundTrip(request)
		})
	})
	return recording
}

func (l *requestLog) gets() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]string(nil), l.paths...)
}

type roundTripper func(request *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
