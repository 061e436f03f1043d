// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// ofEveryKind are objects of every kind of an organization.
func ofEveryKind() *intake.Members {
	o := objects()
	o.Groups = []v1alpha1.UserGroup{{ObjectMeta: named("night", 1), Spec: v1alpha1.UserGroupSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name}, Members: []v1alpha1.UserID{"anna"},
		Grants: []v1alpha1.Grant{{Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Everywhere: &yes}}},
	}}}
	o.Structures[0].Spec.UnitGroups = []v1alpha1.UnitGroup{{Name: "pilots", Units: []v1alpha1.UnitReference{"north"}}}
	o.Chains = []v1alpha1.ApprovalChain{offers()}
	return o
}

// conditionsOf returns the conditions of the first object of each kind.
var conditionsOf = map[string]func(*status.View, *intake.Members) []metav1.Condition{
	"Organization": func(v *status.View, o *intake.Members) []metav1.Condition {
		return v.Organization(o.Organization).Conditions
	},
	"OrganizationStructure": func(v *status.View, o *intake.Members) []metav1.Condition {
		return v.Structure(&o.Structures[0]).Conditions
	},
	"Role": func(v *status.View, o *intake.Members) []metav1.Condition { return v.Role(&o.Roles[0]).Conditions },
	"UserAssignment": func(v *status.View, o *intake.Members) []metav1.Condition {
		return v.Assignment(o.Assignments[0]).Conditions
	},
	"UserGroup":     func(v *status.View, o *intake.Members) []metav1.Condition { return v.Group(&o.Groups[0]).Conditions },
	"ApprovalChain": func(v *status.View, o *intake.Members) []metav1.Condition { return v.Chain(&o.Chains[0]).Conditions },
}

// TestResolvedRefsOfEveryKind: of each kind one object refers to something that is missing, and only that one says so.
func TestResolvedRefsOfEveryKind(t *testing.T) {
	all := "Organization OrganizationStructure Role UserAssignment UserGroup ApprovalChain"
	for name, c := range map[string]struct {
		change       func(*intake.Members)
		kinds        string
		reason, says string
	}{
		"nothing": {func(*intake.Members) {}, "", "", ""},
		"feature": {func(o *intake.Members) { o.Organization.Spec.Features = []v1alpha1.Name{"export"} }, "Organization", "UnknownFeature", "export"},
		"plan":    {func(o *intake.Members) { o.Organization.Spec.Plan = "gold" }, "Organization", "UnknownPlan", "gold"},
		"default grant": {func(o *intake.Members) {
			o.Organization.Spec.DefaultGrants = []v1alpha1.Grant{{Name: "employee", RoleRef: v1alpha1.RoleReference{Name: "employee"}, Scope: &v1alpha1.Scope{Everywhere: &yes}}}
		}, "Organization", "UnknownRole", "spec.defaultGrants[employee].roleRef"},
		"unit of a group": {func(o *intake.Members) { o.Structures[0].Spec.UnitGroups[0].Units[0] = "nowhere" }, "OrganizationStructure", "UnknownUnit", "nowhere"},
		"qualifier":       {func(o *intake.Members) { o.Roles[0].Spec.Rules[0].Qualifiers = []v1alpha1.Name{"own"} }, "Role", "UnknownQualifier", "own"},
		"inherited role": {func(o *intake.Members) {
			o.Roles[0].Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: v1alpha1.RoleReference{Name: "nobody"}}}
		}, "Role", "UnknownRole", "nobody"},
		"role of a user":  {func(o *intake.Members) { o.Assignments[0].Spec.Grants[0].RoleRef.Name = "head" }, "UserAssignment", "UnknownRole", "spec.grants[clerk].roleRef"},
		"unit of a user":  {func(o *intake.Members) { o.Assignments[0].Spec.Profile.HomeUnit = "nowhere" }, "UserAssignment", "UnknownUnit", "nowhere"},
		"role of a group": {func(o *intake.Members) { o.Groups[0].Spec.Grants[0].RoleRef.Name = "head" }, "UserGroup", "UnknownRole", "head"},
		"role of a chain": {func(o *intake.Members) { o.Chains[0].Spec.Steps[0].Approvers[0].Role.RoleRef.Name = "head" }, "ApprovalChain", "UnknownRole", "head"},
		"group of a chain": {func(o *intake.Members) {
			o.Chains[0].Spec.Steps[0].Approvers[0] = v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: "day"}}
		}, "ApprovalChain", "UnknownUserGroup", "day"},
		"role of all":              {func(o *intake.Members) { o.Roles = o.Roles[:0:0] }, "UserAssignment UserGroup ApprovalChain", "UnknownRole", "clerk"},
		"catalog":                  {func(o *intake.Members) { o.Catalog = nil }, all, "UnknownCatalog", "orders"},
		"a manager who is no user": {func(o *intake.Members) { o.Assignments[0].Spec.Profile.Manager = "nobody" }, "", "", ""},
		"an unknown type":          {func(o *intake.Members) { o.Chains[0].Spec.Steps[0].Approvers[0].Type = "Oracle" }, "", "", ""},
		"an empty expression":      {func(o *intake.Members) { o.Chains[0].Spec.When = "(" }, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := ofEveryKind()
			c.change(o)
			outcome := revision(1)
			if o.Catalog == nil {
				outcome = failed(outcome)
			}
			view := status.NewView(snapshot.Build(key, o), outcome, first)
			for kind, of := range conditionsOf {
				if kind == "Role" && len(o.Roles) == 0 {
					continue
				}
				want := "True ResolvedRefs@1 08:00"
				if strings.Contains(" "+c.kinds+" ", " "+kind+" ") {
					want = "False " + c.reason + "@1 08:00"
				}
				found := of(view, o)
				if got := condition(found, v1alpha1.ConditionResolvedRefs); got != want {
					t.Errorf("%s: it is %s, want %s", kind, got, want)
				}
				if message := meta.FindStatusCondition(found, v1alpha1.ConditionResolvedRefs).Message; strings.HasPrefix(want, "False") && !strings.Contains(message, c.says) {
					t.Errorf("%s says %q, want %q in it", kind, message, c.says)
				}
			}
		})
	}
}

func TestResolvedRefsOfThePlatform(t *testing.T) {
	o := platform(platformGrant("auditor", &v1alpha1.OrganizationSelector{All: &yes}))
	view := status.NewPlatformView(o, first)
	for i, want := range []string{"True ResolvedRefs@1 08:00", "True ResolvedRefs@1 08:00", "False UnknownCatalog@1 08:00"} {
		if got := condition(view.Role(&o.Roles[i]).Conditions, v1alpha1.ConditionResolvedRefs); got != want {
			t.Errorf("role %s: it is %s, want %s", o.Roles[i].Name, got, want)
		}
	}
	for role, want := range map[string]string{"auditor": "True ResolvedRefs@1 08:00", "nobody": "False UnknownRole@1 08:00"} {
		o := platform(platformGrant(role, &v1alpha1.OrganizationSelector{All: &yes}))
		if got := condition(status.NewPlatformView(o, first).Assignment(&o.Assignments[0]).Conditions, v1alpha1.ConditionResolvedRefs); got != want {
			t.Errorf("a grant of %s: it is %s, want %s", role, got, want)
		}
	}
}
