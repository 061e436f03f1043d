// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Case is a worst case.
type Case struct {
	Name string
	// Finding is a reason that is found in it, empty if any may be.
	Finding string
	Members func() *intake.Members
}

// All returns the cases.
func All() []Case {
	return []Case{
		{Name: "layers of roles", Finding: "TooManyAlternatives", Members: Layers},
		{Name: "a line of roles", Members: lineOfRoles},
		{Name: "a circle of roles", Finding: "InheritanceCycle", Members: circleOfRoles},
		{Name: "rules that select everything", Members: everySection},
		{Name: "every condition", Finding: "TooManyAlternatives", Members: everyCondition},
		{Name: "implied permissions", Members: implied},
		{Name: "features of implied permissions", Finding: "TooManyAlternatives", Members: impliedFeatures},
		{Name: "a line of units", Members: lineOfUnits},
		{Name: "a circle of units", Finding: "InvalidUnitTree", Members: circleOfUnits},
		{Name: "groups of units", Members: groupsOfUnits},
		{Name: "misspelled units", Finding: "UnknownUnit", Members: misspelledUnits},
		{Name: "misspelled roles", Finding: "UnknownRole", Members: misspelledRoles},
		{Name: "misspelled permissions", Finding: "UnknownPermission", Members: misspelledPermissions},
		{Name: "misspelled parents", Finding: "UnknownUnit", Members: misspelledParents},
		{Name: "misspelled users", Finding: "UnknownManager", Members: misspelledUsers},
		{Name: "ids that look alike", Finding: "SimilarUsers", Members: similarUsers},
		{Name: "separation of duties", Finding: "SeparationOfDuties", Members: separation},
		{Name: "separation of duties beside each other", Finding: "SeparationOfDuties", Members: separationBeside},
		{Name: "holders with windows", Finding: "TooManyHolders", Members: holders},
		{Name: "prerequisites in a line", Finding: "PrerequisiteNotMet", Members: prerequisites},
		{Name: "prerequisites in many units", Finding: "PrerequisiteNotMet", Members: prerequisitesBeside},
		{Name: "waivers", Finding: "ConstraintWaived", Members: waivers},
		{Name: "one user who disagrees", Finding: "ConflictingProfile", Members: disagreeing},
		{Name: "one user with every role", Members: everyRole},
		{Name: "attributes of the wrong type", Finding: "AttributeTypeMismatch", Members: wrongTypes},
		{Name: "members of groups", Members: members},
		{Name: "chains that tie", Finding: "AmbiguousChains", Members: tied},
		{Name: "chains that give roles", Finding: "ApproversOutranked", Members: giving},
	}
}

const roles = 500

// Layers are roles in 20 layers, each of which inherits all of the layer below, under a condition of its own.
func Layers() *intake.Members {
	const width = 25
	o := begin(100)
	for i := range roles {
		role := o.role(i)
		role.Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}, Qualifiers: []v1alpha1.Name{qualifier(i)}}}
		for k := range width {
			if below := i/width - 1; below >= 0 {
				inherit(role, below*width+k)
			}
		}
	}
	o.assignment("top", "top", roles-1)
	return &o.members
}

func lineOfRoles() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range roles {
		role := o.role(i)
		if i > 0 {
			inherit(role, i-1)
			continue
		}
		role.Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}}}
	}
	o.assignment("top", "top", roles-1)
	return &o.members
}

func circleOfRoles() *intake.Members {
	o := begin(1)
	for i := range roles {
		role := o.role(i)
		for k := range parentsOfRole {
			inherit(role, (i+k+1)%roles)
		}
	}
	return &o.members
}

func everySection() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range roles {
		role := o.role(i)
		for range rulesOfRole {
			role.Spec.Rules = append(role.Spec.Rules, v1alpha1.Rule{Sections: []v1alpha1.SectionSelector{"*"}})
		}
	}
	return &o.members
}

// everyCondition has roles whose rules give everything, each under three conditions that no other has.
func everyCondition() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range roles / 10 {
		role := o.role(i)
		for k := range rulesOfRole {
			role.Spec.Rules = append(role.Spec.Rules, v1alpha1.Rule{
				Sections: []v1alpha1.SectionSelector{"*"}, Qualifiers: []v1alpha1.Name{qualifier(k), qualifier(k + 1 + k/conditionsOfCatalog)},
			})
		}
	}
	return &o.members
}

func implied() *intake.Members {
	o := begin(permissionsOfCatalog)
	permissions := o.members.Catalog.Spec.Permissions
	for i := range permissions {
		for k := range impliedOfPermission {
			permissions[i].Implies = append(permissions[i].Implies, permission((i+k*17+1)%len(permissions)))
		}
	}
	for i := range roles {
		o.role(i).Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{permission(i)}}}
	}
	return &o.members
}

// impliedFeatures has permissions in layers, each of which implies all of the next, and requires a feature of its own.
func impliedFeatures() *intake.Members {
	const width = 16
	o := begin(permissionsOfCatalog)
	permissions := o.members.Catalog.Spec.Permissions
	for i := range permissions {
		permissions[i].RequiredFeatures = []v1alpha1.Name{v1alpha1.Name(fmt.Sprintf("f%03d", i%conditionsOfCatalog))}
		for k := range width {
			if next := (i/width+1)*width + k; next < len(permissions) {
				permissions[i].Implies = append(permissions[i].Implies, permission(next))
			}
		}
	}
	o.role(0).Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}}}
	return &o.members
}

// lineOfUnits has a user with grants on many units of one line.
func lineOfUnits() *intake.Members {
	o := begin(1)
	o.units(inLine)
	o.role(0).Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}}}
	o.role(1)
	for u := range 20 {
		a := o.assignment(fmt.Sprintf("a%d", u), fmt.Sprintf("u%d", u))
		for i := range grantsOfAssignment {
			grant := v1alpha1.Grant{
				Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(i % 2), Scope: &v1alpha1.Scope{},
			}
			for k := range 256 {
				grant.Scope.Units = append(grant.Scope.Units, unitName((i+k*19)%unitsOfOrganization))
			}
			a.Spec.Grants = append(a.Spec.Grants, grant)
		}
	}
	return &o.members
}

func circleOfUnits() *intake.Members {
	o := begin(1)
	o.units(func(i int) v1alpha1.Name {
		if i == 0 {
			return ""
		}
		return unitName(i%(unitsOfOrganization-1) + 1)
	})
	return &o.members
}

func groupsOfUnits() *intake.Members {
	o := begin(1)
	o.units(beside)
	o.role(0).Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}}}
	s := o.structure()
	for g := range groupsOfScope {
		group := v1alpha1.UnitGroup{Name: v1alpha1.Name(fmt.Sprintf("group-%02d", g))}
		for k := range unitsOfGroup {
			group.Units = append(group.Units, v1alpha1.UnitReference(unitName((g*61+k*3)%unitsOfOrganization)))
		}
		s.Spec.UnitGroups = append(s.Spec.UnitGroups, group)
	}
	for u := range 10 {
		a := o.assignment(fmt.Sprintf("a%d", u), fmt.Sprintf("u%d", u))
		for i := range grantsOfAssignment {
			grant := v1alpha1.Grant{
				Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(0), Scope: &v1alpha1.Scope{},
			}
			for g := range groupsOfScope {
				grant.Scope.UnitGroups = append(grant.Scope.UnitGroups, v1alpha1.Name(fmt.Sprintf("group-%02d", g)))
			}
			a.Spec.Grants = append(a.Spec.Grants, grant)
		}
	}
	return &o.members
}

// disagreeing has one user, about whom many assignments say different things.
func disagreeing() *intake.Members {
	o := begin(1)
	for i := range 2000 {
		a := o.assignment(fmt.Sprintf("a%04d", i), "ann")
		a.Spec.Profile.Manager = v1alpha1.UserID(fmt.Sprintf("m%d", i))
		a.Spec.Profile.DisplayName = v1alpha1.DisplayName(fmt.Sprintf("Ann %d", i))
	}
	return &o.members
}

// wrongTypes has as many administration rules as there may be, each of which names as many qualifiers, that no attribute of the one
// user meets.
func wrongTypes() *intake.Members {
	const rulesOfRole, qualifiersOfRule, attributes = 32, 16, 12
	o := begin(1)
	var expression strings.Builder
	a := o.assignment("ann", "ann")
	a.Spec.Profile.Attributes = v1alpha1.Attributes{}
	for i := range attributes {
		fmt.Fprintf(&expression, "resource.properties.a%d > 1.0 && ", i)
		a.Spec.Profile.Attributes[fmt.Sprintf("a%d", i)] = apiextensionsv1.JSON{Raw: []byte(`"1"`)}
	}
	qualifiers := o.members.Catalog.Spec.Qualifiers
	for i := range qualifiers {
		qualifiers[i].Expression = v1alpha1.Expression(fmt.Sprintf("%ssubject.id != 'q%d'", expression.String(), i))
	}
	for i := range roles {
		role := o.role(i)
		for j := range rulesOfRole {
			rule := v1alpha1.AdministrationRule{Resources: []v1alpha1.AdministeredResource{"Units"}}
			rule.Name = v1alpha1.Name(fmt.Sprintf("rule-%02d", j))
			for k := range qualifiersOfRule {
				rule.Qualifiers = append(rule.Qualifiers, qualifier(i*rulesOfRole+j*qualifiersOfRule+k))
			}
			role.Spec.AdministrationRules = append(role.Spec.AdministrationRules, rule)
		}
	}
	return &o.members
}

// everyRole has one user with as many roles, each of which is part of the next.
func everyRole() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range roles {
		role := o.role(i)
		role.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{permission(i)}}}
		if i > 0 {
			inherit(role, i-1)
		}
	}
	for i := range roles {
		o.assignment(fmt.Sprintf("a%04d", i), "ann", i)
	}
	return &o.members
}

// members has groups whose members are the same users.
func members() *intake.Members {
	o := begin(1)
	o.role(0).Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"all"}}}
	for g := range 20 {
		group := v1alpha1.UserGroup{ObjectMeta: meta(Name, fmt.Sprintf("group-%02d", g))}
		group.Spec.OrganizationRef.Name = Name
		for m := range membersOfGroup {
			group.Spec.Members = append(group.Spec.Members, v1alpha1.UserID(fmt.Sprintf("u%04d", m)))
		}
		for i := range grantsOfAssignment {
			group.Spec.Grants = append(group.Spec.Grants, v1alpha1.Grant{
				Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(0), Scope: everywhere(),
			})
		}
		o.members.Groups = append(o.members.Groups, group)
	}
	return &o.members
}

var later = metav1.Date(2040, time.January, 1, 0, 0, 0, 0, time.UTC)

// Plain is an organization as it should be: roles that give a few permissions, and users who have two of them each.
func Plain() *intake.Members {
	o := begin(100)
	for i := range roles {
		role := o.role(i)
		role.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{permission(i % 100), permission((i + 7) % 100)}}}
		if i >= 10 {
			inherit(role, i%10)
		}
	}
	for u := range 1000 {
		o.assignment(fmt.Sprintf("a%04d", u), fmt.Sprintf("u%04d", u), u%roles, (u+250)%roles)
	}
	return &o.members
}
