// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var (
	nurse   = platformRole("nurse", "Organization", "  rules: [{permissions: [orders.approve, orders.view]}]")
	auditor = platformRole("auditor", "Platform", "  rules: [{permissions: [platform.audit, staff.view]}]")
)

// auditing is a grant of the auditor's role over organizations.
func auditing(organizations string) string {
	return "  grants: [{name: auditor, roleRef: {name: $world-auditor}, organizations: " + organizations + "}]"
}

var _ = Describe("A PlatformRole", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Apply(nurse, auditor)
		w.Published()
	})

	It("is given inside organizations like one of their own, under its own name", func() {
		w.Apply(role("$world-nurse", "  rules: [{permissions: [staff.hire]}]"),
			user("nora", "nora", "  grants: [{name: nurse, roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {units: [north]}}]"),
			holding("otto", "$world-nurse"))
		w.Yes("nora orders.view icu", "otto staff.hire icu")
		w.No("nora orders.view south", "nora staff.hire icu", "otto orders.view icu")
		w.Ready("UserAssignment/nora", "UserAssignment/otto")
		nora := w.Get("UserAssignment/nora").(*v1alpha1.UserAssignment).Status
		Expect(nora.Effective).To(HaveExactElements(HaveField("From", HaveExactElements(v1alpha1.EffectiveSource{
			Kind: "UserAssignment", Name: "nora", GrantName: "nurse",
			RoleRef: &v1alpha1.ObservedRole{Kind: "PlatformRole", Name: v1alpha1.Observed(w.Namespace + "-nurse")},
		}))))
	})

	It("can be inherited by a role, and its change reaches the holders of that role", func() {
		w.Apply(role("chief", "  inherits: [{roleRef: {kind: PlatformRole, name: $world-nurse}}]"), holding("otto", "chief"))
		w.Yes("otto orders.view all")
		w.Apply(platformRole("nurse", "Organization", "  rules: [{permissions: [staff.view]}]"))
		w.Yes("otto staff.view all")
		w.No("otto orders.view all")
		w.Delete("PlatformRole/$world-nurse")
		w.No("otto staff.view all")
		w.NotReady("Role/chief", "UnknownRole", "PlatformRole")
	})

	It("shows what it holds, in the catalog's order, and who has it", func() {
		w.Ready("PlatformRole/$world-nurse", "PlatformRole/$world-auditor")
		status := func() v1alpha1.PlatformRoleStatus {
			return w.Get("PlatformRole/$world-nurse").(*v1alpha1.PlatformRole).Status
		}
		Eventually(status).Should(And(
			HaveField("Permissions", []v1alpha1.RolePermission{{Name: "orders.view"}, {Name: "orders.approve"}}),
			HaveField("PermissionCount", HaveValue(BeEquivalentTo(2))),
			HaveField("OrganizationCount", HaveValue(BeEquivalentTo(1)))))
		w.Apply(platformRole("nurse", "Organization", `
  inherits: [{roleRef: {kind: PlatformRole, name: $world-matron}}]
  rules: [{permissions: [orders.approve], qualifiers: [own]}, {permissions: [orders.fly]}]`))
		w.NotReady("PlatformRole/$world-nurse", "UnknownRole", "matron")
		Expect(status().Permissions).To(Equal([]v1alpha1.RolePermission{{Name: "orders.approve", Alternatives: own}}))

		w.Delete("Organization/clinic")
		Eventually(status).Should(HaveField("OrganizationCount", HaveValue(BeEquivalentTo(0))))
		w.Delete("PermissionCatalog")
		w.NotReady("PlatformRole/$world-nurse", "UnknownCatalog", w.Namespace)
	})

	It("does not make organizations not Ready if something is wrong with it; they list it", func() {
		w.Apply(platformRole("nurse", "Organization", "  rules: [{permissions: [orders.fly]}]"))
		w.NotReady("PlatformRole/$world-nurse", "UnknownPermission", "orders.fly")
		Eventually(w.findings).Should(ContainElement("Error UnknownPermission PlatformRole/" + w.Namespace + "-nurse"))
		w.Ready("Organization/clinic")
	})
})

var _ = Describe("A PlatformAssignment", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Apply(auditor)
		w.Published()
	})

	reaches := func(name string, organizations int) {
		GinkgoHelper()
		Eventually(func() *int32 {
			return w.Get("PlatformAssignment/" + name).(*v1alpha1.PlatformAssignment).Status.OrganizationCount
		}).
			Should(HaveValue(BeEquivalentTo(organizations)))
	}

	It("gives its role in every organization of the role's catalog, in every unit", func() {
		other := newWorld()
		other.Apply(everything...)
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		w.Yes("petra platform.audit icu", "petra staff.view all")
		w.No("petra orders.view icu")
		w.Ready("PlatformAssignment/$world-petra")
		reaches("$world-petra", 1)
		Expect(w.Get("PlatformAssignment/$world-petra").(*v1alpha1.PlatformAssignment).Status.Summary).To(HaveSuffix("-auditor in all organizations"))
		other.Published()
		other.No("petra platform.audit icu")
		Expect(other.ConfigMap().Data["document.json"]).NotTo(ContainSubstring("petra"), "other catalogs' organizations do not hear of it")

		w.Delete("PlatformAssignment/$world-petra")
		w.No("petra platform.audit icu")
	})

	It("covers values of dimensions, and requests without one", func() {
		w.Apply(dimensioned, platformAssignment("petra", auditing("{all: true}")))
		w.Yes("petra platform.audit icu", "petra platform.audit icu shift=night")
		w.No("petra platform.audit icu shift=noon")
	})

	It("follows the labels of organizations", func() {
		w.Apply(platformAssignment("petra", auditing("{selector: {matchLabels: {tier: gold}}}")))
		reaches("$world-petra", 0)
		w.No("petra platform.audit icu")
		w.label(map[string]string{"tier": "gold"})
		w.Yes("petra platform.audit icu")
		reaches("$world-petra", 1)
		w.label(map[string]string{"tier": "tin"})
		w.No("petra platform.audit icu")
		reaches("$world-petra", 0)
		w.Apply(platformAssignment("petra", auditing("{selector: {matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]}}")))
		w.Yes("petra platform.audit icu")
		w.Ready("PlatformAssignment/$world-petra")
	})

	It("picks nothing when it names no organizations", func() {
		w.Apply(platformAssignment("petra", "  grants: [{name: auditor, roleRef: {name: $world-auditor}}]"))
		w.NotReady("PlatformAssignment/$world-petra", "EmptyScope", "spec.grants[auditor].organizations")
		w.No("petra platform.audit icu")
		reaches("$world-petra", 0)
	})

	It("covers nothing with a role assignable to organizations or one that does not exist", func() {
		w.Apply(nurse, platformAssignment("petra", `
  grants:
  - {name: nurse, roleRef: {name: $world-nurse}, organizations: {all: true}}
  - {name: auditor, roleRef: {name: $world-auditor}, organizations: {all: true}}
  - {name: nobody, roleRef: {name: $world-nobody}, organizations: {all: true}}`))
		w.NotReady("PlatformAssignment/$world-petra", "UnknownRole", "spec.grants[nurse].roleRef")
		w.Yes("petra platform.audit icu")
		w.No("petra orders.view icu")
	})

	It("suspends its user on every path, wherever the user is", func() {
		w.Apply(holding("sven", "head"), platformAssignment("sven", auditing("{all: true}")))
		w.Yes("sven platform.audit icu", "sven staff.hire icu")
		Eventually(w.state).WithArguments("sven").Should(Equal(v1alpha1.UserActive))
		w.Apply(platformAssignment("sven", "  state: Suspended\n"+auditing("{selector: {matchLabels: {tier: gold}}}")))
		w.No("sven platform.audit icu", "sven staff.hire icu")
		Eventually(func() []v1alpha1.EffectiveScope {
			return w.Get("UserAssignment/sven").(*v1alpha1.UserAssignment).Status.Effective
		}).Should(BeEmpty())
		Eventually(w.state).WithArguments("sven").Should(Equal(v1alpha1.UserSuspended))
		w.Delete("PlatformAssignment/$world-sven")
		w.Yes("sven staff.hire icu")
		Eventually(w.state).WithArguments("sven").Should(Equal(v1alpha1.UserActive))
	})

	It("ends with its window, and is suspended by an assignment inside the organization there alone", func() {
		w.Apply(platformAssignment("petra", "  grants: [{name: auditor, roleRef: {name: $world-auditor}, organizations: {all: true}, endTime: '2020-01-01T00:00:00Z'}]"),
			platformAssignment("paul", auditing("{all: true}")))
		w.Yes("paul platform.audit icu")
		w.No("petra platform.audit icu")
		w.Apply(user("paul", "paul", "  state: Suspended"))
		w.No("paul platform.audit icu")
		w.Expect("UserAssignment/paul", "Published", metav1.ConditionTrue, "Published", "")
	})
})

// findings lists what the organization's status does, as severity, reason and object.
func (w *world) findings() []string {
	GinkgoHelper()
	var listed []string
	for _, finding := range w.Get("Organization/clinic").(*v1alpha1.Organization).Status.Findings {
		listed = append(listed, string(finding.Severity)+" "+finding.Reason+" "+finding.Object)
	}
	return listed
}
