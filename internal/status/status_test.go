// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

var (
	first = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	later = first.Add(time.Hour)
	key   = snapshot.Key{Namespace: "town", Name: "clinic"}
	yes   = true
)

func named(name string, generation int64) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: key.Namespace, Name: name, UID: types.UID(name), Generation: generation}
}

// objects are an organization with one role and one user, and nothing wrong.
func objects() *intake.Members {
	return &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: named(key.Name, 1), Spec: v1alpha1.OrganizationSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: "orders"},
		}},
		Structures: []v1alpha1.OrganizationStructure{{ObjectMeta: named("sites", 1), Spec: v1alpha1.OrganizationStructureSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name},
			Units:           []v1alpha1.Unit{{Name: "all"}, {Name: "north", Parent: "all"}},
		}}},
		Catalog: &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "orders", Generation: 1}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "orders"}},
			Permissions: []v1alpha1.Permission{{Name: "view", Section: "orders"}, {Name: "approve", Section: "orders"}},
		}},
		Roles: []v1alpha1.Role{{ObjectMeta: named("clerk", 1), Spec: v1alpha1.RoleSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name},
			RoleDefinition:  v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"orders"}}}},
		}}},
		Assignments: []*v1alpha1.UserAssignment{{ObjectMeta: named("anna", 1), Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: key.Name}, User: "anna",
			Grants: []v1alpha1.Grant{{Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Everywhere: &yes}}},
		}}},
	}
}

func revision(n int64) *status.Outcome {
	return &status.Outcome{Publication: &v1alpha1.Publication{ConfigMapName: "clinic-permissions", Revision: n}}
}

func failed(outcome *status.Outcome) *status.Outcome {
	outcome.Problem = &status.Problem{Reason: status.ReasonTooLarge, Message: "too much"}
	return outcome
}

func sameStatus(a, b any) bool { return equality.Semantic.DeepEqual(a, b) }

func condition(conditions []metav1.Condition, conditionType string) string {
	c := meta.FindStatusCondition(conditions, conditionType)
	if c == nil {
		return "none"
	}
	return fmt.Sprintf("%s %s@%d %s", c.Status, c.Reason, c.ObservedGeneration, c.LastTransitionTime.UTC().Format("15:04"))
}

func TestStatusesAreTheSameWhenComputedAgain(t *testing.T) {
	o := objects()
	o.Roles[0].Spec.Rules[0].Qualifiers = []v1alpha1.Name{"unknown"}
	for range 2 {
		view := status.NewView(snapshot.Build(key, o), revision(1), first)
		o.Organization.Status, o.Roles[0].Status, o.Assignments[0].Status =
			view.Organization(o.Organization), view.Role(&o.Roles[0]), view.Assignment(o.Assignments[0])
		o.Catalog.Status = (&status.CatalogView{Organizations: 1, Now: first}).Catalog(o.Catalog)
	}
	view := status.NewView(snapshot.Build(key, o), revision(1), later)
	for kind, pair := range map[string][2]any{
		"Organization":      {o.Organization.Status, view.Organization(o.Organization)},
		"Role":              {o.Roles[0].Status, view.Role(&o.Roles[0])},
		"UserAssignment":    {o.Assignments[0].Status, view.Assignment(o.Assignments[0])},
		"PermissionCatalog": {o.Catalog.Status, (&status.CatalogView{Organizations: 1, Now: later}).Catalog(o.Catalog)},
	} {
		if !sameStatus(pair[0], pair[1]) {
			t.Errorf("%s: an hour later, with nothing changed, it is\n%v\nand was\n%v", kind, pair[1], pair[0])
		}
	}
}

func TestPublishedOfAnAssignment(t *testing.T) {
	for _, test := range []struct {
		name   string
		before *status.Outcome
		change func(*intake.Members)
		after  *status.Outcome
		want   string
		says   string
	}{
		{"another's change leaves it alone", revision(1), func(o *intake.Members) { o.Organization.Generation = 2 }, revision(2),
			"True Published@1 08:00", "revision 1"},
		{"its own change names the new revision", revision(1), func(o *intake.Members) { o.Assignments[0].Generation = 2 }, revision(2),
			"True Published@2 08:00", "revision 2"},
		{"its effect changed with its role", revision(1), func(o *intake.Members) {
			o.Roles[0].Spec.Rules[0] = v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{"view"}}
		}, revision(2), "True Published@1 08:00", "revision 2"},
		{"readers still see it when another's change does not fit", revision(1), func(*intake.Members) {}, failed(revision(1)),
			"True Published@1 08:00", "revision 1"},
		{"readers do not see its own change when that does not fit", revision(1), func(o *intake.Members) { o.Assignments[0].Generation = 2 }, failed(revision(1)),
			"False TooLarge@2 09:00", "too much; revision 1 stays published"},
		{"readers see nothing", revision(1), func(*intake.Members) {}, failed(&status.Outcome{}),
			"False TooLarge@1 09:00", "too much; nothing is published"},
		{"it fits again", failed(revision(1)), func(*intake.Members) {}, revision(2),
			"True Published@1 09:00", "revision 2"},
		{"nothing can be said of what is not resolved", revision(1), func(o *intake.Members) { o.Catalog = nil }, failed(revision(1)),
			"False TooLarge@1 09:00", "revision 1 stays published"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := objects()
			anna := o.Assignments[0]
			anna.Status = status.NewView(snapshot.Build(key, o), test.before, first).Assignment(anna)
			test.change(o)
			got := status.NewView(snapshot.Build(key, o), test.after, later).Assignment(anna).Conditions
			if have := condition(got, v1alpha1.ConditionPublished); have != test.want {
				t.Errorf("got %s, want %s", have, test.want)
			}
			if message := meta.FindStatusCondition(got, v1alpha1.ConditionPublished).Message; !strings.Contains(message, test.says) {
				t.Errorf("the message is %q; it should say %q", message, test.says)
			}
		})
	}
}

func TestReadyOfAnOrganization(t *testing.T) {
	for _, test := range []struct {
		name       string
		change     func(*intake.Members)
		outcome    *status.Outcome
		want, says string
	}{
		{"nothing is wrong", func(*intake.Members) {}, revision(1), "True Resolved@1 08:00", "everything"},
		{"something is wrong elsewhere", func(o *intake.Members) { o.Assignments[0].Spec.Grants[0].RoleRef.Name = "nobody" }, revision(1),
			"True Resolved@1 08:00", "in other objects: 1 error in 1 object"},
		{"something is wrong with itself", func(o *intake.Members) { o.Organization.Spec.Features = []v1alpha1.Name{"magic"} }, revision(1),
			"False UnknownFeature@1 08:00", "spec.features[0]: "},
		{"it cannot be published", func(*intake.Members) {}, failed(revision(1)), "False TooLarge@1 08:00", "too much"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := objects()
			test.change(o)
			got := status.NewView(snapshot.Build(key, o), test.outcome, first).Organization(o.Organization)
			if have := condition(got.Conditions, v1alpha1.ConditionReady); have != test.want {
				t.Errorf("got %s, want %s", have, test.want)
			}
			if message := meta.FindStatusCondition(got.Conditions, v1alpha1.ConditionReady).Message; !strings.Contains(message, test.says) {
				t.Errorf("the message is %q; it should say %q", message, test.says)
			}
		})
	}
}

func TestReadyShowsWarningsAndNoInfo(t *testing.T) {
	o := objects()
	o.Assignments[0].Spec.Profile.Manager = "nobody"
	o.Catalog.Spec.Entitlements = []v1alpha1.Entitlement{{Name: "never-asked-for"}}
	o.Assignments[0].Spec.Grants[0].Entitlements = []v1alpha1.Name{"never-asked-for"}
	view := status.NewView(snapshot.Build(key, o), revision(1), first)
	ready := meta.FindStatusCondition(view.Assignment(o.Assignments[0]).Conditions, v1alpha1.ConditionReady)
	if ready.Status != metav1.ConditionTrue || !strings.Contains(ready.Message, `"never-asked-for"`) || strings.Contains(ready.Message, "nobody") {
		t.Errorf("got %s: %s", ready.Status, ready.Message)
	}
	if !slices.ContainsFunc(view.Organization(o.Organization).Findings, func(f v1alpha1.FindingStatus) bool { return f.Reason == "UnknownManager" }) {
		t.Error("the organization does not list what is worth knowing")
	}
}

func TestListsAreCutAtTheirBounds(t *testing.T) {
	o := objects()
	o.Catalog.Spec.Permissions = nil
	for i := range 600 {
		o.Catalog.Spec.Permissions = append(o.Catalog.Spec.Permissions,
			v1alpha1.Permission{Name: v1alpha1.PermissionName(fmt.Sprintf("p%d", 600-i)), Section: "orders"})
	}
	grants := o.Assignments[0].Spec.Grants
	for i := range 40 {
		unit := v1alpha1.Name(fmt.Sprintf("unit-%d", i))
		o.Structures[0].Spec.Units = append(o.Structures[0].Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
		grants = append(grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(unit), RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{unit}},
		})
	}
	for i := range 30 {
		grants = append(grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(fmt.Sprintf("nobody-%d", i)), RoleRef: v1alpha1.RoleReference{Name: fmt.Sprintf("nobody-%d", i)},
			Scope: &v1alpha1.Scope{Everywhere: &yes},
		})
	}
	o.Assignments[0].Spec.Grants = grants
	view := status.NewView(snapshot.Build(key, o), revision(1), first)

	role := view.Role(&o.Roles[0])
	if len(role.Permissions) != 256 || *role.OmittedPermissionCount != 344 || *role.PermissionCount != 600 || role.Permissions[0].Name != "p600" {
		t.Errorf("the role lists %d permissions from %s, leaves out %d of %d",
			len(role.Permissions), role.Permissions[0].Name, *role.OmittedPermissionCount, *role.PermissionCount)
	}
	assignment, listed := view.Assignment(o.Assignments[0]), 0
	for _, scope := range assignment.Effective {
		if len(scope.Permissions) > 256 {
			t.Errorf("scope %v lists %d permissions", scope.Scope, len(scope.Permissions))
		}
		listed += len(scope.Permissions)
	}
	if len(assignment.Effective) > 64 || listed != 512 || int(*assignment.OmittedPermissionCount) != 41*600-512 {
		t.Errorf("the assignment lists %d permissions in %d scopes and leaves out %d", listed, len(assignment.Effective), *assignment.OmittedPermissionCount)
	}
	if n := utf8.RuneCountInString(assignment.Summary); n > 256 || !strings.HasSuffix(assignment.Summary, " more") {
		t.Errorf("the summary has %d characters: %s", n, assignment.Summary)
	}
	organization := view.Organization(o.Organization)
	if len(organization.Findings) != 20 || *organization.OmittedFindingCount != 12 {
		t.Errorf("the organization lists %d findings and leaves out %d", len(organization.Findings), *organization.OmittedFindingCount)
	}
}

func TestLongAlternativesDoNotMakeAStatusTooLarge(t *testing.T) {
	o := objects()
	o.Catalog.Spec.Permissions = nil
	for i := range 256 {
		o.Catalog.Spec.Permissions = append(o.Catalog.Spec.Permissions,
			v1alpha1.Permission{Name: v1alpha1.PermissionName(fmt.Sprintf("p%d", i)), Section: "orders"})
	}
	o.Roles[0].Spec.Rules = nil
	for i := range 32 {
		rule := v1alpha1.Rule{Sections: []v1alpha1.SectionSelector{"orders"}}
		for j := range 16 {
			o.Catalog.Spec.Entitlements = append(o.Catalog.Spec.Entitlements, v1alpha1.Entitlement{Name: v1alpha1.Name(fmt.Sprintf("%s-%d-%d", strings.Repeat("e", 50), i, j))})
			rule.RequiredEntitlements = append(rule.RequiredEntitlements, v1alpha1.Name(fmt.Sprintf("%s-%d-%d", strings.Repeat("e", 50), i, j)))
		}
		o.Roles[0].Spec.Rules = append(o.Roles[0].Spec.Rules, rule)
	}
	role := status.NewView(snapshot.Build(key, o), revision(1), first).Role(&o.Roles[0])
	size := 0
	for _, permission := range role.Permissions {
		if len(permission.Alternatives) > 32 {
			t.Errorf("%s has %d alternatives", permission.Name, len(permission.Alternatives))
		}
		for _, alternative := range permission.Alternatives {
			for _, name := range alternative.RequiredEntitlements {
				size += len(name)
			}
		}
	}
	if size > 256<<10 || len(role.Permissions)+int(*role.OmittedPermissionCount) != 256 {
		t.Errorf("%d permissions with %d bytes of alternatives, %d left out", len(role.Permissions), size, *role.OmittedPermissionCount)
	}
}

func TestDeniedPermissionsAreListedWhereTheyAreDenied(t *testing.T) {
	o := objects()
	o.Assignments[0].Spec.Overrides = []v1alpha1.Override{
		{Name: "no-approving", Permission: "approve", Effect: v1alpha1.EffectDeny, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"north"}}},
	}
	effective := status.NewView(snapshot.Build(key, o), revision(1), first).Assignment(o.Assignments[0]).Effective
	want := v1alpha1.EffectiveScope{
		Scope:             v1alpha1.ObservedScope{Units: []v1alpha1.Observed{"north"}},
		From:              []v1alpha1.EffectiveSource{{Kind: "UserAssignment", Name: "anna", OverrideName: "no-approving"}},
		DeniedPermissions: []v1alpha1.Observed{"approve"},
	}
	if !slices.ContainsFunc(effective, func(s v1alpha1.EffectiveScope) bool { return sameStatus(s, want) }) {
		t.Errorf("approve is not denied in north: %+v", effective)
	}
}

func TestSummary(t *testing.T) {
	for want, spec := range map[string]v1alpha1.UserAssignmentSpec{
		"no grants":            {},
		"suspended: no grants": {State: v1alpha1.UserSuspended},
		"clerk on north, group pilots; head everywhere; clerk nowhere": {Grants: []v1alpha1.Grant{
			{Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"north"}, UnitGroups: []v1alpha1.Name{"pilots"}}},
			{Name: "head", RoleRef: v1alpha1.RoleReference{Name: "head"}, Scope: &v1alpha1.Scope{Everywhere: &yes}},
			{Name: "clerk-nowhere", RoleRef: v1alpha1.RoleReference{Name: "clerk"}},
		}},
		"head everywhere from 2020-01-01 until 2021-06-30T12:00:00Z": {Grants: []v1alpha1.Grant{{
			Name: "head", RoleRef: v1alpha1.RoleReference{Name: "head"}, Scope: &v1alpha1.Scope{Everywhere: &yes},
			Window: v1alpha1.Window{
				StartTime: &metav1.Time{Time: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
				EndTime:   &metav1.Time{Time: time.Date(2021, 6, 30, 14, 0, 0, 0, time.FixedZone("", 7200))},
			},
		}}},
		"view on north; not approve everywhere": {Overrides: []v1alpha1.Override{
			{Name: "view", Permission: "view", Effect: v1alpha1.EffectAllow, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"north"}}},
			{Name: "no-approving", Permission: "approve", Effect: v1alpha1.EffectDeny},
		}},
	} {
		o := objects()
		o.Assignments[0].Spec = spec
		if got := status.NewView(snapshot.Build(key, o), revision(1), first).Assignment(o.Assignments[0]).Summary; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
