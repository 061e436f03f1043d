// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var (
	nurse   = shipped("nurse", "Organization", "  rules: [{permissions: [orders.approve, orders.view]}]")
	auditor = shipped("auditor", "Platform", "  rules: [{permissions: [platform.audit, staff.view]}]")
)

// auditing is a grant of the auditor's role over organizations.
func auditing(organizations string) string {
	return "  grants: [{roleRef: {name: $world-auditor}, organizations: " + organizations + "}]"
}

var _ = Describe("A PlatformRole", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.apply(everything...)
		w.apply(nurse, auditor)
		w.published()
	})

	It("is given inside organizations like one of their own, under its own name", func() {
		w.apply(role("$world-nurse", "  rules: [{permissions: [staff.hire]}]"),
			user("nora", "nora", "  grants: [{roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {units: [north]}}]"),
			holding("otto", "$world-nurse"))
		w.yes("nora orders.view icu", "otto staff.hire icu")
		w.no("nora orders.view south", "nora staff.hire icu", "otto orders.view icu")
		w.ready("UserAssignment/nora", "UserAssignment/otto")
		nora := w.get("UserAssignment", "nora").(*v1alpha1.UserAssignment).Status
		Expect(nora.Effective).To(HaveExactElements(HaveField("Permissions", HaveEach(
			HaveField("From", HaveExactElements("PlatformRole/"+w.namespace+"-nurse"))))))
	})

	It("can be inherited by a role, and its change reaches whoever holds that", func() {
		w.apply(role("chief", "  inherits: [{roleRef: {kind: PlatformRole, name: $world-nurse}}]"), holding("otto", "chief"))
		w.yes("otto orders.view all")
		w.apply(shipped("nurse", "Organization", "  rules: [{permissions: [staff.view]}]"))
		w.yes("otto staff.view all")
		w.no("otto orders.view all")
		w.delete("PlatformRole", "$world-nurse")
		w.no("otto staff.view all")
		w.notReady("Role/chief", "UnknownRole", "PlatformRole")
	})

	It("shows what it holds, in the catalog's order, and who has it", func() {
		w.ready("PlatformRole/$world-nurse", "PlatformRole/$world-auditor")
		status := func() v1alpha1.PlatformRoleStatus {
			return w.get("PlatformRole", "$world-nurse").(*v1alpha1.PlatformRole).Status
		}
		Eventually(status).Should(And(
			HaveField("Permissions", []v1alpha1.RolePermission{{Name: "orders.view"}, {Name: "orders.approve"}}),
			HaveField("PermissionCount", HaveValue(BeEquivalentTo(2))),
			HaveField("Organizations", HaveValue(BeEquivalentTo(1)))))
		w.apply(shipped("nurse", "Organization", `
  inherits: [{roleRef: {kind: PlatformRole, name: $world-matron}}]
  rules: [{permissions: [orders.approve], qualifiers: [own]}, {permissions: [orders.fly]}]`))
		w.notReady("PlatformRole/$world-nurse", "UnknownRole", "matron")
		Expect(status().Permissions).To(Equal([]v1alpha1.RolePermission{{Name: "orders.approve", When: []string{"own"}}}))

		w.delete("Organization", organization)
		Eventually(status).Should(HaveField("Organizations", HaveValue(BeEquivalentTo(0))))
		w.delete("PermissionCatalog", "")
		w.notReady("PlatformRole/$world-nurse", "UnknownCatalog", w.namespace)
	})

	It("does not make organizations not Ready when something is wrong with it, which they list", func() {
		w.apply(shipped("nurse", "Organization", "  rules: [{permissions: [orders.fly]}]"))
		w.notReady("PlatformRole/$world-nurse", "UnknownPermission", "orders.fly")
		Eventually(w.findings).Should(ContainElement("Error UnknownPermission PlatformRole/" + w.namespace + "-nurse"))
		w.ready("Organization/clinic")
	})
})

var _ = Describe("A PlatformAssignment", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.apply(everything...)
		w.apply(auditor)
		w.published()
	})

	reaches := func(name string, organizations int) {
		GinkgoHelper()
		Eventually(func() *int32 {
			return w.get("PlatformAssignment", name).(*v1alpha1.PlatformAssignment).Status.Organizations
		}).
			Should(HaveValue(BeEquivalentTo(organizations)))
	}

	It("gives its role in every organization of the role's catalog, in every unit", func() {
		other := newWorld()
		other.apply(everything...)
		w.apply(over("petra", auditing("{all: true}")))
		w.yes("petra platform.audit icu", "petra staff.view all")
		w.no("petra orders.view icu")
		w.ready("PlatformAssignment/$world-petra")
		reaches("$world-petra", 1)
		Expect(w.get("PlatformAssignment", "$world-petra").(*v1alpha1.PlatformAssignment).Status.Summary).To(HaveSuffix("-auditor in all organizations"))
		other.published()
		other.no("petra platform.audit icu")
		Expect(other.configMap().Data["document.json"]).NotTo(ContainSubstring("petra"), "other catalogs' organizations do not hear of it")

		w.delete("PlatformAssignment", "$world-petra")
		w.no("petra platform.audit icu")
	})

	It("covers values of dimensions, and requests without one", func() {
		w.apply(dimensioned, over("petra", auditing("{all: true}")))
		w.yes("petra platform.audit icu", "petra platform.audit icu shift=night")
		w.no("petra platform.audit icu shift=noon")
	})

	It("follows the labels of organizations", func() {
		w.apply(over("petra", auditing("{selector: {matchLabels: {tier: gold}}}")))
		reaches("$world-petra", 0)
		w.no("petra platform.audit icu")
		w.label(map[string]string{"tier": "gold"})
		w.yes("petra platform.audit icu")
		reaches("$world-petra", 1)
		w.label(map[string]string{"tier": "tin"})
		w.no("petra platform.audit icu")
		reaches("$world-petra", 0)
		w.apply(over("petra", auditing("{selector: {matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]}}")))
		w.yes("petra platform.audit icu")
		w.ready("PlatformAssignment/$world-petra")
	})

	It("picks nothing when it names no organizations", func() {
		w.apply(over("petra", "  grants: [{roleRef: {name: $world-auditor}}]"))
		w.notReady("PlatformAssignment/$world-petra", "EmptyScope", "spec.grants[0].organizations")
		w.no("petra platform.audit icu")
		reaches("$world-petra", 0)
	})

	It("covers nothing with a role of level Organization, or one that does not exist", func() {
		w.apply(nurse, over("petra", `
  grants:
  - {roleRef: {name: $world-nurse}, organizations: {all: true}}
  - {roleRef: {name: $world-auditor}, organizations: {all: true}}
  - {roleRef: {name: $world-nobody}, organizations: {all: true}}`))
		w.notReady("PlatformAssignment/$world-petra", "LevelMismatch", "spec.grants[2].roleRef")
		w.yes("petra platform.audit icu")
		w.no("petra orders.view icu")
	})

	It("suspends its user on every path, wherever the user is", func() {
		w.apply(holding("sven", "head"), over("sven", auditing("{all: true}")))
		w.yes("sven platform.audit icu", "sven staff.hire icu")
		w.apply(over("sven", "  state: Suspended\n"+auditing("{selector: {matchLabels: {tier: gold}}}")))
		w.no("sven platform.audit icu", "sven staff.hire icu")
		Eventually(func() []v1alpha1.EffectiveScope {
			return w.get("UserAssignment", "sven").(*v1alpha1.UserAssignment).Status.Effective
		}).Should(BeEmpty())
		w.delete("PlatformAssignment", "$world-sven")
		w.yes("sven staff.hire icu")
	})

	It("ends with its window, and is suspended by an assignment inside the organization there alone", func() {
		w.apply(over("petra", "  grants: [{roleRef: {name: $world-auditor}, organizations: {all: true}, notAfter: '2020-01-01T00:00:00Z'}]"),
			over("paul", auditing("{all: true}")))
		w.yes("paul platform.audit icu")
		w.no("petra platform.audit icu")
		w.apply(user("paul", "paul", "  state: Suspended"))
		w.no("paul platform.audit icu")
		w.expect("UserAssignment", "paul", "Published", metav1.ConditionTrue, "Published", "")
	})
})

// findings lists what the organization's status does, as severity, reason and object.
func (w *world) findings() []string {
	GinkgoHelper()
	var listed []string
	for _, finding := range w.get("Organization", organization).(*v1alpha1.Organization).Status.Findings {
		listed = append(listed, string(finding.Severity)+" "+finding.Reason+" "+finding.Object)
	}
	return listed
}
