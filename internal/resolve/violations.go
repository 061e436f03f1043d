// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// reportViolations finds what breaks each constraint. What is waived is found once the waiver has ended.
func (a *aggregate) reportViolations() {
	for _, constraint := range a.env.constraints {
		if constraint.combined != nil {
			constraint.combined.reportTo(&a.found, a.violations[constraint.combined], a.env.organization.Ref)
		}
		var unwaived []violation
		for _, v := range a.violations[constraint] {
			if v.waiver == nil {
				unwaived = append(unwaived, v)
			}
		}
		constraint.reportTo(&a.found, unwaived, a.env.organization.Ref)
	}
}

// reportTo adds a finding about the organization that names the users who break the constraint, and one about the object of
// each grant that does.
func (c *constraint) reportTo(found *findings, violations []violation, organization model.Ref) {
	var users []string
	members := map[Finding][]string{}
	for i := range violations {
		v := &violations[i]
		finding := c.finding(v)
		users = append(users, v.binding.user.id)
		if v.binding.object.Kind != model.KindGroup && !v.binding.isDefault {
			found.list = append(found.list, finding)
			continue
		}
		// A grant of a group or of all users is one line however many it concerns.
		finding.Message = ""
		members[finding] = append(members[finding], v.binding.user.id)
	}
	for finding, concerned := range members {
		who := "members"
		if finding.Object.Kind != model.KindGroup {
			who = "users"
		}
		finding.Message = fmt.Sprintf("constraint %q is broken for the %s %s%s", c.spec.Name, who, few(unique(concerned)), c.consequence())
		found.list = append(found.list, finding)
	}
	if users = unique(users); len(users) > 0 {
		found.warn(organization, "", c.reason(), "constraint %q of %s is broken by %s%s", c.spec.Name, c.object, few(users), c.consequence())
	}
}

// finding returns what is found of one binding that breaks the constraint.
func (c *constraint) finding(v *violation) Finding {
	severity := Warning
	if c.spec.Enforce {
		severity = Error
	}
	return Finding{
		Reason: c.reason(), Severity: severity, Object: v.binding.object.Ref, Field: v.binding.field,
		Message: fmt.Sprintf("constraint %q is broken: %s%s", c.spec.Name, v.why, c.consequence()),
	}
}

// consequence says what a broken constraint leads to, and what to do.
func (c *constraint) consequence() string {
	if c.evaded {
		return " by permission, although its roles are apart: name the permissions in the duties, or take the override away"
	}
	remedy := "take one of the grants away"
	if c.spec.Prerequisite != nil {
		remedy = "grant what is presupposed as well"
	}
	if c.spec.Enforce {
		return ", so the grant is withheld: " + remedy + ", or waive the constraint for a while"
	}
	return ", which is only shown: " + remedy + ", or waive the constraint for a while"
}

func (c *constraint) reason() string {
	switch {
	case c.evaded:
		return ReasonCombinedDuties
	case c.spec.Separation != nil:
		return ReasonSeparationOfDuties
	case c.spec.Holders != nil:
		return ReasonTooManyHolders
	}
	return ReasonPrerequisiteNotMet
}

// withoutIgnored sorts findings and leaves out those that the organization ignores. Errors cannot be ignored.
func withoutIgnored(list []Finding, organization *model.Organization) []Finding {
	return sortFindings(slices.DeleteFunc(list, func(f Finding) bool {
		return f.Severity != Error && slices.Contains(organization.Ignored, f.Reason)
	}))
}
