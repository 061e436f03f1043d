// SPDX-License-Identifier: Apache-2.0

// Package suite starts a control plane for a Ginkgo suite.
//
// In: controlplane.Options. Out: a running control plane that Ginkgo stops after
// the suite. It must not do more than that: each suite creates what it needs in
// the cluster.
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

// Start starts a control plane, and stops it after the BeforeSuite or spec that
// calls it. It fails that node if either fails. From then on, Ginkgo shows the log
// of controller-runtime for specs that fail.
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
