// SPDX-License-Identifier: Apache-2.0

package controlplane_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/kubernetes"

	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
)

func TestControlPlane(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Control plane")
}

var (
	plane *controlplane.ControlPlane
	admin kubernetes.Interface
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(time.Minute)
	plane = suite.Start(controlplane.Options{
		Controllers: []string{controlplane.GarbageCollector, controlplane.NamespaceController},
	})
	var err error
	admin, err = kubernetes.NewForConfig(plane.Config())
	Expect(err).NotTo(HaveOccurred())
})
