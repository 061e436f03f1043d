// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
)

// person runs the built command as a user whom the API server knows by a certificate.
type person struct{ kubeconfig, namespace string }

// newPerson adds a user who may ask and decide in a namespace, with the role that is shipped for that.
func newPerson(name, namespace string) person {
	GinkgoHelper()
	user, err := plane.AddUser(name)
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(user.WriteKubeconfig(path)).To(Succeed())
	kubectl("create", "rolebinding", "-n", namespace, strings.NewReplacer("@", "-", ".", "-").Replace(name),
		"--clusterrole=rolewright-requester", "--user="+name)
	return person{path, namespace}
}

// says runs the command, which must end with a code, and returns all that it prints.
func (p person) says(code int, arguments ...string) string {
	GinkgoHelper()
	command := exec.Command(programs.rolewright, append(arguments, "-n", p.namespace)...)
	command.Dir = root
	command.Env = append(os.Environ(), "HOME="+home, "KUBECONFIG="+p.kubeconfig)
	session, err := gexec.Start(command, GinkgoWriter, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	defer session.Kill()
	Eventually(session).Should(gexec.Exit(code))
	return string(session.Out.Contents()) + string(session.Err.Contents())
}

// asks makes a request and returns its name.
func (p person) asks(arguments ...string) string {
	GinkgoHelper()
	return strings.TrimSpace(p.says(0, append([]string{"request", "-o", "name", "--wait", "1m"}, arguments...)...))
}

var _ = Describe("Asking and deciding with the command", func() {
	It("takes orders through their chain, and says why a user may not", func() {
		const namespace = "workorders"
		startManager(electing)
		applySample(namespace)
		kubectl("wait", "-n", namespace, "--for=condition=Published", "--timeout=2m",
			"organizations.rolewright.dev,roles.rolewright.dev,userassignments.rolewright.dev", "--all")
		ora, mia := newPerson("ora@district.example", namespace), newPerson("mia@district.example", namespace)
		sam, rob := newPerson("sam@district.example", namespace), newPerson("rob@district.example", namespace)

		By("asking, once the manager has seen that the policies are enforced: it denies what is older")
		Eventually(func() string { return ora.says(0, "request", "work-ordr", "--wait", "1m") }).
			Should(ContainSubstring(`is Pending: no chain governs requests of type "work-ordr": create`))
		said := ora.says(0, "request", "work-order", "--unit", "elm-school", "--name", "boiler", "--wait", "1m")
		Expect(said).To(Equal("approvalrequest/boiler created\n" +
			"request boiler waits for site: ann@district.example, mia@district.example, nina@district.example, sam@district.example\n"))
		Expect(ora.says(2, "request", "work-order", "--name", "boiler")).To(ContainSubstring(`request "boiler" already exists`))
		Expect(ora.says(2, "request", "work-order", "--requester", "sam@district.example")).To(ContainSubstring("name the writer"))

		By("looking what waits for whom")
		Expect(mia.says(0, "requests")).To(MatchRegexp(`(?m)^boiler +work-order in elm-school +ora@district\.example +Pending`))
		Expect(ora.says(1, "requests")).To(ContainSubstring("no request in namespace workorders waits for ora@district.example"))
		Expect(ora.says(0, "requests", "--mine")).To(ContainSubstring("boiler"))

		By("deciding, where one may")
		Expect(ora.says(1, "approve", "boiler")).To(ContainSubstring("nobody decides on their own request"))
		Expect(rob.says(1, "approve", "boiler")).To(ContainSubstring(`rob@district.example is not an approver of step "site"`))
		Expect(rob.says(1, "withdraw", "boiler")).To(ContainSubstring("only the requester, ora@district.example, and the approvers"))
		Expect(sam.says(1, "approve", "boiler", "--on-behalf-of", "mia@district.example")).To(ContainSubstring("lets nobody decide on behalf"))
		Expect(sam.says(1, "revoke", "boiler")).To(ContainSubstring("is not for a role"))
		Expect(sam.says(2, "approve", "boilr")).To(ContainSubstring(`has no ApprovalRequest "boilr"`))
		Expect(mia.says(0, "approve", "boiler", "--yes", "--comment", "At once", "--wait", "1m")).To(And(
			MatchRegexp(`(?m)^approvaldecision/boiler-[a-z0-9]{5} created$`), ContainSubstring(`it approves step "site"`),
			ContainSubstring("request boiler is Approved")))
		Expect(sam.says(1, "deny", "boiler")).To(ContainSubstring("too late: request boiler is Approved"))

		By("submitting what one could approve, denying and taking back")
		Expect(sam.says(0, "request", "work-order", "--unit", "elm-school", "--wait", "1m")).To(ContainSubstring("is Approved"))
		Expect(sam.says(0, "deny", ora.asks("work-order", "--unit", "elm-school"), "--wait", "1m")).To(ContainSubstring("is Denied"))
		Expect(ora.says(0, "withdraw", ora.asks("work-order"), "--wait", "1m")).To(ContainSubstring("is Withdrawn"))

		By("being asked the same of manifests")
		offline := run(programs.rolewright, "chain", "work-order", "--requester", "ora@district.example", "--unit", "elm-school", "-f", sample(namespace))
		cluster := run(programs.rolewright, "chain", "work-order", "--requester", "ora@district.example", "--unit", "elm-school", "-n", namespace)
		Expect(cluster).To(gexec.Exit(0))
		Expect(cluster.Out.Contents()).To(Equal(offline.Out.Contents()))
	})
})
