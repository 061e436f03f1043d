// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// offers is a chain whose step the clerks decide.
func offers() v1alpha1.ApprovalChain {
	return v1alpha1.ApprovalChain{ObjectMeta: named("offers", 1), Spec: v1alpha1.ApprovalChainSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name}, RequestType: "offer",
		Steps: []v1alpha1.ApprovalStep{{Name: "location", Approvers: []v1alpha1.ApproverSelector{
			{Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: v1alpha1.RoleReference{Name: "clerk"}}},
		}}},
	}}
}

// clerk is a user who is a clerk in some unit.
func clerk(user, unit string) *v1alpha1.UserAssignment {
	return &v1alpha1.UserAssignment{ObjectMeta: named(user, 1), Spec: v1alpha1.UserAssignmentSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name}, User: v1alpha1.UserID(user),
		Grants: []v1alpha1.Grant{{Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{v1alpha1.Name(unit)}}}},
	}}
}

func TestChain(t *testing.T) {
	for name, c := range map[string]struct {
		change                func(*intake.Members)
		ready, covered, says  string
		approvers, none, only int32
	}{
		"two everywhere": {
			func(o *intake.Members) { o.Assignments = append(o.Assignments, clerk("bert", "all")) },
			"True Resolved@1 08:00", "True Covered@1 08:00", "every step has several approvers for every unit", 2, 0, 0,
		},
		"one where another is only below": {
			func(o *intake.Members) { o.Assignments = append(o.Assignments, clerk("bert", "north")) },
			"True Resolved@1 08:00", "True SingleApprover@1 08:00", `step "location" has only one approver for all (anna)`, 2, 0, 1,
		},
		"none above": {
			func(o *intake.Members) { o.Assignments = []*v1alpha1.UserAssignment{clerk("bert", "north")} },
			"True Resolved@1 08:00", "False Uncovered@1 08:00",
			`step "location" has no approver for all; step "location" has only one approver for north (bert)`, 1, 1, 1,
		},
		"suspended": {
			func(o *intake.Members) { o.Assignments[0].Spec.State = v1alpha1.UserSuspended },
			"True Resolved@1 08:00", "False Uncovered@1 08:00", `step "location" has no approver for all; north`, 0, 2, 0,
		},
		"an approver that is unknown": {
			func(o *intake.Members) { o.Chains[0].Spec.Steps[0].Approvers[0].Role.RoleRef.Name = "nobody" },
			"False UnknownRole@1 08:00", "False Uncovered@1 08:00", `step "location" has no approver for all; north`, 0, 2, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := objects()
			o.Chains = []v1alpha1.ApprovalChain{offers()}
			c.change(o)
			chain := &o.Chains[0]
			chain.Status = status.NewView(snapshot.Build(key, o), revision(1), first).Chain(chain)
			found := chain.Status.Conditions
			if got := condition(found, v1alpha1.ConditionReady); got != c.ready {
				t.Errorf("Ready is %s", got)
			}
			if got := condition(found, v1alpha1.ConditionCovered); got != c.covered {
				t.Errorf("Covered is %s", got)
			}
			if got := meta.FindStatusCondition(found, v1alpha1.ConditionCovered).Message; got != c.says {
				t.Errorf("it says %q", got)
			}
			worst := meta.FindStatusCondition(found, v1alpha1.ConditionCovered)
			if c.ready != "True Resolved@1 08:00" || worst.Reason == status.ReasonCovered {
				worst = meta.FindStatusCondition(found, v1alpha1.ConditionReady)
			}
			if chain.Status.Reason != worst.Reason || chain.Status.Message != worst.Message {
				t.Errorf("the worst is %s: %s", chain.Status.Reason, chain.Status.Message)
			}
			if got := condition(found, v1alpha1.ConditionPublished); got != "True Published@1 08:00" {
				t.Errorf("Published is %s", got)
			}
			step := chain.Status.Steps[0]
			if *step.ApproverCount != c.approvers || *step.UncoveredUnitCount != c.none || *step.SingleApproverUnitCount != c.only ||
				len(step.UncoveredUnits) != int(c.none) || len(step.SingleApproverUnits) != int(c.only) {
				t.Errorf("%d approvers, no one for %d (%v), one for %d (%v)", *step.ApproverCount, *step.UncoveredUnitCount, step.UncoveredUnits, *step.SingleApproverUnitCount, step.SingleApproverUnits)
			}
			if again := status.NewView(snapshot.Build(key, o), revision(1), later).Chain(chain); !sameStatus(chain.Status, again) {
				t.Errorf("an hour later, with nothing changed, it is\n%v\nand was\n%v", again, chain.Status)
			}
		})
	}
}

func TestAChainOfNoOrganization(t *testing.T) {
	o := objects()
	o.Chains = []v1alpha1.ApprovalChain{offers()}
	o.Organization = nil
	got := status.NewView(snapshot.Build(key, o), failed(&status.Outcome{}), first).Chain(&o.Chains[0])
	if covered := condition(got.Conditions, v1alpha1.ConditionCovered); covered != "Unknown OrganizationNotResolved@1 08:00" || got.Steps != nil {
		t.Errorf("Covered is %s, the steps are %v", covered, got.Steps)
	}
}

func TestLargeChainsStayWithinTheBounds(t *testing.T) {
	o := objects()
	for i := range 400 {
		unit := v1alpha1.Unit{Name: v1alpha1.Name(fmt.Sprintf("%s-%03d", strings.Repeat("u", 50), i)), Parent: "all"}
		o.Structures[0].Spec.Units = append(o.Structures[0].Spec.Units, unit)
	}
	o.Assignments = nil
	o.Chains = []v1alpha1.ApprovalChain{offers()}
	got := status.NewView(snapshot.Build(key, o), revision(1), first).Chain(&o.Chains[0])
	if *got.Steps[0].UncoveredUnitCount != 402 || len(got.Steps[0].UncoveredUnits) != 16 {
		t.Errorf("%d are uncovered and %d are named", *got.Steps[0].UncoveredUnitCount, len(got.Steps[0].UncoveredUnits))
	}
	if c := meta.FindStatusCondition(got.Conditions, v1alpha1.ConditionCovered); !strings.HasSuffix(c.Message, "and 399 more") || len(c.Message) > 1024 {
		t.Errorf("it says %q", c.Message)
	}
}
