// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
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
	plane *controlplane.ControlPlane
	// api is a cluster administrator's client.
	api client.Client
	// users are the people and applications who ask and decide.
	users *clustertest.Users
	// clock is the manager's.
	clock clustertest.Clock
	// running is the manager; a spec that restarts it leaves another in its place.
	running       *clustertest.Manager
	managerConfig *rest.Config
	// evidence is what the managers write into their audit log, one after the other.
	evidence auditLog
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyDuration(300 * time.Millisecond)
	plane = suite.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"}, Controllers: []string{controlplane.NamespaceController},
	})
	api = clustertest.NewClient(plane.Config(), clustertest.RightsSchemes...)
	users = clustertest.NewUsers(plane, people)
	install()
	manager, err := plane.AddUser(managerUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	Expect(err).NotTo(HaveOccurred())
	managerConfig = manager.Config
	running = start()
	DeferCleanup(func() {
		running.Stop()
		evidence.validate()
	})
	awaitPolicies()
	awaitEnforced()
})

// install applies the rights and policies as the documentation says, and lets people ask and decide.
func install() {
	GinkgoHelper()
	for _, folder := range []string{"rbac", "admission"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", folder))
	}
	Expect(api.Create(context.Background(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "people"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-requester"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: people}},
	})).To(Succeed())
}

// start starts a manager with the rights of its service account.
func start() *clustertest.Manager {
	GinkgoHelper()
	return clustertest.StartManager(managerConfig, controllers.Options{
		Coalesce: 20 * time.Millisecond, Recheck: time.Second, ShardGrace: time.Hour, Clock: clock.Now,
		AuditLog: audit.NewLog(&evidence),
		Policies: &controllers.Policies{
			Interval: time.Second, Spacing: 10 * time.Millisecond, Timeout: 10 * time.Second, Patience: time.Minute,
		},
	})
}
