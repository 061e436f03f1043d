// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

func TestAuthority(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Authority")
}

// managerUser is the manager's service account in config/rbac.
const managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"

var (
	plane *controlplane.ControlPlane
	// api is a cluster administrator's client.
	api client.Client
	// users write in organizations.
	users *clustertest.Users
	// webhook is where the manager serves it.
	webhook       *controllers.Webhook
	managerConfig *rest.Config
	// running is the manager; a spec that ends it starts another in its place.
	running *clustertest.Manager
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(time.Minute)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	plane = suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	api = clustertest.NewClient(plane.Config(), append(clustertest.RightsSchemes, coordinationv1.AddToScheme)...)
	users = clustertest.NewUsers(plane)
	for _, folder := range []string{"rbac", "admission"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", folder))
	}
	for _, file := range []string{"role", "role_binding"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", filepath.Join("config", "webhook", file+".yaml"))
	}
	webhook = clustertest.InstallWebhook(api)
	manager, err := plane.AddUser(managerUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system")
	Expect(err).NotTo(HaveOccurred())
	managerConfig = manager.Config
	running = start()
	DeferCleanup(func() { running.Stop() })
	clustertest.AwaitWebhook(api)
})

// start starts a manager with the rights of its service account.
func start() *clustertest.Manager {
	GinkgoHelper()
	return clustertest.StartManager(managerConfig, managerOptions())
}

func managerOptions() controllers.Options {
	return controllers.Options{Coalesce: 20 * time.Millisecond, Recheck: time.Second, ShardGrace: time.Hour, Webhook: webhook}
}

// ctx is the context of what a spec does.
var ctx = context.Background()
