// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/test/clustertest"
)

// limit is a constraint that one object of a world breaks.
type limit struct {
	// rule is the constraint without its name and its enforcement.
	rule    string
	written []string
	// breaks is the object that breaks it, with that reason.
	breaks, reason string
	// kept stays, whatever is withheld.
	kept, withheld []string
}

// in applies the constraint, the objects, and more of the structure's spec.
func (l limit) in(w *world, enforcement, more string) {
	GinkgoHelper()
	w.Apply(sites("  constraints:\n  - {name: limit, enforcement: " + enforcement + ", " + l.rule + "}\n" + more))
}

func (l limit) begin() *world {
	GinkgoHelper()
	w := newWorld()
	w.Apply(everything...)
	w.Apply(role("hirer", "  rules: [{permissions: [staff.hire]}]"))
	w.Apply(l.written...)
	w.Published()
	return w
}

// waiver is a waiver of the constraint for everybody.
func waiver(until time.Time) string {
	return "  waivers: [{name: summer, constraintRef: {name: limit}, allUsers: true, owner: hugh, reason: nobody else is there, endTime: '" +
		until.UTC().Format(time.RFC3339) + "'}]\n"
}

var (
	apartByRole = limit{
		rule: "type: SeparationOfDuties, separationOfDuties: {atMost: 1, duties: [{name: ask, roleRefs: [{name: clerk}]}, {name: hire, roleRefs: [{name: hirer}]}]}",
		written: []string{user("hugh", "hugh", "  profile: {manager: anna}"), user("otto", "otto", `
  grants:
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}
  - {name: hirer, roleRef: {name: hirer}, scope: {units: [north]}}`)},
		breaks: "UserAssignment/otto", reason: "SeparationOfDuties",
		kept: []string{"otto orders.view south"}, withheld: []string{"otto staff.hire north"},
	}
	fewHolders = limit{
		rule:    "type: Holders, holders: {roleRef: {name: clerk}, atMost: 2}",
		written: []string{group("night", "  members: [otto]\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}]")},
		breaks:  "UserGroup/night", reason: "TooManyHolders",
		kept: []string{"hugh orders.view all", "anna orders.view icu"}, withheld: []string{"otto orders.view south"},
	}
	hirersAreClerks = limit{
		rule: "type: Prerequisite, prerequisite: {roleRef: {name: hirer}, requiredRoleRef: {name: clerk}}",
		written: []string{
			user("otto", "otto", "  grants: [{name: hirer, roleRef: {name: hirer}, scope: {units: [south]}}]"),
			user("olga", "olga", "  grants: [{name: hirer, roleRef: {name: hirer}, scope: {units: [south]}}, {name: clerk, roleRef: {name: clerk}, scope: {units: [icu]}}]"),
		},
		breaks: "UserAssignment/otto", reason: "PrerequisiteNotMet",
		kept: []string{"olga staff.hire south"}, withheld: []string{"otto staff.hire south"},
	}
	apartByPermissionInAUnit = limit{
		rule: "type: SeparationOfDuties, separationOfDuties: {atMost: 1, perUnit: true, " +
			"duties: [{name: ask, permissions: [orders.approve]}, {name: hire, permissions: [staff.hire]}]}",
		written: []string{user("hugh", "hugh", "  profile: {manager: anna}"), user("otto", "otto", `
  grants:
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [north]}}
  - {name: hirer, roleRef: {name: hirer}, scope: {units: [south]}}
  overrides:
  - {name: staff-hire, permission: staff.hire, effect: Allow, scope: {units: [icu]}}`)},
		breaks: "UserAssignment/otto", reason: "SeparationOfDuties",
		kept: []string{"otto orders.view icu", "otto staff.hire south"}, withheld: []string{"otto staff.hire icu"},
	}
	hirersAreClerksInTheUnit = limit{
		rule: "type: Prerequisite, prerequisite: {roleRef: {name: hirer}, requiredRoleRef: {name: clerk}, perUnit: true}",
		written: []string{
			user("otto", "otto", "  grants: [{name: hirer, roleRef: {name: hirer}, scope: {units: [south]}}, {name: clerk, roleRef: {name: clerk}, scope: {units: [icu]}}]"),
			user("olga", "olga", "  grants: [{name: hirer, roleRef: {name: hirer}, scope: {units: [icu]}}, {name: clerk, roleRef: {name: clerk}, scope: {units: [north]}}]"),
		},
		breaks: "UserAssignment/otto", reason: "PrerequisiteNotMet",
		kept: []string{"olga staff.hire icu", "otto orders.view icu"}, withheld: []string{"otto staff.hire south"},
	}
)

var _ = DescribeTable("An enforced constraint withholds what breaks it, and an audited one shows it:", func(l limit) {
	w := l.begin()
	w.Yes(append(l.kept, l.withheld...)...)
	l.in(w, "Enforce", "")
	w.NotReady(l.breaks, l.reason, `constraint "limit" is broken`)
	w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", `constraint "limit" of OrganizationStructure/sites is broken by otto`)
	w.No(l.withheld...)
	w.Yes(l.kept...)
	w.Published()
	Expect(w.findings()).To(ContainElements("Error "+l.reason+" "+l.breaks, "Warning "+l.reason+" Organization/clinic"))

	l.in(w, "Audit", "")
	kind, name, _ := strings.Cut(l.breaks, "/")
	w.Expect(kind+"/"+name, "Ready", metav1.ConditionTrue, "Resolved", `constraint "limit" is broken`)
	w.Yes(append(l.kept, l.withheld...)...)
	w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", `constraint "limit" of OrganizationStructure/sites is broken by otto`)

	w.Apply(structureYAML)
	w.Ready(l.breaks)
	Eventually(w.findings).ShouldNot(ContainElement(ContainSubstring(l.reason)))
},
	Entry("separation of duties by role", apartByRole),
	Entry("separation of duties by permission, in a unit", apartByPermissionInAUnit),
	Entry("holders of a role", fewHolders),
	Entry("a role that presupposes another", hirersAreClerks),
	Entry("a role that presupposes another in all its units", hirersAreClerksInTheUnit))

var _ = DescribeTable("A waived constraint withholds nothing until the waiver ends by itself:", func(l limit) {
	w := l.begin()
	l.in(w, "Enforce", "")
	w.No(l.withheld...)
	l.in(w, "Enforce", waiver(time.Now().Add(time.Hour)))
	w.Yes(append(l.kept, l.withheld...)...)
	w.Ready(l.breaks)
	Eventually(w.findings).Should(And(
		ContainElement("Info ConstraintWaived "+l.breaks), Not(ContainElement(ContainSubstring(l.reason)))))

	// Nothing happens from here on but that time passes.
	end := time.Now().Add(3 * time.Second)
	l.in(w, "Enforce", waiver(end))
	Eventually(func() string { return w.ConfigMap().Data["document.json"] }).Should(ContainSubstring(end.UTC().Format(time.RFC3339)))
	revision := w.Publication().Revision
	for _, question := range l.withheld {
		Eventually(w.May).WithArguments(question).Should(BeFalse(), question)
	}
	Expect(time.Now()).To(BeTemporally(">=", end.Truncate(time.Second)), "readers end it on the second")
	w.NotReady(l.breaks, l.reason, `constraint "limit" is broken`)
	w.Expect("OrganizationStructure/sites", "Ready", metav1.ConditionTrue, "Resolved", `waiver "summer" of constraint "limit" ended`)
	Eventually(w.findings).Should(And(
		ContainElement("Warning WaiverExpired OrganizationStructure/sites"), Not(ContainElement(ContainSubstring("ConstraintWaived")))))
	w.Yes(l.kept...)
	Expect(w.Publication().Revision).To(Equal(revision), "what is published does not depend on the clock")
},
	Entry("separation of duties", apartByRole),
	Entry("holders of a role", fewHolders),
	Entry("a role that presupposes another", hirersAreClerks))

var _ = Describe("A constraint", func() {
	It("binds every organization of a catalog, and may be waived for some users only", func() {
		l, w := apartByRole, apartByRole.begin()
		w.Apply(strings.ReplaceAll(strings.Join(l.written, "\n---\n"), "otto", "olga"))
		w.Apply(catalog("  constraints: [{name: limit, enforcement: Enforce, " + l.rule + "}]"))
		w.NotReady("UserAssignment/olga", "SeparationOfDuties", "")
		w.NotReady("UserAssignment/otto", "SeparationOfDuties", "")
		w.Apply(clinic("  waivers: [{name: w, constraintRef: {name: limit}, users: [olga], owner: hugh, reason: summer, endTime: '2999-01-01T00:00:00Z'}]"))
		w.Yes("olga staff.hire north")
		w.No("otto staff.hire north")
		w.Ready("UserAssignment/olga")
	})

	It("that asks for holders says when there are too few, and when the last one's grant ends", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(sites("  constraints: [{name: staffed, enforcement: Audit, type: Holders, holders: {roleRef: {name: head}, atLeast: 2}}]"))
		w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", "asks for at least 2 holders of Role \"head\", and 1 hold it")
		end := time.Now().Add(2 * time.Second).UTC().Format(time.RFC3339)
		w.Apply(user("otto", "otto", "  grants: [{name: head, roleRef: {name: head}, scope: {everywhere: true}, endTime: '2999-01-01T00:00:00Z'}]"))
		w.Ready("Organization/clinic")
		Eventually(w.findings).ShouldNot(ContainElement(ContainSubstring("TooFewHolders")))
		w.Apply(user("otto", "otto", "  grants: [{name: head, roleRef: {name: head}, scope: {everywhere: true}, endTime: '"+end+"'}]"))
		Eventually(w.findings).Should(ContainElement("Warning TooFewHolders Organization/clinic"))
	})

	It("does not count users who are suspended", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(holding("otto", "clerk"), sites("  constraints: [{name: few, enforcement: Enforce, type: Holders, holders: {roleRef: {name: clerk}, atMost: 2}}]"))
		w.NotReady("UserAssignment/otto", "TooManyHolders", "otto")
		w.No("otto orders.view all")
		w.Apply(user("anna-leave", "anna", "  state: Suspended"))
		w.Yes("otto orders.view all")
		w.Ready("UserAssignment/otto")
	})

	It("that a platform assignment breaks is shown in the organization", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(auditor, platformAssignment("petra", auditing("{all: true}")))
		w.Published()
		w.Yes("petra platform.audit icu")
		w.Apply(sites("  constraints: [{name: none, enforcement: Enforce, type: Holders, holders: {roleRef: {kind: PlatformRole, name: $world-auditor}, atMost: 0}}]"))
		w.No("petra platform.audit icu")
		Eventually(w.findings).Should(ContainElement("Error TooManyHolders PlatformAssignment/" + w.Namespace + "-petra"))
		w.Ready("Organization/clinic", "PlatformAssignment/$world-petra")
		w.Expect("PlatformAssignment/$world-petra", "Ready", metav1.ConditionTrue, "Resolved",
			`in organization "clinic" of namespace "`+w.Namespace+`", constraint "none" is broken`)
		w.Apply(sites(""))
		Eventually(func() string {
			return clustertest.ConditionOf(w.Get("PlatformAssignment/$world-petra"), "Ready").Message
		}).ShouldNot(ContainSubstring("is broken"))
	})

	It("of a catalog that names an unknown role is shown on the catalog", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(catalogYAML + `
  constraints:
  - {name: few, enforcement: Enforce, type: Holders, holders: {roleRef: {kind: PlatformRole, name: $world-auditor}, atMost: 1}}
  - {name: one, enforcement: Enforce, type: Holders, holders: {roleRef: {name: nobody}, atMost: 1}}
  - {name: two, enforcement: Enforce, type: Holders, holders: {roleRef: {name: clerk}, atMost: 100}}`)
		w.NotReady("PermissionCatalog/", "UnknownRole", "spec.constraints[few].holders.roleRef")
		w.Apply(auditor)
		w.Ready("PermissionCatalog/")
		w.Expect("PermissionCatalog/", "Ready", metav1.ConditionTrue, "Resolved", `no organization of the catalog has a Role "nobody"`)
	})
})

// oneClerk lets one user be a clerk, in a world where nobody is.
var oneClerk = []string{
	catalogYAML, organizationYAML, clerkYAML, headYAML,
	sites("  constraints: [{name: one, enforcement: Enforce, type: Holders, holders: {roleRef: {name: clerk}, atMost: 1}}]"),
}

var _ = Describe("What an enforced constraint withholds", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(oneClerk...)
	})

	It("is what is newest, whatever its kind and its name", func() {
		w.Apply(holding("zoe", "clerk"))
		w.AwaitNextSecond("UserAssignment/zoe")
		w.Apply(group("beta", "  members: [bert]\n  grants: [{name: head, roleRef: {name: head}, scope: {units: [south]}}]"))
		w.AwaitNextSecond("UserGroup/beta")
		w.Apply(holding("amy", "clerk"))
		w.NotReady("UserGroup/beta", "TooManyHolders", "bert")
		w.NotReady("UserAssignment/amy", "TooManyHolders", "amy")
		w.Yes("zoe orders.view all")
		w.No("bert orders.view south", "amy orders.view all")
		w.Delete("UserAssignment/zoe")
		w.Yes("bert orders.view south")
		w.No("amy orders.view all")
		w.Delete("UserGroup/beta")
		w.Yes("amy orders.view all")
		w.Ready("UserAssignment/amy")
	})

	It("is by name what was created in the same second", func() {
		Eventually(func() bool {
			w.Apply(holding("zoe", "clerk"), holding("amy", "clerk"))
			same := w.Get("UserAssignment/zoe").GetCreationTimestamp() == w.Get("UserAssignment/amy").GetCreationTimestamp()
			if !same {
				w.Delete("UserAssignment/zoe")
				w.Delete("UserAssignment/amy")
			}
			return same
		}).Should(BeTrue())
		w.NotReady("UserAssignment/zoe", "TooManyHolders", "zoe")
		w.Yes("amy orders.view all")
		w.No("zoe orders.view all")
		w.Ready("UserAssignment/amy")
	})

	It("is what has the last name in one list, grants before overrides", func() {
		duties := "type: SeparationOfDuties, separationOfDuties: {atMost: 1, duties: [{name: ask, permissions: [orders.view]}, {name: hire, permissions: [staff.hire]}]}"
		w.Apply(sites("  constraints: [{name: apart, enforcement: Enforce, "+duties+"}]"), role("hirer", "  rules: [{permissions: [staff.hire]}]"))
		grant := func(name, role string) string {
			return "  - {name: " + name + ", roleRef: {name: " + role + "}, scope: {everywhere: true}}\n"
		}
		override := "  overrides: [{name: a, permission: %s, effect: Allow, scope: {everywhere: true}}]"
		for _, order := range []struct{ written, yes, no, field string }{
			{"  grants:\n" + grant("c", "hirer") + grant("b", "clerk"), "otto orders.view all", "otto staff.hire all", "spec.grants[c]"},
			{"  grants:\n" + grant("b", "hirer") + grant("c", "clerk"), "otto staff.hire all", "otto orders.view all", "spec.grants[c]"},
			{"  grants:\n" + grant("b", "clerk") + fmt.Sprintf(override, "staff.hire"), "otto orders.view all", "otto staff.hire all", "spec.overrides[a]"},
			{"  grants:\n" + grant("b", "hirer") + fmt.Sprintf(override, "orders.view"), "otto staff.hire all", "otto orders.view all", "spec.overrides[a]"},
		} {
			w.Apply(user("otto", "otto", order.written))
			w.NotReady("UserAssignment/otto", "SeparationOfDuties", order.field+": ")
			w.Yes(order.yes)
			w.No(order.no)
		}
	})
})
