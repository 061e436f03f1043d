// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// report says of each constraint what breaks it. What is waived is left for the time after the waiver.
func (c *crowd) report() {
	for _, constraint := range c.constraints {
		var unwaived []breach
		for _, b := range c.broken[constraint] {
			if b.waiver == nil {
				unwaived = append(unwaived, b)
			}
		}
		constraint.tell(unwaived, c.organization.Ref, &c.found)
	}
}

// tell says which users break the constraint, on the organization, and of each grant that does, on its object.
func (c *constraint) tell(broken []breach, organization model.Ref, found *findings) {
	var users []string
	members := map[Finding][]string{}
	for i := range broken {
		b := &broken[i]
		finding := c.finding(b)
		users = append(users, b.share.of.id)
		if b.share.object.Kind != model.KindGroup {
			found.list = append(found.list, finding)
			continue
		}
		// A grant of a group is one line however many members it concerns.
		finding.Message = ""
		members[finding] = append(members[finding], b.share.of.id)
	}
	for finding, concerned := range members {
		finding.Message = fmt.Sprintf("constraint %q is broken for the members %s%s", c.Name, few(unique(concerned)), c.consequence())
		found.list = append(found.list, finding)
	}
	if users = unique(users); len(users) > 0 {
		found.warn(organization, "", c.reason(), "constraint %q of %s is broken by %s%s", c.Name, c.object, few(users), c.consequence())
	}
}

// finding says of one share that it breaks the constraint.
func (c *constraint) finding(b *breach) Finding {
	severity := Warning
	if c.Enforce {
		severity = Error
	}
	return Finding{
		Reason: c.reason(), Severity: severity, Object: b.share.object.Ref, Field: b.share.field,
		Message: fmt.Sprintf("constraint %q is broken: %s%s", c.Name, b.why, c.consequence()),
	}
}

// consequence says what a broken constraint leads to, and what to do.
func (c *constraint) consequence() string {
	remedy := "take one of the grants away"
	if c.Prerequisite != nil {
		remedy = "grant what is presupposed as well"
	}
	if c.Enforce {
		return ", so the grant is withheld: " + remedy + ", or waive the constraint for a while"
	}
	return ", which is only shown: " + remedy + ", or waive the constraint for a while"
}

func (c *constraint) reason() string {
	switch {
	case c.Separation != nil:
		return ReasonSeparationOfDuties
	case c.Holders != nil:
		return ReasonTooManyHolders
	}
	return ReasonPrerequisiteNotMet
}

// shown sorts findings and leaves out those that the organization does not want to see. Errors are always shown.
func shown(list []Finding, organization *model.Organization) []Finding {
	return sortFindings(slices.DeleteFunc(list, func(f Finding) bool {
		return f.Severity != Error && slices.Contains(organization.Ignored, f.Reason)
	}))
}
