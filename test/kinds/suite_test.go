// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"flag"
	"os/exec"
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

var update = flag.Bool("update", false, "write the output of kubectl into the page")

func TestKinds(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Kinds")
}

// root is the path of the repository from this folder.
const root = "../.."

var (
	cluster client.Client
	// kubectl is the program, and kubeconfig the file for it.
	kubectl, kubeconfig string
)

var _ = BeforeSuite(func(ctx SpecContext) {
	SetDefaultEventuallyTimeout(time.Minute)
	EnforceDefaultTimeoutsWhenUsingContexts()
	var err error
	kubectl, err = controlplane.Locate(controlplane.Kubectl)
	Expect(err).NotTo(HaveOccurred())
	plane := suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	kubeconfig = filepath.Join(GinkgoT().TempDir(), "admin")
	Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
	cluster = clustertest.Start(plane)
	for _, sample := range []string{"homehealth", "contracts"} {
		run(ctx, "apply", "--server-side", "-f", filepath.Join(root, "config", "samples", sample, "00-namespace.yaml"))
		run(ctx, "apply", "--server-side", "-f", filepath.Join(root, "config", "samples", sample))
	}
	settle(ctx)
	makeRequest(ctx)
	settle(ctx)
}, NodeTimeout(5*time.Minute))

// run runs kubectl, and returns its output.
func run(ctx SpecContext, arguments ...string) string {
	GinkgoHelper()
	command := exec.CommandContext(ctx, kubectl, append([]string{"--kubeconfig", kubeconfig}, arguments...)...)
	out, err := command.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "kubectl %q: %s", arguments, out)
	return string(out)
}
