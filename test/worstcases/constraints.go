// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

func reference(role int) v1alpha1.RoleReference { return v1alpha1.RoleReference{Name: roleName(role)} }

// constraints adds constraints in as many structures as they need.
func (o *organization) constraints(count int, write func(i int, c *v1alpha1.Constraint)) {
	for i := range count {
		if i%constraintsOfOne == 0 {
			o.structure()
		}
		c := v1alpha1.Constraint{Name: v1alpha1.Name(fmt.Sprintf("constraint-%03d", i)), Enforcement: v1alpha1.Enforce}
		write(i, &c)
		s := &o.members.Structures[len(o.members.Structures)-1]
		s.Spec.Constraints = append(s.Spec.Constraints, c)
	}
}

// separation has constraints in every unit of a line upon users with many grants, each with a window of its own.
func separation() *intake.Members { return separationIn(inLine) }

// separationBeside is the same in units that lie beside each other, so that a grant covers many branches.
func separationBeside() *intake.Members { return separationIn(beside) }

func separationIn(parent func(i int) v1alpha1.Name) *intake.Members {
	o := begin(64)
	o.units(parent)
	for i := range grantsOfAssignment {
		o.role(i).Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{permission(i)}}}
	}
	o.constraints(constraintsOfOne*2, func(_ int, c *v1alpha1.Constraint) {
		c.Type = v1alpha1.ConstraintSeparationOfDuties
		c.SeparationOfDuties = &v1alpha1.SeparationOfDuties{AtMost: 14, PerUnit: new(true)}
		for d := range 16 {
			duty := v1alpha1.Duty{Name: v1alpha1.Name(fmt.Sprintf("duty-%02d", d))}
			for k := range 4 {
				duty.Permissions = append(duty.Permissions, permission(d*4+k))
			}
			c.SeparationOfDuties.Duties = append(c.SeparationOfDuties.Duties, duty)
		}
	})
	for u := range 4 {
		a := o.assignment(fmt.Sprintf("a%d", u), fmt.Sprintf("u%d", u))
		for i := range grantsOfAssignment {
			grant := v1alpha1.Grant{Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(i), Scope: &v1alpha1.Scope{}}
			start := metav1.NewTime(later.AddDate(0, 0, -i))
			grant.StartTime = &start
			for k := range 256 {
				grant.Scope.Units = append(grant.Scope.Units, unitName((i*61+k*19)%unitsOfOrganization))
			}
			a.Spec.Grants = append(a.Spec.Grants, grant)
		}
	}
	return &o.members
}

// holders has more users than may hold a role, each in a window of their own.
func holders() *intake.Members {
	o := begin(1)
	o.role(0)
	o.constraints(1, func(_ int, c *v1alpha1.Constraint) {
		c.Type, c.Holders = v1alpha1.ConstraintHolders, &v1alpha1.Holders{RoleRef: reference(0), AtMost: new(int32(200))}
	})
	for u := range 1000 {
		a := o.assignment(fmt.Sprintf("a%04d", u), fmt.Sprintf("u%04d", u), 0)
		start := metav1.NewTime(later.AddDate(0, 0, u))
		a.Spec.Grants[0].StartTime = &start
	}
	return &o.members
}

// prerequisites has roles each of which presupposes the next, of which the last is not held: each is withheld after the other.
func prerequisites() *intake.Members {
	const held = constraintsOfOne * 16
	o := begin(1)
	for i := range held + 1 {
		o.role(i)
	}
	o.constraints(held, func(i int, c *v1alpha1.Constraint) {
		// In the order of their names, each constraint finds what the one after it will withhold.
		c.Type, c.Prerequisite = v1alpha1.ConstraintPrerequisite, &v1alpha1.Prerequisite{
			RoleRef: reference(i), RequiredRoleRef: reference(i + 1), PerUnit: new(true),
		}
	})
	for u := range 2 {
		for i := range held {
			o.assignment(fmt.Sprintf("a%d-%04d", u, i), fmt.Sprintf("u%d", u), i)
		}
	}
	return &o.members
}

// prerequisitesBeside has a role that presupposes another in each unit, which users hold in other units and windows each time.
func prerequisitesBeside() *intake.Members {
	o := begin(1)
	o.units(beside)
	for i := range 2 {
		o.role(i)
	}
	o.constraints(1, func(_ int, c *v1alpha1.Constraint) {
		c.Type, c.Prerequisite = v1alpha1.ConstraintPrerequisite, &v1alpha1.Prerequisite{
			RoleRef: reference(0), RequiredRoleRef: reference(1), PerUnit: new(true),
		}
	})
	for u := range 2 {
		a := o.assignment(fmt.Sprintf("a%d", u), fmt.Sprintf("u%d", u))
		for i := range grantsOfAssignment {
			grant := v1alpha1.Grant{Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(min(i, 1)), Scope: &v1alpha1.Scope{}}
			end := metav1.NewTime(later.AddDate(0, 0, i))
			if i > 0 {
				grant.EndTime = &end
			}
			for k := range 256 {
				grant.Scope.Units = append(grant.Scope.Units, unitName(1+(k*19+max(0, i-1)%2)%(unitsOfOrganization-1)))
			}
			a.Spec.Grants = append(a.Spec.Grants, grant)
		}
	}
	return &o.members
}

// waivers has constraints that everybody breaks, and waivers that name many users.
func waivers() *intake.Members {
	o := begin(1)
	for i := range 2 {
		o.role(i)
	}
	o.constraints(constraintsOfOne, func(_ int, c *v1alpha1.Constraint) {
		c.Type, c.Prerequisite = v1alpha1.ConstraintPrerequisite, &v1alpha1.Prerequisite{RoleRef: reference(0), RequiredRoleRef: reference(1)}
	})
	s := &o.members.Structures[0]
	for w := range 128 {
		waiver := v1alpha1.Waiver{
			Name: v1alpha1.Name(fmt.Sprintf("waiver-%03d", w)), Owner: "boss", Reason: "strike", EndTime: later,
			ConstraintRef: v1alpha1.ConstraintReference{Name: v1alpha1.Name(fmt.Sprintf("constraint-%03d", w%constraintsOfOne))},
		}
		for u := range 256 {
			waiver.Users = append(waiver.Users, v1alpha1.UserReference(fmt.Sprintf("u%04d", (w/constraintsOfOne)*256+u)))
		}
		s.Spec.Waivers = append(s.Spec.Waivers, waiver)
	}
	for u := range 1024 {
		o.assignment(fmt.Sprintf("a%04d", u), fmt.Sprintf("u%04d", u), 0)
	}
	return &o.members
}
