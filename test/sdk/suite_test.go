// SPDX-License-Identifier: Apache-2.0

package sdk_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
)

func TestSDK(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "SDK")
}

var (
	plane  *controlplane.ControlPlane
	config *rest.Config
	// api is a client of the administrator, who plays the operator.
	api kubernetes.Interface
)

var _ = BeforeSuite(func() {
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	plane = suite.Start(controlplane.Options{})
	config = plane.Config()
	config.QPS = -1
	var err error
	api, err = kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())
})
