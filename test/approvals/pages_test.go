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

// followPage follows the blocks of a page that need a cluster, with the files that the page has a reader write below a folder.
func followPage(ctx SpecContext, page, folder string) {
	GinkgoHelper()
	kubeconfig := filepath.Join(folder, "kubeconfig")
	Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
	name := filepath.Join("..", "..", page)
	text, err := os.ReadFile(name)
	Expect(err).NotTo(HaveOccurred())
	ran := 0
	followed, err := follow.Page(string(text), folder, func(command follow.Command) (string, error) {
		if command.Marker != follow.Cluster {
			return command.Shown, nil
		}
		ran++
		// kubectl runs elsewhere.
		line := strings.Replace(command.Line, "-f spoke", "-f "+filepath.Join(folder, "spoke"), 1)
		return masked(runShown(ctx, kubeconfig, line), clock.Now()), nil
	})
	Expect(err).NotTo(HaveOccurred())
	Expect(ran).To(BeNumerically(">", 10), "%s has commands for a cluster", page)
	if *update {
		Expect(os.WriteFile(name, []byte(followed), 0o600)).To(Succeed())
		return
	}
	Expect(string(text)).To(Equal(followed), "go test ./test/approvals -update writes it")
}

var _ = Describe("Pages that are followed", func() {
	It("are the tutorial, from a folder to a request", func(ctx SpecContext) {
		folder := GinkgoT().TempDir()
		defer func() {
			clustertest.Kubectl(plane, "delete", "-f", filepath.Join(folder, "spoke"), "--ignore-not-found", "--timeout=2m")
		}()
		followPage(ctx, follow.Tutorial, folder)
	})

	It("are that on troubleshooting, symptom by symptom", func(ctx SpecContext) {
		const sample = "config/samples/quickstart"
		clustertest.Kubectl(plane, "apply", "--server-side", "-f", sample)
		defer func() { clustertest.Kubectl(plane, "delete", "-f", sample, "--ignore-not-found", "--timeout=2m") }()
		clustertest.Kubectl(plane, "wait", "--for=condition=Published", "--timeout=1m", "organizations.rolewright.dev/quickstart", "-n", "quickstart")
		clustertest.Kubectl(plane, "wait", "--for=condition=Published", "--timeout=1m", "userassignments", "--all", "-n", "quickstart")
		followPage(ctx, "docs/troubleshooting.md", GinkgoT().TempDir())
	})
})
