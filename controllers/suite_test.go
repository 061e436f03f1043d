// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/test/clustertest"
)

func TestControllers(t *testing.T) {
	RegisterFailHandler(Fail)
	suiteConfig, reporterConfig := GinkgoConfiguration()
	if testing.Short() {
		suiteConfig.LabelFilter = "!large"
	}
	RunSpecs(t, "Controllers", suiteConfig, reporterConfig)
}

var (
	plane  *controlplane.ControlPlane
	config *rest.Config
	// api talks to the API server without a cache.
	api client.Client
	// clock is that of the managers.
	clock clustertest.Clock
	// running is the manager of the suite. A spec that restarts it leaves another in its place.
	running *clustertest.Manager
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(2 * time.Minute)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyDuration(time.Second)
	plane = suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	config = plane.Config()
	api = clustertest.NewClient(config, eventsv1.AddToScheme)
	running = start()
	DeferCleanup(func() { running.Stop() })
})

// large labels what -short leaves out: the specs that are about sizes, and tables of many rows that take the same paths.
var large = Label("large")

// shardGrace is longer than any spec takes.
const shardGrace = time.Hour

// start starts a manager on the suite's control plane.
func start() *clustertest.Manager {
	GinkgoHelper()
	return clustertest.StartManager(config, options(shardGrace))
}

// startInstead starts another manager instead of the one that runs, until the spec is over. Those that follow have one with the
// options of start again, however the spec ends.
func startInstead(manager func() *clustertest.Manager) {
	GinkgoHelper()
	running.Stop()
	running = manager()
	DeferCleanup(func() {
		running.Stop()
		running = start()
	})
}

// options are those of the specs' managers, with a grace period for shards.
func options(grace time.Duration) controllers.Options {
	return controllers.Options{
		Coalesce: 50 * time.Millisecond, Recheck: 100 * time.Millisecond, ShardGrace: grace, Clock: clock.Now,
		EditBackoff: 100 * time.Microsecond,
	}
}
