// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
)

func TestControllers(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Controllers")
}

var (
	config *rest.Config
	// api talks to the API server without a cache.
	api client.Client
	// ahead is how far the managers' clock is ahead of the machine's.
	ahead atomic.Int64
	// running is the manager of the suite; a spec that restarts it leaves another in its place.
	running *process
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyDuration(time.Second)
	plane := suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	config = plane.Config()
	config.QPS = -1
	options, err := controllers.ManagerOptions()
	Expect(err).NotTo(HaveOccurred())
	Expect(eventsv1.AddToScheme(options.Scheme)).To(Succeed())
	api, err = client.New(config, client.Options{Scheme: options.Scheme})
	Expect(err).NotTo(HaveOccurred())
	running = start()
	DeferCleanup(func() { running.stop() })
})

// process is a manager that runs inside the test.
type process struct {
	metrics *prometheus.Registry
	cancel  context.CancelFunc
	ended   chan error
}

// start starts a manager as cmd/manager does, but for what a machine has only once: ports, and the lead.
func start() *process {
	GinkgoHelper()
	return startOn(config)
}

// startOn starts one on a control plane of a spec's own.
func startOn(config *rest.Config) *process {
	GinkgoHelper()
	return startWith(config, shardGrace)
}

// shardGrace is longer than any spec takes.
const shardGrace = time.Hour

// startWith starts one with a grace period of its own.
func startWith(config *rest.Config, grace time.Duration) *process {
	GinkgoHelper()
	options, err := controllers.ManagerOptions()
	Expect(err).NotTo(HaveOccurred())
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	skip := true
	options.Controller.SkipNameValidation = &skip
	manager, err := ctrl.NewManager(config, options)
	Expect(err).NotTo(HaveOccurred())

	p := &process{metrics: prometheus.NewRegistry(), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	Expect(controllers.Setup(ctx, manager, controllers.Options{
		Coalesce: 50 * time.Millisecond, Recheck: 100 * time.Millisecond, ShardGrace: grace, Registerer: p.metrics,
		Clock: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})).To(Succeed())
	go func() { p.ended <- manager.Start(ctx) }()
	return p
}

// stop ends the manager and waits until it has.
func (p *process) stop() {
	GinkgoHelper()
	p.cancel()
	Eventually(p.ended).Should(Receive(BeNil()))
}
