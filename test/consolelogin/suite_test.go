// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

func TestConsoleLogin(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Logging in to the console")
}

// consoleUser is the console's service account in config/console.
const consoleUser = "system:serviceaccount:rolewright-system:rolewright-console"

var (
	plane *controlplane.ControlPlane
	// api is a cluster administrator's client.
	api client.Client
	idp *provider
	// address is where the console listens, and root its URL.
	address, root string
	// kubeconfig is that of the console's account.
	kubeconfig string
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	address = freeAddress()
	root = "https://" + address
	idp = startProvider(root)
	plane = suite.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"},
		APIServerFlags: map[string]string{
			"oidc-issuer-url": idp.URL, "oidc-client-id": clientID, "oidc-ca-file": idp.certificate, "oidc-username-prefix": "id:",
			"oidc-groups-claim": "groups", "oidc-groups-prefix": "id:",
		},
	})
	api = clustertest.NewClient(plane.Config(), append(slices.Clone(clustertest.RightsSchemes), appsv1.AddToScheme, authenticationv1.AddToScheme)...)
	clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", "rbac"))
	for _, file := range []string{"service_account", "role", "role_binding"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", filepath.Join("config", "console", file+".yaml"))
	}
	// What the platform ships to everyone may be read by everyone.
	shared := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "test-platform"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"permissioncatalogs", "platformroles", "platformassignments"},
		Verbs: []string{"get", "list", "watch"},
	}}}
	Expect(api.Create(context.Background(), shared)).To(Succeed())
	bind(rbacv1.GroupKind, "system:authenticated", shared.Name, "")
	account, err := plane.AddUser(consoleUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	Expect(err).NotTo(HaveOccurred())
	kubeconfig = filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(account.WriteKubeconfig(kubeconfig)).To(Succeed())
})

// freeAddress returns an address of this machine that nothing listens on.
func freeAddress() string {
	GinkgoHelper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(listener.Close()).To(Succeed()) }()
	return listener.Addr().String()
}

const (
	oneKey     = "0123456789abcdef0123456789abcdef"
	anotherKey = "fedcba9876543210fedcba9876543210"
)

// file writes a file that lasts for the spec.
func file(content string) string {
	GinkgoHelper()
	name := filepath.Join(GinkgoT().TempDir(), "file")
	Expect(os.WriteFile(name, []byte(content), 0o600)).To(Succeed())
	return name
}

// start starts the console with keys of cookies, as its Deployment does, and waits until it answers. It returns what ends it; the end
// of the spec does too.
func start(keys string, arguments ...string) (stop func()) {
	GinkgoHelper()
	line := append([]string{
		"rolewright", "console", "--kubeconfig", kubeconfig, "--listen", address, "--tls-cert-file", idp.certificate,
		"--tls-private-key-file", idp.key, "--cookie-key-file", file(keys), "--oidc-issuer-url", idp.URL, "--oidc-client-id", clientID,
		"--oidc-client-secret-file", file(clientSecret + "\n"), "--oidc-redirect-url", root + login.CallbackPath, "--oidc-ca-file", idp.certificate,
		"--oidc-username-prefix", "id:", "--oidc-groups-claim", "groups", "--oidc-groups-prefix", "id:", "--review-cache", "200ms",
	}, arguments...)
	ctx, cancel := context.WithCancel(context.Background())
	out, code := gbytes.NewBuffer(), make(chan int, 1)
	go func() {
		code <- cli.Run(ctx, line, genericiooptions.IOStreams{
			In: strings.NewReader(""), Out: io.MultiWriter(out, GinkgoWriter), ErrOut: GinkgoWriter,
		})
	}()
	stopped := false
	stop = func() {
		GinkgoHelper()
		if stopped {
			return
		}
		stopped = true
		cancel()
		Eventually(code).Should(Receive(Equal(0)))
	}
	DeferCleanup(stop)
	Eventually(out).Should(gbytes.Say("The console is at " + root))
	Eventually(func() int { return newAgent().get("/-/readyz").Status }).Should(Equal(http.StatusOK))
	return stop
}

// bind gives a user or a group a ClusterRole in a namespace, or everywhere if the namespace is empty. It returns what takes it back.
func bind(kind, name, role, namespace string) client.Object {
	GinkgoHelper()
	subjects := []rbacv1.Subject{{Kind: kind, APIGroup: rbacv1.GroupName, Name: name}}
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
