// SPDX-License-Identifier: Apache-2.0

// Package suite starts a control plane for a Ginkgo suite.
//
// In come controlplane.Options; out goes a running control plane that Ginkgo
// stops after the suite. It must not do more than that: what a suite needs
// inside the cluster, it makes itself.
//
//	var plane *controlplane.ControlPlane
//
//	var _ = BeforeSuite(func() {
//		plane = suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
//	})
package suite

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// Start starts a control plane and stops it when the node that calls it, a
// BeforeSuite or a spec, is over. It fails the node if either fails. What
// controller-runtime logs from then on is shown for a spec that failed.
func Start(options controlplane.Options) *controlplane.ControlPlane {
	ginkgo.GinkgoHelper()
	log.SetLogger(ginkgo.GinkgoLogr)
	plane, err := controlplane.Start(options)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	ginkgo.DeferCleanup(func() {
		gomega.Expect(plane.Stop()).To(gomega.Succeed())
	})
	return plane
}
