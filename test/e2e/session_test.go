// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
)

// applySample applies a folder of config/samples as the documentation says, and removes it after the spec.
func applySample(name string) {
	GinkgoHelper()
	DeferCleanup(func() { kubectl("delete", "-f", sample(name), "--ignore-not-found", "--timeout=2m") })
	kubectl("apply", "--server-side", "-f", sample(name))
}

var _ = Describe("A first session", func() {
	// Both answers come from the built command: one out of the manifests, one out of the cluster.
	agree := func(exit int, arguments ...string) string {
		GinkgoHelper()
		offline := run(programs.rolewright, append(arguments, "-f", sample("quickstart"))...)
		cluster := run(programs.rolewright, append(arguments, "-n", "quickstart")...)
		Expect(offline).To(gexec.Exit(exit))
		Expect(cluster).To(gexec.Exit(exit))
		Expect(string(cluster.Out.Contents())).To(Equal(string(offline.Out.Contents())))
		return string(cluster.Out.Contents())
	}

	BeforeEach(func() {
		startManager(electing)
		applySample("quickstart")
		kubectl("wait", "-n", "quickstart", "--for=condition=Published", "--timeout=2m",
			"organizations.rolewright.dev,roles.rolewright.dev,userassignments.rolewright.dev", "--all")
	})

	It("says the same of manifests and of the cluster that they are applied to", func() {
		// Findings about manifests name file and line, those about a cluster do not.
		for _, source := range [][]string{{"-f", sample("quickstart")}, {"-n", "quickstart"}} {
			validated := run(programs.rolewright, append([]string{"validate"}, source...)...)
			Expect(validated).To(gexec.Exit(0))
			Expect(strings.Count(string(validated.Out.Contents()), "(Wildcard)")).To(Equal(2))
		}
		for _, format := range []string{"table", "csv", "markdown", "json"} {
			Expect(agree(0, "matrix", "-o", format)).To(ContainSubstring("loans.extend"))
		}
		const lena, rosa, karl = "lena@library.example", "rosa@library.example", "karl@library.example"
		Expect(agree(0, "can", lena, "loans.create", "--unit", "harbour")).To(HavePrefix("yes"))
		Expect(agree(1, "can", lena, "loans.create", "--unit", "hill")).To(HavePrefix("no"))
		agree(0, "can", rosa, "loans.view", "--resource", "loan/17", "--property", "borrower="+rosa)
		agree(1, "can", rosa, "loans.view", "--resource", "loan/17", "--property", "borrower="+lena)
		agree(0, "can", karl, "collection.withdraw", "--unit", "harbour", "--at", "2098-12-31T23:59:59Z")
		agree(1, "can", karl, "collection.withdraw", "--unit", "harbour", "--at", "2099-01-01")
		Expect(agree(1, "explain", lena, "loans.create", "--unit", "hill")).To(ContainSubstring("would be allowed"))
		agree(0, "explain", karl, "collection.withdraw", "--unit", "harbour", "-o", "json")
	})

	It("shows what is there, and what each field means", func() {
		all := kubectl("get", "rolewright,rolewright-platform", "-A")
		for _, name := range []string{
			"permissioncatalog.rolewright.dev/library", "organization.rolewright.dev/quickstart",
			"role.rolewright.dev/librarian", "userassignment.rolewright.dev/lena",
		} {
			Expect(all).To(ContainSubstring(name))
		}
		Expect(kubectl("get", "rworg", "-n", "quickstart")).To(MatchRegexp(`quickstart +library +3 +3 +1 +True +True`))
		Expect(kubectl("get", "rwua", "lena", "-n", "quickstart", "-o", "wide")).To(ContainSubstring("librarian on harbour"))
		Expect(kubectl("describe", "userassignments.rolewright.dev", "lena", "-n", "quickstart")).To(And(
			ContainSubstring("loans.create"), ContainSubstring("Published")))
		Expect(kubectl("get", "configmap", "quickstart-permissions", "-n", "quickstart",
			"-o", `jsonpath={.data.document\.json}`)).To(ContainSubstring(`"lena@library.example"`))
		for _, kind := range []string{"permissioncatalogs", "organizations", "roles", "userassignments"} {
			for _, path := range []string{"", ".spec", ".status.conditions"} {
				Expect(kubectl("explain", kind+".rolewright.dev"+path)).To(And(
					ContainSubstring("DESCRIPTION"), Not(ContainSubstring("<no description>"))), kind+path)
			}
		}
		Expect(kubectl("explain", "roles.rolewright.dev.spec.rules.qualifiers")).To(ContainSubstring("must all be true"))
	})

	It("shows a mistake where people look first, and lets everything else be", func() {
		const added = `[{"op": "add", "path": "/spec/rules/-", "value": {"permissions": ["loans.burn"]}}]`
		kubectl("patch", "roles.rolewright.dev", "reader", "-n", "quickstart", "--type=json", "-p", added)
		kubectl("wait", "--for=condition=Ready=False", "roles.rolewright.dev/reader", "-n", "quickstart", "--timeout=2m")
		Expect(kubectl("get", "roles.rolewright.dev", "-n", "quickstart")).To(MatchRegexp(`(?m)^reader .*False +UnknownPermission`))
		Expect(kubectl("get", "roles.rolewright.dev", "-n", "quickstart", "-o", "wide")).To(
			MatchRegexp(`(?m)^reader .*False.*spec\.rules\[2\]\.permissions\[0\].*"loans\.burn"`))
		validate := run(programs.rolewright, "validate", "-n", "quickstart")
		Expect(validate).To(gexec.Exit(1))
		Expect(string(validate.Out.Contents())).To(ContainSubstring(`"loans.burn"`))
		kubectl("wait", "--for=condition=Published", "roles.rolewright.dev/reader", "-n", "quickstart", "--timeout=2m")
		Expect(run(programs.rolewright, "can", "rosa@library.example", "collection.view", "-n", "quickstart")).To(gexec.Exit(0))

		By("its correction")
		kubectl("apply", "--server-side", "--force-conflicts", "-f", sample("quickstart"))
		kubectl("wait", "--for=condition=Ready", "roles.rolewright.dev/reader", "-n", "quickstart", "--timeout=2m")
		Expect(strings.TrimSpace(kubectl("get", "events.events.k8s.io", "-n", "quickstart",
			"--field-selector=regarding.name=reader", "-o", "jsonpath={.items[*].reason}"))).To(ContainSubstring("UnknownPermission"))
	})
})
