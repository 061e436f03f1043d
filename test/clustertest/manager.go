// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
)

// NewClient returns a client that reads from the API server, without a cache. It knows Rolewright's kinds, ConfigMaps and what
// else is added. Its updates win over those of the manager.
func NewClient(config *rest.Config, add ...func(*runtime.Scheme) error) client.Client {
	ginkgo.GinkgoHelper()
	options, err := controllers.ManagerOptions()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	for _, to := range add {
		gomega.Expect(to(options.Scheme)).To(gomega.Succeed())
	}
	direct, err := client.NewWithWatch(unlimited(config), client.Options{Scheme: options.Scheme})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return insistent(direct)
}

// Manager runs the controllers inside a test.
type Manager struct {
	metrics *prometheus.Registry
	cancel  context.CancelFunc
	ended   chan error
}

// Start runs the controllers until the node that calls it, a BeforeSuite or a spec, is over. It returns a client that reads
// from the API server.
func Start(plane *controlplane.ControlPlane) client.Client {
	ginkgo.GinkgoHelper()
	// The period is shorter than in production: these specs wait for hundreds of resolutions.
	return startIn(plane, nil)
}

// StartWithWebhook is Start with the webhook, which it waits for.
func StartWithWebhook(plane *controlplane.ControlPlane) client.Client {
	ginkgo.GinkgoHelper()
	api := startIn(plane, InstallWebhook(NewClient(plane.Config())))
	AwaitWebhook(api)
	return api
}

func startIn(plane *controlplane.ControlPlane, webhook *controllers.Webhook) client.Client {
	ginkgo.GinkgoHelper()
	manager := StartManager(plane.Config(), controllers.Options{Coalesce: 20 * time.Millisecond, Recheck: time.Second, Webhook: webhook})
	ginkgo.DeferCleanup(manager.Stop)
	return NewClient(plane.Config())
}

// StartManager starts the controllers as cmd/manager does, except for what a machine has only once: ports, and the lead. The
// caller stops it.
func StartManager(config *rest.Config, options controllers.Options) *Manager {
	ginkgo.GinkgoHelper()
	return startManager(config, options, ctrl.Options{})
}

// StartManagerWithLogger starts a manager that logs elsewhere than the other managers of the process.
func StartManagerWithLogger(config *rest.Config, options controllers.Options, logger logr.Logger) *Manager {
	ginkgo.GinkgoHelper()
	return startManager(config, options, ctrl.Options{Logger: logger})
}

// StartFollower starts a manager that leads only once a lease is free.
func StartFollower(config *rest.Config, lease *coordinationv1.Lease, options controllers.Options) *Manager {
	ginkgo.GinkgoHelper()
	return startManager(config, options, ctrl.Options{
		LeaderElection: true, LeaderElectionID: lease.Name, LeaderElectionNamespace: lease.Namespace,
	})
}

func startManager(config *rest.Config, options controllers.Options, chosen ctrl.Options) *Manager {
	ginkgo.GinkgoHelper()
	settings, err := controllers.ManagerOptions()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	settings.Metrics = metricsserver.Options{BindAddress: "0"}
	settings.Logger = chosen.Logger
	settings.LeaderElection, settings.LeaderElectionID = chosen.LeaderElection, chosen.LeaderElectionID
	settings.LeaderElectionNamespace = chosen.LeaderElectionNamespace
	// Several managers of one process have controllers of the same names.
	skip := true
	settings.Controller.SkipNameValidation = &skip
	manager, err := ctrl.NewManager(unlimited(config), settings)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())

	m := &Manager{metrics: prometheus.NewRegistry(), ended: make(chan error, 1)}
	options.Registerer = m.metrics
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	gomega.Expect(controllers.Setup(ctx, manager, options)).To(gomega.Succeed())
	go func() { m.ended <- manager.Start(ctx) }()
	return m
}

func unlimited(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.QPS = -1
	return config
}

// Stop ends the manager and waits until it has ended.
func (m *Manager) Stop() {
	ginkgo.GinkgoHelper()
	m.cancel()
	gomega.Eventually(m.ended).Should(gomega.Receive(gomega.BeNil()))
}

// Metric returns the values of a metric, or how often it was observed, of each series that has a label of the given value; of
// all series if the value is empty.
func (m *Manager) Metric(name, label string) []float64 {
	ginkgo.GinkgoHelper()
	families, err := m.metrics.Gather()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	var values []float64
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, series := range family.GetMetric() {
			matches := label == ""
			for _, pair := range series.GetLabel() {
				matches = matches || pair.GetValue() == label
			}
			if matches {
				values = append(values, series.GetGauge().GetValue()+float64(series.GetHistogram().GetSampleCount()))
			}
		}
	}
	return values
}

// Resolutions returns how often the manager has resolved an organization.
func (m *Manager) Resolutions() int {
	ginkgo.GinkgoHelper()
	observed := m.Metric("rolewright_resolution_duration_seconds", "")
	gomega.Expect(observed).To(gomega.HaveLen(1))
	return int(observed[0])
}
