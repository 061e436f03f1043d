// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
)

func TestEndToEnd(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "End to end")
}

// Whom the manager runs as, and where its lease is: as config/rbac says.
const (
	systemNamespace = "rolewright-system"
	managerUser     = "system:serviceaccount:rolewright-system:rolewright-manager"
)

var (
	root  string
	plane *controlplane.ControlPlane
	// api is the administrator's client, without a cache.
	api client.WithWatch
	// programs are paths of what the tests run.
	programs struct{ manager, rolewright, kubectl string }
	// adminKubeconfig and managerKubeconfig are paths.
	adminKubeconfig, managerKubeconfig string
	// home is where kubectl may keep what it likes to keep.
	home string
)

var _ = BeforeSuite(func() {
	// Limits against hanging, on machines that are busy with other things.
	SetDefaultEventuallyTimeout(2 * time.Minute)
	SetDefaultEventuallyPollingInterval(50 * time.Millisecond)

	var err error
	root, err = controlplane.Root()
	Expect(err).NotTo(HaveOccurred())
	build()
	plane = suite.Start(controlplane.Options{
		// kube-controller-manager looks for new kinds every half a minute: those that are there when it starts, it collects at once.
		CRDPaths: []string{"config/crd/bases"},
		Controllers: []string{
			controlplane.GarbageCollector, controlplane.NamespaceController,
			controlplane.RoleAggregator, controlplane.ServiceAccountController,
		},
	})
	Expect(v1alpha1.AddToScheme(scheme.Scheme)).To(Succeed())
	config := plane.Config()
	config.QPS = -1
	api, err = client.NewWithWatch(config, client.Options{Scheme: scheme.Scheme})
	Expect(err).NotTo(HaveOccurred())
	writeKubeconfigs()
	install()
})

// build makes the programs as "make build" does, so that both share what is compiled already.
func build() {
	GinkgoHelper()
	var err error
	programs.kubectl, err = controlplane.Locate(controlplane.Kubectl)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(gexec.CleanupBuildArtifacts)
	static := []string{"CGO_ENABLED=0"}
	programs.manager, err = gexec.BuildWithEnvironment("github.com/rolewright/rolewright/cmd/manager", static, "-trimpath")
	Expect(err).NotTo(HaveOccurred())
	programs.rolewright, err = gexec.BuildWithEnvironment("github.com/rolewright/rolewright/cmd/rolewright", static, "-trimpath")
	Expect(err).NotTo(HaveOccurred())
}

func writeKubeconfigs() {
	GinkgoHelper()
	home = GinkgoT().TempDir()
	adminKubeconfig = filepath.Join(home, "admin.kubeconfig")
	Expect(plane.Admin.WriteKubeconfig(adminKubeconfig)).To(Succeed())
	manager, err := plane.AddUser(managerUser, "system:serviceaccounts", "system:serviceaccounts:"+systemNamespace)
	Expect(err).NotTo(HaveOccurred())
	managerKubeconfig = filepath.Join(home, "manager.kubeconfig")
	Expect(manager.WriteKubeconfig(managerKubeconfig)).To(Succeed())
}

// install does what the documentation tells users to do. Nothing runs the Deployment here: the tests run the manager.
func install() {
	GinkgoHelper()
	kubectl("apply", "--server-side", "-k", filepath.Join(root, "config", "default"))
	kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=2m")
}

// run runs a program of ours to its end, for a user whose current cluster is the suite's.
func run(program string, arguments ...string) *gexec.Session {
	GinkgoHelper()
	command := exec.Command(program, arguments...)
	command.Dir = root
	command.Env = append(os.Environ(), "HOME="+home, "KUBECONFIG="+adminKubeconfig)
	session, err := gexec.Start(command, GinkgoWriter, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	defer session.Kill()
	Eventually(session).Should(gexec.Exit())
	return session
}

// kubectl returns what kubectl prints; it must succeed.
func kubectl(arguments ...string) string {
	GinkgoHelper()
	session := run(programs.kubectl, arguments...)
	Expect(session).To(gexec.Exit(0))
	return string(session.Out.Contents())
}

// sample is the path of a folder of config/samples.
func sample(name string) string { return filepath.Join("config", "samples", name) }
