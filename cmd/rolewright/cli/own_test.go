// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// soundOwn returns an assignment whose status says all.
func soundOwn() v1alpha1.UserAssignment {
	everywhere, a := true, v1alpha1.UserAssignment{}
	a.Namespace, a.Name, a.Generation = "town", "ann", 2
	a.Spec.OrganizationRef.Name, a.Spec.User = "acme", "ann"
	a.Status = v1alpha1.UserAssignmentStatus{
		ObservedGeneration: 2, State: v1alpha1.UserActive,
		Conditions: []metav1.Condition{{
			Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, ObservedGeneration: 2, Message: "readers see this as of revision 7",
		}},
		Effective: []v1alpha1.EffectiveScope{{
			Scope:       v1alpha1.ObservedScope{Everywhere: &everywhere},
			Permissions: []v1alpha1.EffectivePermission{{Name: "orders.view"}},
		}},
	}
	return a
}

// TestDoubt: what a status does not say is not taken for nothing.
func TestDoubt(t *testing.T) {
	count := int32(3)
	for name, c := range map[string]struct {
		change func(*v1alpha1.UserAssignment)
		says   string
	}{
		"it is sound":      {func(*v1alpha1.UserAssignment) {}, ""},
		"nobody looked":    {func(a *v1alpha1.UserAssignment) { a.Status = v1alpha1.UserAssignmentStatus{} }, "has not observed it yet"},
		"no condition":     {func(a *v1alpha1.UserAssignment) { a.Status.Conditions = nil }, "has not observed it yet"},
		"it was changed":   {func(a *v1alpha1.UserAssignment) { a.Generation = 3 }, "it was changed"},
		"published before": {func(a *v1alpha1.UserAssignment) { a.Status.Conditions[0].ObservedGeneration = 1 }, "it was changed"},
		"not published":    {func(a *v1alpha1.UserAssignment) { a.Status.Conditions[0].Status = metav1.ConditionFalse }, "readers do not see it"},
		"unknown":          {func(a *v1alpha1.UserAssignment) { a.Status.Conditions[0].Status = metav1.ConditionUnknown }, "readers do not see it"},
		"cut short":        {func(a *v1alpha1.UserAssignment) { a.Status.OmittedPermissionCount = &count }, "3 more permissions not listed"},
		"roles cut short": {func(a *v1alpha1.UserAssignment) {
			a.Status.Detail, a.Status.OmittedRoleCount = v1alpha1.DetailRoles, &count
		}, "3 more roles not listed"},
		"by roles": {func(a *v1alpha1.UserAssignment) {
			a.Status.Detail = v1alpha1.DetailRoles
			a.Status.Effective[0].Permissions = nil
			a.Status.Effective[0].Roles = []v1alpha1.EffectiveRole{{RoleRef: v1alpha1.ObservedRole{Name: "clerk"}}}
		}, ""},
		"units cut short": {func(a *v1alpha1.UserAssignment) { a.Status.Effective[0].Scope.OmittedUnitCount = &count }, "not every unit"},
		"values cut short": {func(a *v1alpha1.UserAssignment) {
			a.Status.Effective[0].Scope.Dimensions = []v1alpha1.ObservedDimension{{Name: "d", OmittedValueCount: &count}}
		}, "not every unit or value"},
	} {
		a := soundOwn()
		c.change(&a)
		got := doubt(&a)
		if got == "" != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", name, got)
		}
		var errOut bytes.Buffer
		err := (&ownAssignments{user: "ann"}).doubts([]v1alpha1.UserAssignment{a}, &errOut)
		if (err == nil) != (c.says == "") || err == errNo || err != nil && !strings.Contains(err.Error(), c.says) { //nolint:errorlint // It is that one.
			t.Errorf("%s: the command ends with %v", name, err)
		}
		if !strings.Contains(errOut.String(), "prohibitions of the catalog may refuse") {
			t.Errorf("%s: it says %q", name, errOut.String())
		}
	}
}

// TestNothingHeldIsAnAnswer: of a sound status that lists nothing, the answer is no, unless there may be others.
func TestNothingHeldIsAnAnswer(t *testing.T) {
	a := soundOwn()
	a.Status.Effective = nil
	shown := []v1alpha1.UserAssignment{a}
	var errOut bytes.Buffer
	if err := (&ownAssignments{}).doubts(shown, &errOut); err != errNo { //nolint:errorlint // It is that one.
		t.Errorf("it ends with %v", err)
	}
	if err := (&ownAssignments{incomplete: "webhook authorizer"}).doubts(shown, &errOut); err == nil || !strings.Contains(err.Error(), "webhook authorizer") {
		t.Errorf("it ends with %v", err)
	}
}

// TestLatest: of several assignments in an organization, one whose status says all is shown; other organizations are shown beside.
func TestLatest(t *testing.T) {
	stale, sound, elsewhere := soundOwn(), soundOwn(), soundOwn()
	stale.Name, stale.Generation = "aaa", 9
	elsewhere.Name, elsewhere.Spec.OrganizationRef.Name = "else", "ajax"
	for _, all := range [][]v1alpha1.UserAssignment{{stale, sound, elsewhere}, {elsewhere, sound, stale}} {
		var names []string
		latest := (&ownAssignments{assignments: all}).latest()
		for i := range latest {
			names = append(names, latest[i].Name)
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"ann", "else"}) {
			t.Errorf("shown are %v", names)
		}
	}
}

func TestReadableNames(t *testing.T) {
	rule := func(group, resource, verb string, names ...string) authorizationv1.ResourceRule {
		return authorizationv1.ResourceRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}, ResourceNames: names}
	}
	got := readableNames([]authorizationv1.ResourceRule{
		rule("rolewright.dev", "userassignments", "get", "b", "a"), rule("*", "*", "*", "c", "a"),
		rule("rolewright.dev", "userassignments", "watch", "no-get"), rule("rolewright.dev", "roles", "get", "role"),
		rule("other.example", "userassignments", "get", "other"), rule("rolewright.dev", "userassignments/status", "get", "status"),
		rule("rolewright.dev", "userassignments", "get"),
	})
	if !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("they are %v", got)
	}
}

// TestOwnRows: what is not in force is not shown, and what is denied is.
func TestOwnRows(t *testing.T) {
	a := soundOwn()
	until := metav1.NewTime(time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC))
	entry := &a.Status.Effective[0]
	entry.EndTime = &until
	entry.DeniedPermissions = []v1alpha1.Observed{"orders.delete"}
	entry.Permissions[0].Alternatives = []v1alpha1.PermissionAlternative{{Qualifiers: []v1alpha1.Observed{"own", "open"}}, {Qualifiers: []v1alpha1.Observed{"late"}}}
	entry.From = []v1alpha1.EffectiveSource{{Kind: "UserAssignment", Name: "ann", GrantName: "clerk", RoleRef: &v1alpha1.ObservedRole{Name: "clerk"}}}
	rows := ownRows(&a, entry, until.Add(-time.Second))
	want := []ownRow{
		{"acme", "orders.view", "own+open|late", "everywhere", "2030-06-01T00:00:00Z", "clerk", "UserAssignment/ann grants[clerk]"},
		{"acme", "orders.delete", denied, "everywhere", "2030-06-01T00:00:00Z", "clerk", "UserAssignment/ann grants[clerk]"},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("they are %+v", rows)
	}
	byRole := v1alpha1.EffectiveScope{Scope: entry.Scope, Roles: []v1alpha1.EffectiveRole{
		{RoleRef: v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"}, From: entry.From}, {RoleRef: v1alpha1.ObservedRole{Kind: "PlatformRole", Name: "desk"}},
	}}
	want = []ownRow{
		{"acme", "those of role clerk", inRoleStatus, "everywhere", "", "clerk", "UserAssignment/ann grants[clerk]"},
		{"acme", "those of role PlatformRole/desk", inRoleStatus, "everywhere", "", "", ""},
	}
	if rows := ownRows(&a, &byRole, until.Time); !slices.Equal(rows, want) {
		t.Errorf("by roles they are %+v", rows)
	}
	if late := ownRows(&a, entry, until.Time); len(late) != 0 {
		t.Errorf("at the end they are %+v", late)
	}
}
