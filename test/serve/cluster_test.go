// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestInACluster(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Decision service in a cluster")
}

var (
	plane *controlplane.ControlPlane
	api   kubernetes.Interface
	// admin and account are kubeconfigs: the administrator's, and of the service's account with the rights of config/serve.
	admin, account string
)

var _ = BeforeSuite(func(ctx SpecContext) {
	SetDefaultEventuallyTimeout(waitTimeout)
	plane = suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	var err error
	api, err = kubernetes.NewForConfig(plane.Admin.Config)
	Expect(err).NotTo(HaveOccurred())
	folder := GinkgoT().TempDir()
	admin, account = filepath.Join(folder, "admin"), filepath.Join(folder, "account")
	Expect(plane.Admin.WriteKubeconfig(admin)).To(Succeed())
	kubectl(ctx, "create", "namespace", "rolewright-system")
	kubectl(ctx, "apply", "--server-side", "-k", filepath.Join("..", "..", "config", "serve"))
	user, err := plane.AddUser("system:serviceaccount:rolewright-system:rolewright-serve", "system:serviceaccounts")
	Expect(err).NotTo(HaveOccurred())
	Expect(user.WriteKubeconfig(account)).To(Succeed())
}, NodeTimeout(5*time.Minute))

// kubectl runs it as the administrator.
func kubectl(ctx context.Context, arguments ...string) {
	GinkgoHelper()
	path := filepath.Join("..", "..", "bin", "controlplane", "kubectl")
	if assets := os.Getenv("KUBEBUILDER_ASSETS"); assets != "" {
		path = filepath.Join(assets, "kubectl")
	}
	out, err := exec.CommandContext(ctx, path, append([]string{"--kubeconfig", admin}, arguments...)...).CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s", out)
}

// newNamespace makes a namespace for one spec.
func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	made, err := api.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "shop-"}}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	return made.Name
}

// put publishes acme as the manager would: its shards first, then the ConfigMap that names them.
func put(ctx context.Context, namespace string, revision int64, others int, unit string) []publish.Shard {
	GinkgoHelper()
	data, shards := publication(GinkgoTB(), namespace, "acme", revision, others, unit)
	for _, shard := range shards {
		putConfigMap(ctx, namespace, shard.Part.ConfigMap, map[string]string{shard.Part.Name: shard.Text()}, "rolewright.dev/part", shard.Section)
	}
	putConfigMap(ctx, namespace, "acme"+document.ConfigMapSuffix, data)
	return shards
}

// putConfigMap writes a ConfigMap of acme, with more labels as pairs.
func putConfigMap(ctx context.Context, namespace, name string, data map[string]string, labels ...string) {
	GinkgoHelper()
	configMap := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{
			"app.kubernetes.io/managed-by": "rolewright", "rolewright.dev/organization": "acme",
		}},
		Data: data,
	}
	for i := 0; i < len(labels); i += 2 {
		configMap.Labels[labels[i]] = labels[i+1]
	}
	_, err := api.CoreV1().ConfigMaps(namespace).Create(ctx, configMap, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = api.CoreV1().ConfigMaps(namespace).Update(ctx, configMap, metav1.UpdateOptions{})
	}
	Expect(err).NotTo(HaveOccurred())
}

// token is one of a service account of that name, which is made if need be.
func token(ctx context.Context, namespace, name string, audiences ...string) string {
	GinkgoHelper()
	_, err := api.CoreV1().ServiceAccounts(namespace).Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		Expect(err).To(MatchError(ContainSubstring("already exists")))
	}
	made, err := api.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: audiences},
	}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	return "Bearer " + made.Status.Token
}

// allow lets a service account ask about the organizations of a namespace, as config/serve/example_caller.yaml does.
func allow(ctx context.Context, namespace, name string) {
	GinkgoHelper()
	_, err := api.RbacV1().RoleBindings(namespace).Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-decisions"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: name, Namespace: namespace}},
	}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
}

var _ = Describe("In a cluster, the service", func() {
	It("answers those alone whom the cluster knows and allows, and as long as it does", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		put(ctx, namespace, 1, 0, "north")
		s := start(GinkgoT(), "--kubeconfig", account, "--review-cache", "1s")
		s.awaitReady()
		path, body := "/"+namespace+"/acme"+evaluation, ask("ann", "do", "north")
		status := func(headers ...string) int { return s.post(path, body, headers...).status }

		good, foreign := token(ctx, namespace, "backend", "rolewright"), token(ctx, namespace, "backend", "elsewhere")
		refused := s.post(path, body, "X-Request-ID", "r1")
		Expect(refused.status).To(Equal(http.StatusUnauthorized))
		Expect(refused.header.Get("WWW-Authenticate")).To(Equal(`Bearer realm="rolewright"`))
		Expect(refused.header.Get("X-Request-ID")).To(Equal("r1"))
		Expect(status("Authorization", "Bearer nonsense")).To(Equal(http.StatusUnauthorized))
		Expect(status("Authorization", foreign)).To(Equal(http.StatusUnauthorized))
		forbidden := s.post(path, body, "Authorization", good)
		Expect(forbidden.status).To(Equal(http.StatusForbidden))
		Expect(forbidden.body).To(ContainSubstring("system:serviceaccount:" + namespace + ":backend may not ask"))
		// Anyone who has no right does not learn what exists.
		Expect(s.post("/"+namespace+"/none"+evaluation, body, "Authorization", good).status).To(Equal(http.StatusForbidden))

		allow(ctx, namespace, "backend")
		Eventually(func() int { return status("Authorization", good) }).Should(Equal(http.StatusOK))
		Expect(s.decision(path, body, "Authorization", good)).To(BeTrue())
		Expect(s.decision(path, ask("ann", "do", "south"), "Authorization", good)).To(BeFalse())
		Expect(s.post("/"+namespace+"/none"+evaluation, body, "Authorization", good).status).To(Equal(http.StatusNotFound))
		Expect(s.get(s.url + "/healthz").status).To(Equal(http.StatusOK))

		Expect(api.RbacV1().RoleBindings(namespace).Delete(ctx, "backend", metav1.DeleteOptions{})).To(Succeed())
		Eventually(func() int { return status("Authorization", good) }).Should(Equal(http.StatusForbidden))
		Expect(api.CoreV1().ServiceAccounts(namespace).Delete(ctx, "backend", metav1.DeleteOptions{})).To(Succeed())
		Eventually(func() int { return status("Authorization", good) }).Should(Equal(http.StatusUnauthorized))
	}, NodeTimeout(2*time.Minute))

	It("follows organizations as they appear, change, are damaged and disappear", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		s := start(GinkgoT(), "--kubeconfig", account, "-n", namespace, "--authenticate=false")
		s.awaitReady()
		path := "/" + namespace + "/acme" + evaluation
		status := func() int { return s.post(path, ask("ann", "do", "north")).status }
		Expect(status()).To(Equal(http.StatusNotFound))

		put(ctx, namespace, 1, 0, "north")
		Eventually(status).Should(Equal(http.StatusOK))
		Expect(s.post(evaluation, ask("ann", "do", "north")).status).To(Equal(http.StatusNotFound), "the root answers for whichever is alone")
		put(ctx, namespace, 2, 0, "south")
		Eventually(func() bool { return s.decision(path, ask("ann", "do", "south")) }).Should(BeTrue())
		Expect(s.decision(path, ask("ann", "do", "north"))).To(BeFalse())

		By("following the API server, whatever a revision says: a backup was restored")
		put(ctx, namespace, 1, 0, "north")
		Eventually(func() bool { return s.decision(path, ask("ann", "do", "north")) }).Should(BeTrue())
		Expect(s.decision(path, ask("ann", "do", "south"))).To(BeFalse())
		By("leaving out what only looks like a publication")
		_, err := api.CoreV1().ConfigMaps(namespace).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Name: "other-permissions", Labels: map[string]string{"app.kubernetes.io/managed-by": "rolewright", "rolewright.dev/organization": "another"},
		}}, metav1.CreateOptions{})
		Expect(err).NotTo(HaveOccurred())

		Expect(api.CoreV1().ConfigMaps(namespace).Delete(ctx, "acme-permissions", metav1.DeleteOptions{})).To(Succeed())
		Eventually(status).Should(Equal(http.StatusNotFound))
		Expect(s.post("/"+namespace+"/other"+evaluation, ask("a", "b", "c")).status).To(Equal(http.StatusNotFound))
	}, NodeTimeout(2*time.Minute))

	It("reads an organization that lies in shards, and waits for one that is missing", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		const many = 15000
		s := start(GinkgoT(), "--kubeconfig", account, "-n", namespace, "--authenticate=false")
		path := "/" + namespace + "/acme" + evaluation
		s.awaitReady()
		Expect(len(put(ctx, namespace, 1, many, "north"))).To(BeNumerically(">", 3))
		s.await("the shards", func() bool { return s.post(path, ask("ann", "do", "north")).status == http.StatusOK })
		last := fmt.Sprintf("user-%d-of-a-large-organization@shop.example", many-1)
		Expect(s.decision(path, ask(last, "do", "north"))).To(BeTrue())

		By("keeping what it has while a shard is missing, and taking the new state when it is there")
		data, shards := publication(GinkgoTB(), namespace, "acme", 2, many, "south")
		putConfigMap(ctx, namespace, "acme"+document.ConfigMapSuffix, data)
		s.awaitSaid("Refused what is published")
		Expect(s.decision(path, ask(last, "do", "north"))).To(BeTrue())
		for _, shard := range shards {
			putConfigMap(ctx, namespace, shard.Part.ConfigMap, map[string]string{shard.Part.Name: shard.Text()}, "rolewright.dev/part", shard.Section)
		}
		s.await("revision 2", func() bool { return s.decision(path, ask(last, "do", "south")) })
	}, NodeTimeout(2*time.Minute))

	It("needs no more than one name to serve one organization, and says that it waits for it", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		user, err := plane.AddUser("narrow-" + namespace)
		Expect(err).NotTo(HaveOccurred())
		kubeconfig := filepath.Join(GinkgoT().TempDir(), "narrow")
		Expect(user.WriteKubeconfig(kubeconfig)).To(Succeed())

		refused := begin(GinkgoT(), "--kubeconfig", kubeconfig, "-n", namespace, "--authenticate=false", "--listen", "127.0.0.1:0")
		Expect(refused.exit()).To(Equal(2))
		Expect(refused.said.String()).To(ContainSubstring("you may not list ConfigMaps in namespace " + namespace))

		kubectl(ctx, "create", "role", "reader", "-n", namespace, "--verb=get,list,watch", "--resource=configmaps", "--resource-name=acme-permissions")
		kubectl(ctx, "create", "rolebinding", "reader", "-n", namespace, "--role=reader", "--user=narrow-"+namespace)
		s := start(GinkgoT(), "--kubeconfig", kubeconfig, "-O", namespace+"/acme", "--authenticate=false")
		status := func() int { return s.post(evaluation, ask("ann", "do", "north")).status }
		Expect(status()).To(Equal(http.StatusServiceUnavailable))
		put(ctx, namespace, 1, 0, "north")
		Eventually(status).Should(Equal(http.StatusOK))
	}, NodeTimeout(2*time.Minute))
})
