// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

func TestConsoleOnACluster(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Console on a cluster")
}

// managerUser is the manager's service account in config/rbac.
const managerUser = "system:serviceaccount:rolewright-system:rolewright-manager"

var (
	plane *controlplane.ControlPlane
	// api is a cluster administrator's client.
	api client.Client
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	plane = suite.Start(controlplane.Options{
		CRDPaths: []string{"config/crd/bases"}, Controllers: []string{controlplane.NamespaceController},
	})
	api = clustertest.NewClient(plane.Config(), clustertest.RightsSchemes...)
	for _, folder := range []string{"rbac", "admission"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", folder))
	}
	for _, file := range []string{"role", "role_binding"} {
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", filepath.Join("config", "webhook", file+".yaml"))
	}
	webhook := clustertest.InstallWebhook(api)
	manager := clustertest.StartManager(configOf(managerUser, "system:serviceaccounts", "system:serviceaccounts:rolewright-system"),
		controllers.Options{Coalesce: 20 * time.Millisecond, Recheck: time.Second, Webhook: webhook})
	DeferCleanup(manager.Stop)
	clustertest.AwaitWebhook(api)
})

// configOf returns the configuration of a user with a certificate, who has no rights but those that are given to them or their groups.
func configOf(user string, groups ...string) *rest.Config {
	GinkgoHelper()
	added, err := plane.AddUser(user, groups...)
	Expect(err).NotTo(HaveOccurred())
	return added.Config
}
