// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
)

func TestApprovals(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Approvals")
}

// managerUser is the manager's service account in config/rbac, and people are the group of all who ask and decide.
const (
	managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"
	people      = "people"
)

var (
	plane  *controlplane.ControlPlane
	scheme *runtime.Scheme
	// api is a cluster administrator's client.
	api client.Client
	// ahead is how far the manager's clock is ahead of the machine's.
	ahead atomic.Int64
	// running is the manager; a spec that restarts it leaves another in its place.
	running       *process
	managerConfig *rest.Config
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyDuration(300 * time.Millisecond)
	plane = suite.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"}, Controllers: []string{controlplane.NamespaceController},
	})
	options, err := controllers.ManagerOptions()
	Expect(err).NotTo(HaveOccurred())
	scheme = options.Scheme
	Expect(rbacv1.AddToScheme(scheme)).To(Succeed())
	Expect(authorizationv1.AddToScheme(scheme)).To(Succeed())
	api = clientOf(plane.Config())
	install()
	manager, err := plane.AddUser(managerUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	Expect(err).NotTo(HaveOccurred())
	managerConfig = manager.Config
	running = start()
	DeferCleanup(func() { running.stop() })
	awaitPolicies()
})

func clientOf(config *rest.Config) client.Client {
	GinkgoHelper()
	config = rest.CopyConfig(config)
	config.QPS = -1
	made, err := client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	return made
}

// install applies the rights and policies as the documentation says, and lets people ask and decide.
func install() {
	GinkgoHelper()
	root, err := controlplane.Root()
	Expect(err).NotTo(HaveOccurred())
	kubectl, err := controlplane.Locate(controlplane.Kubectl)
	Expect(err).NotTo(HaveOccurred())
	kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
	for _, folder := range []string{"rbac", "admission"} {
		out, err := exec.Command(kubectl, "--kubeconfig="+kubeconfig, "apply", "--server-side",
			"-k", filepath.Join(root, "config", folder)).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
	}
	bind("people", "rolewright-requester", rbacv1.Subject{Kind: "Group", APIGroup: rbacv1.GroupName, Name: people})
}

// bind gives someone a ClusterRole everywhere.
func bind(name, role string, subjects ...rbacv1.Subject) {
	GinkgoHelper()
	Expect(api.Create(context.Background(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   subjects,
	})).To(Succeed())
}

// process is a manager that runs inside the test.
type process struct {
	metrics *prometheus.Registry
	cancel  context.CancelFunc
	ended   chan error
}

// start starts a manager as cmd/manager does, but for what a machine has only once: ports, and the lead.
func start() *process {
	GinkgoHelper()
	options, err := controllers.ManagerOptions()
	Expect(err).NotTo(HaveOccurred())
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	skip := true
	options.Controller.SkipNameValidation = &skip
	config := rest.CopyConfig(managerConfig)
	config.QPS = -1
	manager, err := ctrl.NewManager(config, options)
	Expect(err).NotTo(HaveOccurred())
	p := &process{metrics: prometheus.NewRegistry(), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	Expect(controllers.Setup(ctx, manager, controllers.Options{
		Coalesce: 20 * time.Millisecond, Recheck: time.Second, ShardGrace: time.Hour, Registerer: p.metrics, Clock: now,
	})).To(Succeed())
	go func() { p.ended <- manager.Start(ctx) }()
	return p
}

func now() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }

// stop ends the manager and waits until it has.
func (p *process) stop() {
	GinkgoHelper()
	p.cancel()
	Eventually(p.ended).Should(Receive(BeNil()))
}

// resolutions is how often the manager has resolved an organization.
func (p *process) resolutions() uint64 {
	GinkgoHelper()
	families, err := p.metrics.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, family := range families {
		if family.GetName() == "rolewright_resolution_duration_seconds" {
			return family.GetMetric()[0].GetHistogram().GetSampleCount()
		}
	}
	Fail("there is no metric of resolutions")
	return 0
}
