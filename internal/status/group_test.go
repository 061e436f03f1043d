// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// night is a group of two who are clerks in the north.
func night() v1alpha1.UserGroup {
	return v1alpha1.UserGroup{ObjectMeta: named("night", 1), Spec: v1alpha1.UserGroupSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name}, Members: []v1alpha1.UserID{"anna", "bert"},
		Grants: []v1alpha1.Grant{{Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"north"}}}},
	}}
}

func TestGroup(t *testing.T) {
	o := objects()
	o.Groups = []v1alpha1.UserGroup{night()}
	group := &o.Groups[0]
	group.Status = status.NewView(snapshot.Build(key, o), revision(1), first).Group(group)
	if *group.Status.MemberCount != 2 || group.Status.Summary != "clerk on north" {
		t.Errorf("%d members, %q", *group.Status.MemberCount, group.Status.Summary)
	}
	for kind, want := range map[string]string{
		v1alpha1.ConditionReady: "True Resolved@1 08:00", v1alpha1.ConditionPublished: "True Published@1 08:00",
	} {
		if got := condition(group.Status.Conditions, kind); got != want {
			t.Errorf("%s is %s, want %s", kind, got, want)
		}
	}
	if again := status.NewView(snapshot.Build(key, o), revision(2), later).Group(group); !equality.Semantic.DeepEqual(group.Status, again) {
		t.Errorf("with nothing of the group changed it is\n%v\nand was\n%v", again, group.Status)
	}
	group.Spec.Grants[0].RoleRef.Name = "nobody"
	group.Generation = 2
	got := status.NewView(snapshot.Build(key, o), revision(2), later).Group(group).Conditions
	if ready := condition(got, v1alpha1.ConditionReady); ready != "False UnknownRole@2 09:00" {
		t.Errorf("Ready is %s", ready)
	}
	if message := meta.FindStatusCondition(got, v1alpha1.ConditionPublished).Message; !strings.Contains(message, "revision 2") {
		t.Errorf("Published says %q", message)
	}
}

func TestLargeGroupsStayWithinTheBounds(t *testing.T) {
	o := objects()
	o.Structures[0].Spec.Constraints = []v1alpha1.Constraint{{Name: "one", Enforcement: v1alpha1.Enforce, Type: v1alpha1.ConstraintHolders, Holders: &v1alpha1.Holders{
		RoleRef: v1alpha1.RoleReference{Name: "clerk"}, AtMost: new(int32),
	}}}
	for i := range 40 {
		group := night()
		group.Name = fmt.Sprintf("group-%d", i)
		group.Spec.Members = nil
		for j := range 1000 {
			group.Spec.Members = append(group.Spec.Members, v1alpha1.UserID(fmt.Sprintf("%d-%s", j, strings.Repeat("u", 240))))
		}
		for j := range 63 {
			group.Spec.Grants = append(group.Spec.Grants, v1alpha1.Grant{
				Name: v1alpha1.EntryName(fmt.Sprintf("g%d", j)), RoleRef: v1alpha1.RoleReference{Name: strings.Repeat("n", 253)},
			})
		}
		if i > 0 {
			group.Spec.Members = group.Spec.Members[:2]
		}
		o.Groups = append(o.Groups, group)
	}
	view := status.NewView(snapshot.Build(key, o), revision(1), first)
	group, organization := view.Group(&o.Groups[0]), view.Organization(o.Organization)
	if *group.MemberCount != 1000 || utf8.RuneCountInString(group.Summary) > 256 {
		t.Errorf("%d members, %q", *group.MemberCount, group.Summary)
	}
	for _, c := range append(group.Conditions, organization.Conditions...) {
		if n := utf8.RuneCountInString(c.Message); n > 32768 {
			t.Errorf("the message of %s has %d characters", c.Type, n)
		}
	}
	if len(organization.Findings) != 20 || *organization.OmittedFindingCount < 100 {
		t.Errorf("%d findings, %d left out", len(organization.Findings), *organization.OmittedFindingCount)
	}
	for _, finding := range organization.Findings {
		if n := utf8.RuneCountInString(finding.Message); n > 2048 {
			t.Errorf("a message has %d characters", n)
		}
	}
}

func TestStatusesChangeWithTheClockAlone(t *testing.T) {
	o := objects()
	end := metav1.NewTime(first.Add(30 * 24 * time.Hour))
	o.Assignments[0].Spec.Grants[0].EndTime = &end
	o.Structures[0].Spec.Constraints = []v1alpha1.Constraint{{Name: "none", Enforcement: v1alpha1.Enforce, Type: v1alpha1.ConstraintHolders, Holders: &v1alpha1.Holders{
		RoleRef: v1alpha1.RoleReference{Name: "clerk"}, AtMost: new(int32),
	}}}
	o.Structures[0].Spec.Waivers = []v1alpha1.Waiver{{
		Name: "summer", ConstraintRef: v1alpha1.ConstraintReference{Name: "none"}, AllUsers: &yes, Owner: "hugh", Reason: "nobody else is there", EndTime: metav1.NewTime(first.Add(24 * time.Hour)),
	}}
	taken := snapshot.Build(key, o)
	for _, test := range []struct {
		at                  time.Time
		assignment, finding string
		until               time.Time
	}{
		{first, "True Resolved@1 08:00", "ConstraintWaived", first.Add(24 * time.Hour)},
		{first.Add(24*time.Hour - 1), "True Resolved@1 07:59", "ConstraintWaived", first.Add(24 * time.Hour)},
		{first.Add(24 * time.Hour), "False TooManyHolders@1 08:00", "WaiverExpired", time.Time{}},
	} {
		view := status.NewView(taken, revision(1), test.at)
		if got := condition(view.Assignment(o.Assignments[0]).Conditions, v1alpha1.ConditionReady); got != test.assignment {
			t.Errorf("at %v the assignment is %s, want %s", test.at, got, test.assignment)
		}
		var reasons []string
		for _, finding := range view.Organization(o.Organization).Findings {
			reasons = append(reasons, finding.Reason)
		}
		if !strings.Contains(strings.Join(reasons, " "), test.finding) {
			t.Errorf("at %v the organization lists %v, which lacks %s", test.at, reasons, test.finding)
		}
		if until := taken.FindingsAt(test.at).Until; !until.Equal(test.until) {
			t.Errorf("at %v others may be found from %v, want %v", test.at, until, test.until)
		}
	}
}
