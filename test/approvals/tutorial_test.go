// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/test/clustertest"
	"github.com/rolewright/rolewright/test/follow"
)

var _ = Describe("The tutorial", func() {
	It("can be followed in a cluster", func(ctx SpecContext) {
		folder := GinkgoT().TempDir()
		kubeconfig := filepath.Join(folder, "kubeconfig")
		Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
		name := filepath.Join("..", "..", follow.Tutorial)
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())

		manifests := filepath.Join(folder, "spoke")
		defer func() { clustertest.Kubectl(plane, "delete", "-f", manifests, "--ignore-not-found", "--timeout=2m") }()
		ran := 0
		followed, err := follow.Page(string(text), folder, func(command follow.Command) (string, error) {
			if command.Marker != follow.Cluster {
				return command.Shown, nil
			}
			ran++
			// kubectl runs elsewhere.
			line := strings.Replace(command.Line, "-f spoke", "-f "+manifests, 1)
			return masked(runShown(ctx, kubeconfig, line), clock.Now()), nil
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(ran).To(BeNumerically(">", 10), "the tutorial has a chapter about a cluster")
		if *update {
			Expect(os.WriteFile(name, []byte(followed), 0o600)).To(Succeed())
			return
		}
		Expect(string(text)).To(Equal(followed), "go test ./test/approvals -update writes it")
	})
})
