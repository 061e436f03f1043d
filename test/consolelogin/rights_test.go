// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/impersonation"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/test/clustertest"
)

// accountConfig returns the configuration of the console's own account.
func accountConfig() *rest.Config {
	GinkgoHelper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	Expect(err).NotTo(HaveOccurred())
	return config
}

// sessionOf returns the context of a request of a person.
func sessionOf(ctx context.Context, user string, groups ...string) context.Context {
	return login.NewContext(ctx, &login.Session{ID: user, User: user, Groups: groups, Expires: time.Now().Add(time.Hour).Unix()})
}

// recorder is a view that reads nothing, and says as whom it would.
type recorder struct{ as string }

// Run implements impersonation.View.
func (r *recorder) Run(ctx context.Context) { <-ctx.Done() }

// State implements impersonation.View.
func (r *recorder) State(context.Context) (*state.State, error) {
	return &state.State{Version: r.as}, nil
}

// act returns what acts as people, with views that read nothing, until the spec is over.
func act(most int, namespaces ...string) (people *impersonation.People, views func() int) {
	GinkgoHelper()
	var mutex sync.Mutex
	made := 0
	people, err := impersonation.New(impersonation.Options{
		Config: accountConfig(), Namespaces: namespaces, ReviewTTL: 100 * time.Millisecond, MostViews: most, Log: GinkgoLogr,
		NewView: func(config *rest.Config, _ []string, _ logr.Logger) (impersonation.View, error) {
			mutex.Lock()
			defer mutex.Unlock()
			made++
			return &recorder{as: config.Impersonate.UserName}, nil
		},
	})
	Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		people.Run(ctx)
	}()
	DeferCleanup(func() {
		cancel()
		Eventually(ended).Should(BeClosed())
	})
	return people, func() int {
		mutex.Lock()
		defer mutex.Unlock()
		return made
	}
}

var _ = Describe("The rights of people", Ordered, func() {
	var first, second string
	// readAs waits until a person may read something, and returns as whom the console reads it for them.
	readAs := func(ctx context.Context, people *impersonation.People, user string, groups ...string) string {
		GinkgoHelper()
		var read *state.State
		Eventually(func() (err error) {
			read, err = people.State(sessionOf(ctx, user, groups...))
			return err
		}).Should(Succeed())
		return read.Version
	}

	BeforeAll(func() { first, second = newOrganization("third"), newOrganization("fourth") })

	It("lead to one view, if they are equal", func(ctx context.Context) {
		people, views := act(8, first, second)
		bind(rbacv1.UserKind, "id:one", viewer, first)
		bind(rbacv1.GroupKind, "id:team", viewer, first)
		bind(rbacv1.UserKind, "id:three", viewer, second)
		Expect(readAs(ctx, people, "id:one")).To(Equal("id:one"))
		Expect(readAs(ctx, people, "id:two", "id:team")).To(Equal("id:one"))
		Expect(readAs(ctx, people, "id:three")).To(Equal("id:three"))
		Expect(readAs(ctx, people, "id:one")).To(Equal("id:one"))
		Expect(views()).To(Equal(2))
	})

	It("are read as someone else once the one whom a view reads as has lost them", func(ctx context.Context) {
		people, _ := act(8, first, second)
		lost := bind(rbacv1.UserKind, "id:one", viewer, first)
		bind(rbacv1.UserKind, "id:two", viewer, first)
		Expect(readAs(ctx, people, "id:one")).To(Equal("id:one"))
		Expect(readAs(ctx, people, "id:two")).To(Equal("id:one"))
		Expect(api.Delete(ctx, lost)).To(Succeed())
		Eventually(func() string { return readAs(ctx, people, "id:two") }).Should(Equal("id:two"))
		_, err := people.State(sessionOf(ctx, "id:one"))
		Expect(err).To(MatchError(ContainSubstring("You may not list and watch organizations")))
	})

	It("are so many at most", func(ctx context.Context) {
		people, _ := act(1, first, second)
		bind(rbacv1.UserKind, "id:one", viewer, first)
		bind(rbacv1.UserKind, "id:two", viewer, second)
		Expect(readAs(ctx, people, "id:one")).To(Equal("id:one"))
		Eventually(func() error {
			_, err := people.State(sessionOf(ctx, "id:two"))
			return err
		}).Should(MatchError(ContainSubstring("--max-views")))
	})

	It("are theirs also when they write", func(ctx context.Context) {
		people, _ := act(8)
		person, err := people.Person(sessionOf(ctx, "id:writer"))
		Expect(err).NotTo(HaveOccurred())
		Expect(person.User).To(BeEquivalentTo("id:writer"))
		Expect(person.Session).NotTo(BeEmpty())
		written := func() *v1alpha1.UserAssignment {
			return &v1alpha1.UserAssignment{
				ObjectMeta: metav1.ObjectMeta{Namespace: first, Name: "written"},
				Spec: v1alpha1.UserAssignmentSpec{
					OrganizationRef: v1alpha1.OrganizationReference{Name: first}, User: "new",
				},
			}
		}
		err = person.Client.Create(ctx, written())
		Expect(apierrors.IsForbidden(err)).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring(`User "id:writer" cannot create resource "userassignments"`)))
		bind(rbacv1.UserKind, "id:writer", "rolewright-editor", first)
		Eventually(func() error { return person.Client.Create(ctx, written()) }).Should(Succeed())
	})

	It("are never those of the cluster's own accounts, nor of nobody", func(ctx context.Context) {
		people, views := act(8)
		for _, session := range []context.Context{
			ctx, sessionOf(ctx, ""), sessionOf(ctx, "system:admin"), sessionOf(ctx, "id:one", "system:masters"), sessionOf(ctx, "id:one", ""),
		} {
			_, err := people.Person(session)
			Expect(err).To(HaveOccurred())
			_, err = people.State(session)
			Expect(err).To(HaveOccurred())
		}
		Expect(views()).To(BeZero())
	})
})

var _ = Describe("The console's own account", Ordered, func() {
	const boss = "id:boss"
	// secretsAs tries to read secrets by the console's account.
	secretsAs := func(ctx context.Context, user string, groups ...string) error {
		config := accountConfig()
		config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: groups}
		return clustertest.NewClient(config).List(ctx, &corev1.SecretList{})
	}

	role := func(path ...string) {
		GinkgoHelper()
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", filepath.Join(append([]string{"config", "console"}, path...)...))
	}

	AfterAll(func() { role("role.yaml") })

	It("may do nothing but impersonate", func(ctx context.Context) {
		own := clustertest.NewClient(accountConfig())
		for _, list := range []client.ObjectList{&v1alpha1.OrganizationList{}, &corev1.SecretList{}, &corev1.NamespaceList{}} {
			Expect(apierrors.IsForbidden(own.List(ctx, list))).To(BeTrue(), "%T", list)
		}
		rules := &rbacv1.ClusterRole{}
		Expect(api.Get(ctx, client.ObjectKey{Name: "rolewright-console"}, rules)).To(Succeed())
		for _, rule := range rules.Rules {
			Expect(rule.Verbs).To(Equal([]string{"impersonate"}))
		}
	})

	It("may act as an administrator for all of the cluster, unless it is constrained", func(ctx context.Context) {
		bind(rbacv1.UserKind, boss, "cluster-admin", "")
		Eventually(func() error { return secretsAs(ctx, boss) }).Should(Succeed())
		role("constrained", "role.yaml")
		Eventually(func() bool { return apierrors.IsForbidden(secretsAs(ctx, boss)) }).Should(BeTrue())
		Expect(apierrors.IsForbidden(secretsAs(ctx, "x", "system:masters"))).To(BeTrue())

		By("which leaves it what pages need")
		namespace := newOrganization("fifth")
		idp.people.add("boss")
		idp.people.add("viewer")
		bind(rbacv1.UserKind, "id:viewer", viewer, namespace)
		start(oneKey)
		Eventually(func() string { return loggedIn("boss").get("/").Text }).Should(ContainSubstring(namespace + "/" + namespace))
		people, _ := act(8)
		person, err := people.Person(sessionOf(ctx, boss))
		Expect(err).NotTo(HaveOccurred())
		Expect(person.Client.Delete(ctx, &v1alpha1.UserAssignment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "absent"}})).
			To(MatchError(apierrors.IsNotFound, "is not found"))
	})
})
