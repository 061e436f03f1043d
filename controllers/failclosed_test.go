// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shown is what the condition Ready of an object says of a mistake.
type shown struct {
	kind, name, reason, message string
}

// mistake is one way to write something that is not valid into a world where all else is.
type mistake struct {
	// written is applied to the world.
	written []string
	shown   []shown
	// yes and no are what applications decide then: what is valid stays, and what is not gives nothing.
	yes, no []string
}

// check writes the mistake into a world, and looks at statuses and decisions.
func (m mistake) check() {
	w := newWorld()
	w.Apply(everything...)
	w.Published()
	w.Apply(m.written...)
	for _, s := range m.shown {
		w.Expect(s.kind+"/"+s.name, "Ready", metav1.ConditionFalse, s.reason, strings.ReplaceAll(s.message, "$world", w.Namespace))
	}
	w.Published()
	w.Yes(m.yes...)
	w.No(m.no...)
}

// untouched is what no mistake takes from others.
var untouched = []string{"hugh staff.hire all", "anna orders.view icu"}

var _ = DescribeTable("Nothing invalid grants, and nothing valid is lost beside it:", large, mistake.check,
	Entry("a rule names an unknown permission", mistake{
		written: []string{role("odd", `
  rules:
  - {permissions: [orders.view, orders.fly]}
  - {permissions: [orders.approve]}`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownPermission", `spec.rules[0].permissions[1]: catalog "$world" has no permission "orders.fly"`}},
		yes:   append([]string{"otto orders.approve all"}, untouched...),
		no:    []string{"otto orders.view all"},
	}),
	Entry("a rule names an unknown section", mistake{
		written: []string{role("odd", `
  rules:
  - {permissions: [orders.view], sections: [kitchen]}
  - {sections: [staff]}`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownSection", `has no section "kitchen"`}},
		yes:   append([]string{"otto staff.hire all"}, untouched...),
		no:    []string{"otto orders.view all"},
	}),
	Entry("a rule names an unknown qualifier", mistake{
		written: []string{role("odd", `
  rules:
  - {permissions: [orders.view], qualifiers: [theirs]}
  - {permissions: [orders.approve]}`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownQualifier", `has no qualifier "theirs"`}},
		yes:   append([]string{"otto orders.approve all"}, untouched...),
		no:    []string{"otto orders.view all"},
	}),
	Entry("a rule names an unknown feature", mistake{
		written: []string{role("odd", `
  rules:
  - {permissions: [orders.view], requiredFeatures: [magic]}
  - {permissions: [orders.approve]}`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownFeature", `has no feature "magic"`}},
		yes:   append([]string{"otto orders.approve all"}, untouched...),
		no:    []string{"otto orders.view all"},
	}),
	Entry("a rule names a permission of level Platform", mistake{
		written: []string{role("odd", `
  rules:
  - {permissions: [platform.audit, orders.view]}
  - {sections: ["*"]}`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "LevelMismatch", `"platform.audit"`}},
		yes:   append([]string{"otto orders.view all", "otto staff.hire all"}, untouched...),
		no:    []string{"otto platform.audit all"},
	}),
	Entry("a qualifier does not compile", mistake{
		written: []string{strings.Replace(catalogYAML, "resource.properties.owner == subject.id", "resource.properties.owner ==", 1)},
		shown: []shown{
			{"PermissionCatalog", "", "InvalidExpression", `spec.qualifiers[0].expression: the expression of qualifier "own" does not compile`},
			{"Role", "clerk", "InvalidExpression", `spec.rules[1].qualifiers[0]`},
		},
		yes: untouched,
		no:  []string{"anna orders.approve icu owner=anna"},
	}),
	Entry("a prohibition does not compile", mistake{
		written: []string{catalogYAML + "  prohibitions: [{name: daylight, expression: now.getHours( > 6, permissions: [staff.hire]}]\n"},
		shown:   []shown{{"PermissionCatalog", "", "InvalidExpression", `"daylight"`}},
		yes:     []string{"hugh staff.view all", "anna orders.view icu"},
		no:      []string{"hugh staff.hire all"},
	}),
	Entry("a role inherits a missing role", mistake{
		written: []string{role("odd", `
  inherits: [{roleRef: {name: nobody}}, {roleRef: {name: clerk}}]`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownRole", `Role "nobody" does not exist`}},
		yes:   append([]string{"otto orders.view all"}, untouched...),
	}),
	Entry("an exception names something unknown", mistake{
		written: []string{role("odd", `
  inherits: [{roleRef: {name: head}, except: {permissions: [staff.fire]}}, {roleRef: {name: clerk}}]`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "UnknownPermission", `spec.inherits[0].except.permissions[0]`}},
		yes:   append([]string{"otto orders.view all"}, untouched...),
		no:    []string{"otto staff.view all"},
	}),
	Entry("roles inherit each other in a cycle", mistake{
		written: []string{
			role("hen", `
  inherits: [{roleRef: {name: egg}}, {roleRef: {name: clerk}}]
  rules: [{permissions: [staff.view]}]`),
			role("egg", `
  inherits: [{roleRef: {name: hen}}]
  rules: [{permissions: [staff.hire]}]`),
			holding("otto", "hen"), holding("olga", "egg"),
		},
		shown: []shown{{"Role", "hen", "InheritanceCycle", "egg"}, {"Role", "egg", "InheritanceCycle", "hen"}},
		yes:   append([]string{"otto staff.view all", "otto orders.view all", "olga staff.hire all"}, untouched...),
		no:    []string{"otto staff.hire all", "olga staff.view all", "olga orders.view all"},
	}),
	Entry("assignments of one user disagree", mistake{
		written: []string{
			strings.Replace(catalogYAML, "resource.properties.owner == subject.id", "subject.properties.level == 2", 1),
			user("otto-1", "otto", "  profile: {attributes: {level: 2, ward: icu}}\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]"),
			user("otto-2", "otto", "  profile: {attributes: {level: 3, ward: icu}}"),
		},
		shown: []shown{
			{"UserAssignment", "otto-1", "ConflictingProfile", "otto-2"},
			{"UserAssignment", "otto-2", "ConflictingProfile", "otto-1"},
		},
		yes: append([]string{"otto orders.view all"}, untouched...),
		no:  []string{"otto orders.approve all"},
	}),
	Entry("a grant names a missing role", mistake{
		written: []string{user("otto", "otto", `
  grants:
  - {name: surgeon, roleRef: {name: surgeon}, scope: {everywhere: true}}
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownRole", `spec.grants[surgeon].roleRef: Role "surgeon" does not exist`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view north"},
	}),
	Entry("a grant names a missing unit", mistake{
		written: []string{user("otto", "otto", `
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [moon, south]}}]`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownUnit", `"moon"`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view moon", "otto orders.view all"},
	}),
	Entry("a grant names a missing unit group", mistake{
		written: []string{user("otto", "otto", `
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {unitGroups: [stars, pilots]}}]`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownUnitGroup", `"stars"`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view all"},
	}),
	Entry("a unit group names a missing unit", mistake{
		written: []string{
			strings.Replace(structureYAML, "units: [south]", "units: [moon, south]", 1),
			user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {unitGroups: [pilots]}}]"),
		},
		shown: []shown{{"OrganizationStructure", "sites", "UnknownUnit", `"moon"`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view moon"},
	}),
	Entry("units lie below each other in a cycle", mistake{
		written: []string{
			strings.Replace(structureYAML, "  unitGroups:", "  - {name: up, parent: down}\n  - {name: down, parent: up}\n  unitGroups:", 1),
		},
		shown: []shown{{"OrganizationStructure", "sites", "InvalidUnitTree", "cycle"}},
		yes:   untouched,
		no:    []string{"hugh orders.view up", "hugh orders.view down"},
	}),
	Entry("a grant names a missing dimension value", mistake{
		written: []string{
			dimensioned,
			user("otto", "otto", `
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true, dimensions: [{name: shift, values: [noon, night]}]}}]`),
		},
		shown: []shown{{"UserAssignment", "otto", "UnknownDimensionValue", `"noon"`}},
		yes:   []string{"otto orders.view south shift=night"},
		no:    []string{"otto orders.view south shift=noon", "otto orders.view south shift=day", "otto orders.view south"},
	}),
	Entry("a grant names no value of a dimension", mistake{
		written: []string{
			dimensioned,
			user("otto", "otto", `
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true, dimensions: [{name: shift, all: true}]}}]`),
		},
		shown: []shown{{"UserAssignment", "hugh", "EmptyScope", "shift"}},
		yes:   []string{"otto orders.view south shift=night", "otto orders.view south"},
		no:    []string{"hugh staff.hire all", "hugh staff.hire all shift=day"},
	}),
	Entry("a grant has no scope", mistake{
		written: []string{user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}}]")},
		shown:   []shown{{"UserAssignment", "otto", "EmptyScope", "spec.grants[clerk]"}},
		yes:     untouched,
		no:      []string{"otto orders.view all"},
	}),
	Entry("an allowing override names an unknown permission", mistake{
		written: []string{user("otto", "otto", `
  overrides:
  - {name: orders-fly, permission: orders.fly, effect: Allow, scope: {everywhere: true}}
  - {name: orders-view, permission: orders.view, effect: Allow, scope: {units: [south]}}`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownPermission", `"orders.fly"`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.fly south"},
	}),
	Entry("an allowing override names a permission of level Platform", mistake{
		written: []string{user("otto", "otto", `
  overrides: [{name: platform-audit, permission: platform.audit, effect: Allow, scope: {everywhere: true}}]`)},
		shown: []shown{{"UserAssignment", "otto", "LevelMismatch", `"platform.audit"`}},
		yes:   untouched,
		no:    []string{"otto platform.audit all"},
	}),
	Entry("an allowing override names a missing unit", mistake{
		written: []string{user("otto", "otto", `
  overrides: [{name: orders-view, permission: orders.view, effect: Allow, scope: {units: [moon, south]}}]`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownUnit", `"moon"`}},
		yes:   untouched,
		no:    []string{"otto orders.view all", "otto orders.view south"},
	}),
	Entry("a denying override names an unknown permission", mistake{
		written: []string{user("otto", "otto", `
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]
  overrides: [{name: orders-fly, permission: orders.fly, effect: Deny}]`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownPermission", `"orders.fly"`}},
		yes:   append([]string{"otto orders.view all"}, untouched...),
		no:    []string{"otto orders.fly all"},
	}),
	Entry("a denying override names a missing unit: it takes the permission everywhere", mistake{
		written: []string{user("otto", "otto", `
  grants: [{name: head, roleRef: {name: head}, scope: {everywhere: true}}]
  overrides: [{name: staff-hire, permission: staff.hire, effect: Deny, scope: {units: [moon]}}]`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownUnit", `"moon"`}},
		yes:   append([]string{"otto staff.view all"}, untouched...),
		no:    []string{"otto staff.hire all", "otto staff.hire south"},
	}),
)

var _ = Describe("A catalog or an organization that is missing", func() {
	It("leaves what was published until the catalog is there again", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Published()
		revision := w.Publication().Revision
		w.Delete("PermissionCatalog")
		w.Expect("Organization/clinic", "Ready", metav1.ConditionFalse, "UnknownCatalog", w.Namespace)
		w.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "UnknownCatalog",
			fmt.Sprintf("revision %d stays published", revision))
		w.Expect("Role/clerk", "Ready", metav1.ConditionFalse, "UnknownCatalog", w.Namespace)
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionFalse, "UnknownCatalog", w.Namespace)

		w.Delete("UserAssignment/hugh")
		publishAnother()
		Consistently(w.May).WithArguments("anna orders.view icu").Should(BeTrue())
		Expect(w.Publication().Revision).To(Equal(revision))

		w.Apply(catalogYAML)
		w.Published()
		w.Yes("anna orders.view icu")
		w.No("hugh staff.hire all")
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionTrue, "Resolved", "")
	})

	It("is waited for: references may be applied in any order", func() {
		w := newWorld()
		w.Apply(annaYAML, headYAML, structureYAML)
		w.Expect("OrganizationStructure/sites", "Ready", metav1.ConditionFalse, "UnknownOrganization", `organization "clinic" does not exist`)
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownOrganization", `organization "clinic" does not exist`)
		w.Expect("UserAssignment/anna", "Published", metav1.ConditionFalse, "UnknownOrganization", "")
		w.Expect("Role/head", "Ready", metav1.ConditionFalse, "UnknownOrganization", "")
		w.Apply(organizationYAML)
		w.Expect("Organization/clinic", "Ready", metav1.ConditionFalse, "UnknownCatalog", w.Namespace)
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		w.Apply(catalogYAML)
		w.Expect("Role/head", "Ready", metav1.ConditionFalse, "UnknownRole", "clerk")
		w.Apply(clerkYAML)
		for _, object := range [][2]string{
			{"Organization", organization}, {"OrganizationStructure", "sites"}, {"Role", "head"}, {"UserAssignment", "anna"},
		} {
			w.Expect(object[0]+"/"+object[1], "Ready", metav1.ConditionTrue, "Resolved", "")
		}
		w.Published()
		w.Yes("anna orders.view icu")
	})
})

// role, user and holding write a role, a user assignment, and one that grants a role everywhere.
func role(name, rest string) string {
	return "kind: Role\nmetadata: {name: " + name + "}\nspec:\n  organizationRef: {name: clinic}\n" + strings.TrimPrefix(rest, "\n")
}

func user(name, id, rest string) string {
	return "kind: UserAssignment\nmetadata: {name: " + name + "}\nspec:\n  organizationRef: {name: clinic}\n  user: " + id + "\n" +
		strings.TrimPrefix(rest, "\n")
}

func holding(id, role string) string {
	return user(id, id, "  grants: [{name: "+role+", roleRef: {name: "+role+"}, scope: {everywhere: true}}]")
}

// dimensioned is the catalog with a dimension; grants that do not speak of it cover nothing.
const dimensioned = catalogYAML + "  dimensions: [{name: shift, values: [day, night]}]\n"
