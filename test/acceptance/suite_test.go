// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

func TestThroughTheAPIServer(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Acceptance")
}

var (
	plane   *controlplane.ControlPlane
	cluster client.Client
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(time.Minute)
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyPollingInterval(50 * time.Millisecond)
	plane = suite.Start(controlplane.Options{
		CRDPaths:    []string{"config/crd/bases"},
		Controllers: []string{controlplane.GarbageCollector},
	})
	clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", "rbac"))
	cluster = clustertest.StartWithWebhook(plane)
})
