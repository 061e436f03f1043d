// SPDX-License-Identifier: Apache-2.0

package inprocess

import (
	"context"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
)

// coalesce is shorter than in production: these tests wait for hundreds of resolutions.
const coalesce = 20 * time.Millisecond

// Start runs the controllers until the node that calls it, a BeforeSuite or a spec, is over.
func Start(plane *controlplane.ControlPlane) client.Client {
	ginkgo.GinkgoHelper()
	options, err := controllers.ManagerOptions()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	options.Metrics = server.Options{BindAddress: "0"}
	manager, err := ctrl.NewManager(plane.Config(), options)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	gomega.Expect(controllers.Setup(ctx, manager, controllers.Options{
		Coalesce: coalesce, Recheck: time.Second, Registerer: prometheus.NewRegistry(),
	})).To(gomega.Succeed())
	stopped := make(chan error)
	go func() { stopped <- manager.Start(ctx) }()
	ginkgo.DeferCleanup(func() {
		cancel()
		gomega.Expect(<-stopped).To(gomega.Succeed())
	})
	direct, err := client.New(plane.Config(), client.Options{Scheme: options.Scheme})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return direct
}
