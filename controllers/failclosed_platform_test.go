// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

// fenced is the organization with a constraint whose first duty names a role that does not exist.
const fenced = `
  constraints:
  - name: apart
    enforcement: Enforce
    type: SeparationOfDuties
    separationOfDuties:
      atMost: 1
      duties:
      - {name: ask, roleRefs: [{name: nobody}, {name: asker}]}
      - {name: hire, permissions: [staff.hire, staff.fire]}`

var _ = DescribeTable("Nothing invalid about platform roles, groups and constraints grants, and nothing valid is lost beside it:", large,
	mistake.check,
	Entry("an assignment names a role assignable to the platform", mistake{
		written: []string{auditor, user("otto", "otto", `
  grants:
  - {name: auditor, roleRef: {kind: PlatformRole, name: $world-auditor}, scope: {everywhere: true}}
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}`)},
		shown: []shown{{"UserAssignment", "otto", "LevelMismatch", `spec.grants[auditor].roleRef: PlatformRole "$world-auditor" is assignable to the platform`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto staff.view all", "otto platform.audit all"},
	}),
	Entry("a group names a role assignable to the platform", mistake{
		written: []string{auditor, group("night", `
  members: [otto]
  grants:
  - {name: auditor, roleRef: {kind: PlatformRole, name: $world-auditor}, scope: {everywhere: true}}
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}`)},
		shown: []shown{{"UserGroup", "night", "LevelMismatch", `spec.grants[auditor].roleRef: PlatformRole "$world-auditor" is assignable to the platform`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto staff.view all", "otto platform.audit all"},
	}),
	Entry("a group names a missing role, and a missing unit", mistake{
		written: []string{group("night", `
  members: [otto]
  grants:
  - {name: surgeon, roleRef: {name: surgeon}, scope: {everywhere: true}}
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [moon, south]}}`)},
		shown: []shown{{"UserGroup", "night", "UnknownUnit", `"surgeon"`}, {"UserGroup", "night", "UnknownUnit", `"moon"`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view north", "otto orders.view moon"},
	}),
	Entry("a grant names a role of another kind", mistake{
		written: []string{nurse, user("otto", "otto", `
  grants:
  - {name: nurse, roleRef: {name: $world-nurse}, scope: {everywhere: true}}
  - {name: head, roleRef: {kind: PlatformRole, name: head}, scope: {everywhere: true}}
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}`)},
		shown: []shown{{"UserAssignment", "otto", "UnknownRole", `PlatformRole "head" does not exist for this catalog`}},
		yes:   append([]string{"otto orders.view south"}, untouched...),
		no:    []string{"otto orders.view north", "otto staff.view south"},
	}),
	Entry("a grant names a platform role of another catalog", mistake{
		written: []string{
			strings.Replace(nurse, "catalogRef: {name: $world}", "catalogRef: {name: $world-other}", 1),
			user("otto", "otto", "  grants: [{name: nurse, roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {everywhere: true}}]"),
		},
		shown: []shown{
			{"UserAssignment", "otto", "UnknownRole", `PlatformRole "$world-nurse" does not exist for this catalog`},
			{"PlatformRole", "$world-nurse", "UnknownCatalog", `"$world-other"`},
		},
		yes: untouched,
		no:  []string{"otto orders.view all"},
	}),
	Entry("a role inherits one assignable to the platform", mistake{
		written: []string{auditor, role("odd", `
  inherits: [{roleRef: {kind: PlatformRole, name: $world-auditor}}, {roleRef: {name: clerk}}]`), holding("otto", "odd")},
		shown: []shown{{"Role", "odd", "LevelMismatch", `spec.inherits[0].roleRef: PlatformRole "$world-auditor"`}},
		yes:   append([]string{"otto orders.view all"}, untouched...),
		no:    []string{"otto staff.view all", "otto platform.audit all"},
	}),
	Entry("a platform role inherits one assignable to the platform", mistake{
		written: []string{auditor, nurse, platformRole("matron", "Organization", `
  inherits: [{roleRef: {kind: PlatformRole, name: $world-auditor}}, {roleRef: {kind: PlatformRole, name: $world-nurse}}]`),
			user("otto", "otto", "  grants: [{name: matron, roleRef: {kind: PlatformRole, name: $world-matron}, scope: {everywhere: true}}]")},
		shown: []shown{{"PlatformRole", "$world-matron", "LevelMismatch", `spec.inherits[0].roleRef: PlatformRole "$world-auditor"`}},
		yes:   append([]string{"otto orders.view all"}, untouched...),
		no:    []string{"otto staff.view all", "otto platform.audit all"},
	}),
	Entry("a platform role inherits a missing one", mistake{
		written: []string{platformRole("matron", "Organization", `
  inherits: [{roleRef: {kind: PlatformRole, name: $world-nurse}}]
  rules: [{permissions: [staff.view]}]`),
			user("otto", "otto", "  grants: [{name: matron, roleRef: {kind: PlatformRole, name: $world-matron}, scope: {everywhere: true}}]")},
		shown: []shown{{"PlatformRole", "$world-matron", "UnknownRole", `"$world-nurse"`}},
		yes:   append([]string{"otto staff.view all"}, untouched...),
	}),
	Entry("platform roles inherit each other in a cycle", mistake{
		written: []string{
			platformRole("hen", "Organization", "  inherits: [{roleRef: {kind: PlatformRole, name: $world-egg}}]\n  rules: [{permissions: [staff.view]}]"),
			platformRole("egg", "Organization", "  inherits: [{roleRef: {kind: PlatformRole, name: $world-hen}}]\n  rules: [{permissions: [staff.hire]}]"),
			user("otto", "otto", "  grants: [{name: hen, roleRef: {kind: PlatformRole, name: $world-hen}, scope: {everywhere: true}}]"),
		},
		shown: []shown{
			{"PlatformRole", "$world-hen", "InheritanceCycle", "egg"}, {"PlatformRole", "$world-egg", "InheritanceCycle", "hen"},
		},
		yes: append([]string{"otto staff.view all"}, untouched...),
		no:  []string{"otto staff.hire all"},
	}),
	Entry("a platform role assignable to organizations holds a permission of level Platform", mistake{
		written: []string{platformRole("nurse", "Organization", "  rules: [{permissions: [platform.audit, orders.view]}, {sections: [staff]}]"),
			user("otto", "otto", "  grants: [{name: nurse, roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {everywhere: true}}]")},
		shown: []shown{{"PlatformRole", "$world-nurse", "LevelMismatch", `"platform.audit"`}},
		yes:   append([]string{"otto staff.hire all"}, untouched...),
		no:    []string{"otto platform.audit all", "otto orders.view all"},
	}),
	Entry("the organization's plan does not exist", mistake{
		written: []string{nurse, clinic("  plan: gold"),
			user("otto", "otto", "  grants: [{name: nurse, roleRef: {kind: PlatformRole, name: $world-nurse}, scope: {everywhere: true}}]")},
		shown: []shown{
			{"Organization", "clinic", "UnknownPlan", `spec.plan: catalog "$world" has no plan "gold"`},
			{"Role", "clerk", "PlanLimitExceeded", "allows 0 custom roles"}, {"Role", "head", "PlanLimitExceeded", "allows 0 custom roles"},
		},
		yes: []string{"otto orders.view all"},
		no:  []string{"hugh staff.hire all", "anna orders.view icu"},
	}),
	Entry("a plan includes an unknown feature", mistake{
		written: []string{catalog("  plans: [{name: gold, features: [magic, reports]}]"), clinic("  plan: gold"),
			role("reporter", "  rules: [{permissions: [staff.view], requiredFeatures: [reports]}]"), holding("otto", "reporter")},
		shown: []shown{{"PermissionCatalog", "", "UnknownFeature", `spec.plans[0].features[0]: plan "gold" includes feature "magic"`}},
		yes:   append([]string{"otto staff.view all"}, untouched...),
	}),
	Entry("a constraint names what does not exist: the rest of it stays", mistake{
		written: []string{role("asker", "  rules: [{permissions: [orders.view]}]"), sites(fenced), user("otto", "otto", `
  grants:
  - {name: asker, roleRef: {name: asker}, scope: {everywhere: true}}
  - {name: head, roleRef: {name: head}, scope: {everywhere: true}}`)},
		shown: []shown{
			{"OrganizationStructure", "sites", "UnknownRole", `spec.constraints[apart].separationOfDuties.duties[0].roleRefs[0]: Role "nobody"`},
			{"OrganizationStructure", "sites", "UnknownRole", `spec.constraints[apart].separationOfDuties.duties[1].permissions[1]: catalog "$world"`},
			{"UserAssignment", "otto", "SeparationOfDuties", `constraint "apart" is broken`},
		},
		yes: append([]string{"otto orders.view all"}, untouched...),
		no:  []string{"otto staff.hire all"},
	}),
	Entry("a waiver names a constraint that does not exist", mistake{
		written: []string{sites("  waivers: [{name: w, constraintRef: {name: nothing}, allUsers: true, owner: hugh, reason: none, endTime: '2999-01-01T00:00:00Z'}]")},
		shown:   []shown{{"OrganizationStructure", "sites", "UnknownConstraint", `spec.waivers[w].constraintRef.name`}},
		yes:     untouched,
	}),
)
