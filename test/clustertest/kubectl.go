// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"os/exec"
	"path/filepath"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// Kubectl runs kubectl at the root of the repository as the administrator of a control plane, and returns what it prints.
func Kubectl(plane *controlplane.ControlPlane, arguments ...string) string {
	ginkgo.GinkgoHelper()
	out, err := TryKubectl(plane, arguments...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), "kubectl %q: %s", arguments, out)
	return out
}

// TryKubectl runs kubectl as Kubectl does, and returns the error as well if it fails.
func TryKubectl(plane *controlplane.ControlPlane, arguments ...string) (string, error) {
	ginkgo.GinkgoHelper()
	root, err := controlplane.Root()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	program, err := controlplane.Locate(controlplane.Kubectl)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	kubeconfig := filepath.Join(ginkgo.GinkgoT().TempDir(), "kubeconfig")
	gomega.Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(gomega.Succeed())
	command := exec.Command(program, append([]string{"--kubeconfig", kubeconfig}, arguments...)...)
	command.Dir = root
	out, err := command.CombinedOutput()
	return string(out), err
}
