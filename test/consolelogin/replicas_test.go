// SPDX-License-Identifier: Apache-2.0

package consolelogin_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/test/clustertest"
)

// asCommand makes the program of these tests the command, so that a replica is a process of its own.
const asCommand = "ROLEWRIGHT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(cli.Run(context.Background(), os.Args, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
	}
	os.Exit(m.Run())
}

// shipped is the console's Deployment as config/console has it, with what its pods get.
type shipped struct {
	arguments  []string
	probe      *corev1.HTTPGetAction
	kubeconfig string
}

// ship applies config/console and the Secrets that it asks for, and returns what each of its pods is made of.
func ship(ctx context.Context) *shipped {
	GinkgoHelper()
	secret := func(name string, files map[string]string) {
		made := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "rolewright-system", Name: name}, StringData: files}
		Expect(api.Create(ctx, made)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { Expect(api.Delete(ctx, made)).To(Succeed()) })
	}
	content := func(name string) string {
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}
	secret("rolewright-console-tls", map[string]string{"tls.crt": content(idp.certificate), "tls.key": content(idp.key)})
	secret("rolewright-console", map[string]string{"cookie-keys": oneKey + "\n", "client-secret": clientSecret + "\n"})
	clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", "console"))
	deployment := &appsv1.Deployment{}
	Expect(api.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: "rolewright-console"}, deployment)).To(Succeed())
	pod := &deployment.Spec.Template.Spec
	container := &pod.Containers[0]
	Expect(container.Command).To(Equal([]string{"/rolewright"}))
	// What the kubelet does: variables in arguments, and Secrets as files.
	replacements := []string{}
	for _, variable := range container.Env {
		Expect(variable.ValueFrom.FieldRef.FieldPath).To(Equal("metadata.namespace"))
		replacements = append(replacements, "$("+variable.Name+")", deployment.Namespace)
	}
	for _, mount := range container.VolumeMounts {
		replacements = append(replacements, mount.MountPath+"/", mounted(ctx, pod, mount.Name)+"/")
	}
	s := &shipped{probe: container.ReadinessProbe.HTTPGet, kubeconfig: tokenKubeconfig(ctx, deployment.Namespace, pod.ServiceAccountName)}
	for _, argument := range container.Args {
		s.arguments = append(s.arguments, strings.NewReplacer(replacements...).Replace(argument))
	}
	return s
}

// mounted writes the files of a pod's volume.
func mounted(ctx context.Context, pod *corev1.PodSpec, name string) (folder string) {
	GinkgoHelper()
	for i := range pod.Volumes {
		if pod.Volumes[i].Name != name {
			continue
		}
		secret := &corev1.Secret{}
		Expect(api.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: pod.Volumes[i].Secret.SecretName}, secret)).To(Succeed())
		folder = GinkgoT().TempDir()
		for file, content := range secret.Data {
			Expect(os.WriteFile(filepath.Join(folder, file), content, 0o600)).To(Succeed())
		}
	}
	Expect(folder).NotTo(BeEmpty(), "the volume %s", name)
	return folder
}

// tokenConfig returns a configuration with a token of a service account, as a pod gets one.
func tokenConfig(ctx context.Context, namespace, name string) *rest.Config {
	GinkgoHelper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	request := &authenticationv1.TokenRequest{}
	Expect(api.SubResource("token").Create(ctx, account, request)).To(Succeed())
	config := rest.AnonymousClientConfig(plane.Config())
	config.BearerToken = request.Status.Token
	return config
}

func tokenKubeconfig(ctx context.Context, namespace, name string) string {
	GinkgoHelper()
	config := tokenConfig(ctx, namespace, name)
	file := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{"test": {
			Server: config.Host, CertificateAuthority: config.CAFile, CertificateAuthorityData: config.CAData,
		}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"account": {Token: config.BearerToken}},
		Contexts:       map[string]*clientcmdapi.Context{"test": {Cluster: "test", AuthInfo: "account"}},
		CurrentContext: "test",
	}, file)).To(Succeed())
	return file
}

// replica starts a process of the Deployment, with the flags that name the provider, and returns where it listens once it is ready.
func (s *shipped) replica() (at string) {
	GinkgoHelper()
	at = freeAddress()
	folder := GinkgoT().TempDir()
	Expect(os.WriteFile(filepath.Join(folder, "secret"), []byte(clientSecret), 0o600)).To(Succeed())
	arguments := append(append([]string{}, s.arguments...),
		"--oidc-issuer-url="+idp.URL, "--oidc-client-id="+clientID, "--oidc-client-secret-file="+filepath.Join(folder, "secret"),
		"--oidc-redirect-url="+root+login.CallbackPath, "--oidc-ca-file="+idp.certificate, "--oidc-username-prefix=id:",
		"--oidc-groups-claim=groups", "--oidc-groups-prefix=id:", "--kubeconfig="+s.kubeconfig, "--listen="+at)
	program, err := os.Executable()
	Expect(err).NotTo(HaveOccurred())
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), asCommand+"=1")
	command.Stdout, command.Stderr = GinkgoWriter, GinkgoWriter
	Expect(command.Start()).To(Succeed())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	DeferCleanup(func() {
		Expect(command.Process.Signal(syscall.SIGTERM)).To(Succeed())
		Eventually(ended).Should(Receive(Succeed()))
	})
	Eventually(func() int {
		response, err := through(newAgent(), at).Get(root + s.probe.Path)
		if err != nil {
			return 0
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode
	}).Should(Equal(http.StatusOK))
	return at
}

// through makes an agent reach the console at one of its replicas.
func through(b *agent, at string) *agent {
	b.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, to string) (net.Conn, error) {
		if to == address {
			to = at
		}
		return (&net.Dialer{}).DialContext(ctx, network, to)
	}
	return b
}

// logInAt logs a person in at a replica.
func logInAt(at, name string) *agent {
	GinkgoHelper()
	b := through(newAgent(), at)
	shown := b.logIn(name, "/")
	Expect(shown.URL.String()).To(Equal(root+"/"), shown.Text)
	return b
}

var _ = Describe("Two replicas, as they are shipped,", Ordered, func() {
	const sessions = "rolewright-console-sessions"
	var (
		deployment *shipped
		one, other string
	)

	BeforeAll(func(ctx context.Context) {
		idp.people.add("ann")
		idp.people.add("ben")
		bind(rbacv1.UserKind, "id:ann", viewer, "")
		deployment = ship(ctx)
		one, other = deployment.replica(), deployment.replica()
	})

	stored := func(ctx context.Context) map[string]string {
		GinkgoHelper()
		configMap := &corev1.ConfigMap{}
		Expect(api.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: sessions}, configMap)).To(Succeed())
		return configMap.Data
	}

	It("let nobody in by a copy of a cookie once its person has logged out of one of them", func(ctx context.Context) {
		ann, elsewhere := logInAt(one, "ann"), logInAt(other, "ann")
		copied := through(withSession(ann.session()), other)
		Expect(copied.get("/").Text).To(ContainSubstring("id:ann"))
		at := ann.logOut()
		Expect(at.Text).To(ContainSubstring("You are logged out"))
		Expect(through(withSession(copied.session()), one).isLoggedIn()).To(BeFalse())
		Eventually(copied.isLoggedIn).Should(BeFalse())
		Expect(elsewhere.isLoggedIn()).To(BeTrue(), "another session of the same person")
		Expect(through(elsewhere, one).isLoggedIn()).To(BeTrue())

		By("of which a replica that is started later knows too")
		Expect(through(withSession(ann.session()), deployment.replica()).isLoggedIn()).To(BeFalse())

		By("and no name, nor anything by which one could log in, is in the list")
		Expect(stored(ctx)).To(HaveLen(1))
		for key, text := range stored(ctx) {
			Expect(key + text).To(MatchRegexp(`^[0-9a-f]{32}\.[0-9a-f]{32}[0-9]+ [0-9]+$`))
		}
	})

	It("have no right of their own but to the list", func(ctx context.Context) {
		own := clustertest.NewClient(tokenConfig(ctx, "rolewright-system", "rolewright-console"), rbacv1.AddToScheme)
		list := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "rolewright-system", Name: sessions}}
		Expect(own.Get(ctx, client.ObjectKeyFromObject(list), list)).To(Succeed())
		another := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "rolewright-system", Name: "another"}}
		for what, err := range map[string]error{
			"list all":          own.List(ctx, &corev1.ConfigMapList{}, client.InNamespace("rolewright-system")),
			"read another":      own.Get(ctx, client.ObjectKeyFromObject(another), another.DeepCopy()),
			"make another":      own.Create(ctx, another.DeepCopy()),
			"delete it":         own.Delete(ctx, list.DeepCopy()),
			"read the keys":     own.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: "rolewright-console"}, &corev1.Secret{}),
			"read in another":   own.Get(ctx, client.ObjectKey{Namespace: "default", Name: sessions}, &corev1.ConfigMap{}),
			"change its rights": own.Delete(ctx, &rbacv1.Role{ObjectMeta: *list.ObjectMeta.DeepCopy()}),
		} {
			Expect(apierrors.IsForbidden(err)).To(BeTrue(), "%s: %v", what, err)
		}
	})

	It("say that one could not tell the other, and tell it as soon as they can", func(ctx context.Context) {
		ann := logInAt(one, "ann")
		copied := through(withSession(ann.session()), other)
		Expect(copied.isLoggedIn()).To(BeTrue())
		before := len(stored(ctx))
		clustertest.Kubectl(plane, "-n", "rolewright-system", "delete", "rolebinding", sessions)
		own := clustertest.NewClient(tokenConfig(ctx, "rolewright-system", "rolewright-console"))
		Eventually(func() bool {
			return apierrors.IsForbidden(own.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: sessions}, &corev1.ConfigMap{}))
		}).Should(BeTrue())

		at := ann.send(http.MethodPost, login.LogoutPath, nil, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded")
		Expect(at.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(at.Text).To(And(
			ContainSubstring("You are logged out of a part of the console"), ContainSubstring("a copy of your cookie would open other replicas"),
			ContainSubstring(`cannot get resource "configmaps"`),
		))
		Expect(through(withSession(copied.session()), one).isLoggedIn()).To(BeFalse())
		Expect(stored(ctx)).To(HaveLen(before))

		clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", "console"))
		Expect(stored(ctx)).To(HaveLen(before), "what applying the shipped objects leaves alone")
		Eventually(copied.isLoggedIn, time.Minute).Should(BeFalse())
		Expect(stored(ctx)).To(HaveLen(before + 1))
	})
})
