// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
)

// serveWebhook leads the API server to a webhook on this machine, where no Service leads to the manager, and returns its address. After
// the spec, the configuration is that of config/default again.
func serveWebhook() (address string) {
	GinkgoHelper()
	address = freeAddress()
	_, port, err := net.SplitHostPort(address)
	Expect(err).NotTo(HaveOccurred())
	const configuration = "rolewright-authority"
	DeferCleanup(func() {
		kubectl("delete", "validatingwebhookconfiguration", configuration)
		kubectl("apply", "--server-side", "-k", filepath.Join("config", "webhook"))
	})
	kubectl("patch", "validatingwebhookconfiguration", configuration, "--type=json", "-p",
		`[{"op": "remove", "path": "/webhooks/0/clientConfig/service"},`+
			`{"op": "add", "path": "/webhooks/0/clientConfig/url", "value": "https://localhost:`+port+`/authority"}]`)
	return address
}

var _ = Describe("The webhook of config/default", func() {
	const lena = "lena@library.example"

	// apply applies a reader of a branch as a user.
	apply := func(user, name, branch string) *gexec.Session {
		GinkgoHelper()
		file := filepath.Join(GinkgoT().TempDir(), name+".yaml")
		text := fmt.Sprintf(`apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: %s, namespace: quickstart}
spec:
  organizationRef: {name: quickstart}
  user: %s@library.example
  grants: [{name: reader, roleRef: {name: reader}, scope: {units: [%s]}}]
`, name, name, branch)
		Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
		return run(programs.kubectl, "apply", "--as="+user, "-f", file)
	}

	It("lets a librarian apply a reader of her own branch, and refuses one of another", func() {
		m := startManager(append([]string{"--webhook-bind-address=" + serveWebhook()}, electing...))
		applySample("quickstart")
		m.awaitReady()
		kubectl("create", "rolebinding", "lena", "--clusterrole=rolewright-editor", "--user="+lena, "-n", "quickstart")

		By("applying what her rule allows, once the API server trusts the webhook")
		Eventually(func() *gexec.Session { return apply(lena, "nora", "harbour") }).Should(gexec.Exit(0))
		kubectl("wait", "-n", "quickstart", "--for=condition=Published", "--timeout=2m", "userassignment/nora")

		By("applying what it does not")
		refused := apply(lena, "hugo", "hill")
		Expect(refused).To(gexec.Exit(1))
		Expect(string(refused.Err.Contents())).To(And(
			ContainSubstring(`admission webhook "authority.rolewright.dev" denied the request`),
			ContainSubstring("rule readers of role librarian comes nearest, but the role is not held in hill"),
		))
		Expect(kubectl("get", "userassignments", "-n", "quickstart", "-o", "name")).NotTo(ContainSubstring("hugo"))

		By("changing what she applied, by which a reader would become a librarian")
		refused = run(programs.kubectl, "patch", "userassignment", "nora", "--as="+lena, "-n", "quickstart", "--type=merge", "-p",
			`{"spec": {"grants": [{"name": "reader", "roleRef": {"name": "librarian"}, "scope": {"units": ["harbour"]}}]}}`)
		Expect(refused).To(gexec.Exit(1))
		Expect(string(refused.Err.Contents())).To(ContainSubstring("it covers role reader, not librarian"))
	})
})
