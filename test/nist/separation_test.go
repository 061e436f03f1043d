// SPDX-License-Identifier: Apache-2.0

package nist

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

const structure = "OrganizationStructure/bank"

// The rules on sets are the same for both components; what differs is for how long roles are held.
var (
	staticSeparation  = separation("Ssd", (*bank).giveForGood)
	dynamicSeparation = separation("Dsd", (*bank).giveForADay)
)

// separation are the rows on sets of roles of which nobody holds more than some. Once both has given zoe the roles of a teller and of an
// auditor, exactly the older counts under the constraint of the example, and both without.
func separation(component string, give func(b *bank, roles ...string)) map[string]row {
	both := func(b *bank) { give(b, "teller", "auditor") }
	held := func(b *bank, audits bool) {
		b.Helper()
		b.may(zoe, "accounts.deposit", true)
		b.may(zoe, "books.audit", audits)
	}
	const member = "\n          - {name: sign, roleRefs: [{name: signatory}]}"
	create := row{names: []string{"spec.constraints", "separationOfDuties"}, test: func(b *bank) {
		set := b.withoutSet()
		both(b)
		held(b, true)
		b.objects[structure] = set
		held(b, false)
		b.finds("SeparationOfDuties")
	}}
	if component == "Dsd" {
		create.names = create.names[:1]
		ofSet := create.test
		create.test = func(b *bank) {
			ofSet(b)
			// One after the other, both are held, and none is withheld.
			b.mayAt(morning, nan, "accounts.deposit", true)
			b.mayAt(morning, nan, "books.audit", false)
			b.mayAt(evening, nan, "accounts.deposit", false)
			b.mayAt(evening, nan, "books.audit", true)
		}
	}
	return map[string]row{
		"Create" + component + "Set": create,
		"Delete" + component + "Set": {names: []string{"spec.constraints"}, test: func(b *bank) {
			both(b)
			held(b, false)
			b.withoutSet()
			held(b, true)
		}},
		"Add" + component + "RoleMember": {names: []string{"duties"}, test: func(b *bank) {
			give(b, "signatory", "teller")
			b.finds()
			b.maySign(zoe, true, "signatory")
			b.replace(structure, "\n        atMost", member+"\n        atMost")
			b.finds("SeparationOfDuties")
			b.maySign(zoe, true, "signatory")
			b.may(zoe, "accounts.deposit", false)
		}},
		"Delete" + component + "RoleMember": {names: []string{"duties"}, test: func(b *bank) {
			both(b)
			b.replace(structure, "\n        atMost", member+"\n        atMost")
			held(b, false)
			b.replace(structure, "\n          - {name: audit, roleRefs: [{name: auditor}]}", "")
			held(b, true)
		}},
		"Set" + component + "SetCardinality": {names: []string{"atMost"}, test: func(b *bank) {
			b.replace(structure, "\n        atMost", member+"\n        atMost")
			both(b)
			held(b, false)
			b.replace(structure, "atMost: 1", "atMost: 2")
			held(b, true)
		}},
		component + "RoleSets": {names: []string{"spec.constraints", "OrganizationStructure"}, test: func(b *bank) {
			b.hasSets("cash-or-audit")
			b.withoutSet()
			b.hasSets()
			b.replace("PermissionCatalog/bank", "\n  qualifiers:", `
  constraints:
    - name: of-the-platform
      enforcement: Enforce
      type: SeparationOfDuties
      separationOfDuties: {duties: [{name: a, permissions: [accounts.deposit]}, {name: b, permissions: [books.audit]}], atMost: 1}
  qualifiers:`)
			b.hasSets("of-the-platform")
			both(b)
			held(b, false)
		}},
		component + "RoleSetRoles": {names: []string{"roleRefs", "duties"}, test: func(b *bank) {
			var roles []string
			for _, duty := range b.sets()[0].Separation.Duties {
				for _, role := range duty.Roles {
					roles = append(roles, role.Name)
				}
			}
			if want := []string{"teller", "auditor"}; !slices.Equal(roles, want) {
				b.Errorf("the roles of the set are %q, want %q", roles, want)
			}
		}},
		component + "RoleSetCardinality": {names: []string{"atMost"}, test: func(b *bank) {
			// Nobody is assigned two or more.
			if got := b.sets()[0].Separation.AtMost + 1; got != 2 {
				b.Errorf("the cardinality of the set is %d, want 2", got)
			}
		}},
	}
}

// giveForGood gives zoe roles without an end, the first of which counts as the oldest: offline, objects are as old as their names.
func (b *bank) giveForGood(roles ...string) {
	b.Helper()
	for i, role := range roles {
		b.assign(zoes+string(rune('1'+i)), zoe, role)
	}
}

// giveForADay gives zoe roles for a day, so that they are in force at once.
func (b *bank) giveForADay(roles ...string) {
	b.Helper()
	b.giveForGood(roles...)
	for i := range roles {
		b.replace("UserAssignment/"+zoes+string(rune('1'+i)), "scope: {everywhere: true}}",
			`scope: {everywhere: true}, startTime: "2030-06-03T00:00:00Z", endTime: "2030-06-04T00:00:00Z"}`)
	}
}

// zoes are the assignments of zoe, with a number each.
const zoes = "zoe-"

// withoutSet removes the constraint of the example, and returns the structure with it.
func (b *bank) withoutSet() (with string) {
	b.Helper()
	with = b.objects[structure]
	before, _, found := strings.Cut(with, "\n  constraints:")
	if !found {
		b.Fatal("the example has no constraints")
	}
	b.objects[structure] = before
	return with
}

// sets returns the sets of roles that bind the organization.
func (b *bank) sets() []model.Constraint {
	b.Helper()
	world := b.world()
	sets := world.Catalog.Constraints
	for i := range world.Structures {
		sets = append(sets, world.Structures[i].Constraints...)
	}
	return sets
}

func (b *bank) hasSets(want ...string) {
	b.Helper()
	var got []string
	for _, set := range b.sets() {
		got = append(got, set.Name)
	}
	if !slices.Equal(got, want) {
		b.Errorf("the sets are %q, want %q", got, want)
	}
}
