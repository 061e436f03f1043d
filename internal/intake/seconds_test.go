// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// TestEverySecondObjectIsLookedAt: if the second of several objects changes, everything may differ.
func TestEverySecondObjectIsLookedAt(t *testing.T) {
	two := func() *intake.Members {
		m := members()
		m.Structures = append(m.Structures, v1alpha1.OrganizationStructure{ObjectMeta: stored("sites-2")})
		m.Roles = append(m.Roles, v1alpha1.Role{ObjectMeta: stored("nurse-2")})
		m.Groups = append(m.Groups, v1alpha1.UserGroup{ObjectMeta: stored("night-2")})
		m.Chains = append(m.Chains, v1alpha1.ApprovalChain{ObjectMeta: stored("leave-2")})
		m.PlatformRoles = append(m.PlatformRoles, v1alpha1.PlatformRole{ObjectMeta: stored("support-2")})
		m.PlatformAssignments = append(m.PlatformAssignments, v1alpha1.PlatformAssignment{ObjectMeta: stored("una-2")})
		return m
	}
	before, _ := intake.Read(nil, "town", "clinic", two())
	if _, difference := intake.Read(before, "town", "clinic", two()); !difference.IsEmpty() {
		t.Errorf("what is the same differs by %v", difference)
	}
	for kind, change := range map[string]func(*intake.Members){
		"structure":           func(m *intake.Members) { m.Structures[1].Generation++ },
		"role":                func(m *intake.Members) { m.Roles[1].Generation++ },
		"group":               func(m *intake.Members) { m.Groups[1].Generation++ },
		"chain":               func(m *intake.Members) { m.Chains[1].Generation++ },
		"platform role":       func(m *intake.Members) { m.PlatformRoles[1].Generation++ },
		"platform assignment": func(m *intake.Members) { m.PlatformAssignments[1].Generation++ },
	} {
		changed := two()
		change(changed)
		if _, difference := intake.Read(before, "town", "clinic", changed); difference.OnlyUsers() {
			t.Errorf("another %s: the difference is %v", kind, difference)
		}
	}
}

// TestEmptyMembers: any object that belongs to an organization is something to speak of.
func TestEmptyMembers(t *testing.T) {
	all := members()
	for name, m := range map[string]*intake.Members{
		"organization": {Organization: all.Organization}, "structure": {Structures: all.Structures}, "role": {Roles: all.Roles},
		"assignment": {Assignments: all.Assignments}, "group": {Groups: all.Groups}, "chain": {Chains: all.Chains},
	} {
		if m.Empty() {
			t.Errorf("an organization with one %s is empty", name)
		}
	}
	if !(&intake.Members{Catalog: all.Catalog, PlatformRoles: all.PlatformRoles, PlatformAssignments: all.PlatformAssignments}).Empty() {
		t.Error("an organization of which there is nothing is not empty")
	}
}

// TestKeysThatConfigMapsGet, and those that they do not.
func TestKeysThatConfigMapsGet(t *testing.T) {
	publishing := &v1alpha1.Publishing{}
	written := map[string]string{
		"team": "x", "example.com/team": "y", "app.kubernetes.io/managed-by": "me", "rolewright.dev/organization": "z", "not a key": "w",
	}
	publishing.Labels, publishing.Annotations = map[string]v1alpha1.LabelValue{}, map[string]v1alpha1.AnnotationValue{}
	for key, value := range written {
		publishing.Labels[key], publishing.Annotations[key] = v1alpha1.LabelValue(value), v1alpha1.AnnotationValue(value)
	}
	want := map[string]string{"team": "x", "example.com/team": "y"}
	var unusable []string
	for field, keys := range map[string]func(*v1alpha1.Publishing) (map[string]string, []string){"annotations": intake.Annotations, "labels": intake.Labels} {
		got, wrong := keys(publishing)
		fields := []string{
			"spec.publishing." + field + "[app.kubernetes.io/managed-by]", "spec.publishing." + field + "[not a key]",
			"spec.publishing." + field + "[rolewright.dev/organization]",
		}
		if !maps.Equal(got, want) || !slices.Equal(wrong, fields) {
			t.Errorf("%s are %v and not %v", field, got, wrong)
		}
		if got, wrong := keys(nil); got != nil || wrong != nil {
			t.Errorf("%s nobody wrote are %v and not %v", field, got, wrong)
		}
		unusable = append(unusable, fields...)
	}
	slices.Sort(unusable)
	organization := &v1alpha1.Organization{Spec: v1alpha1.OrganizationSpec{Publishing: publishing}}
	if got := slices.Sorted(slices.Values(intake.Organization(organization).Unusable)); !slices.Equal(got, unusable) {
		t.Errorf("the fields %v are of no use; want %v", got, unusable)
	}
}

// TestOrganizationsThatAreSelected by a grant of the platform.
func TestOrganizationsThatAreSelected(t *testing.T) {
	all := true
	for name, c := range map[string]struct {
		selector          *v1alpha1.OrganizationSelector
		unselected, picks bool
	}{
		"not at all":   {nil, true, false},
		"no selector":  {&v1alpha1.OrganizationSelector{}, true, false},
		"an empty one": {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{}}, true, false},
		"a bad one": {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Like"}},
		}}, true, false},
		"all":        {&v1alpha1.OrganizationSelector{All: &all}, false, true},
		"this one":   {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}}, false, true},
		"another":    {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "c"}}}, false, false},
		"all of all": {&v1alpha1.OrganizationSelector{All: &all, Selector: &metav1.LabelSelector{}}, false, true},
	} {
		written := &v1alpha1.PlatformAssignment{Spec: v1alpha1.PlatformAssignmentSpec{Grants: []v1alpha1.PlatformGrant{{Organizations: c.selector}}}}
		got := intake.PlatformAssignment(written, map[string]string{"a": "b"}).Grants[0]
		if got.Unselected != c.unselected || got.Picks != c.picks {
			t.Errorf("%s: picks %t, and none at all: %t", name, got.Picks, got.Unselected)
		}
	}
}

// TestRequested translates the role that a request gives, for whom it is made.
func TestRequested(t *testing.T) {
	request := approved("town", "holiday", "clinic")
	request.UID, request.Generation = "uid", 3
	request.Spec.Unit = "icu"
	if err := json.Unmarshal([]byte(`{"color": "red"}`), &request.Spec.Attributes); err != nil {
		t.Fatal(err)
	}
	given := intake.Requested(&request, request.Status.Grant.Window)
	at := request.Status.Grant.StartTime.Time
	want := model.RequestedGrant{
		Object: model.Object{
			Ref:    model.Ref{Kind: model.KindRequest, Namespace: "town", Name: "holiday"},
			Origin: model.Origin{UID: "uid", Generation: 3}, Created: at.Add(time.Second - 1),
		},
		User: "ann", Role: model.RoleRef{Kind: model.KindRole, Name: "reader"}, Unit: "icu", Attributes: model.Attributes{"color": "red"},
		Window: model.Window{StartTime: at, EndTime: request.Status.Grant.EndTime.Time},
	}
	if !reflect.DeepEqual(given, want) {
		t.Errorf("got\n%+v\nwant\n%+v", given, want)
	}
	request.Spec.Beneficiary = "ben"
	request.Spec.Grant.Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{"er"}}
	given = intake.Requested(&request, request.Status.Grant.Window)
	if given.User != "ben" || given.Scope == nil || !slices.Equal(given.Scope.Units, []string{"er"}) {
		t.Errorf("got %+v", given)
	}
}

// TestFieldsOfAnotherTypeDoNotCount: a selector says what its type says, whatever else is filled in.
func TestFieldsOfAnotherTypeDoNotCount(t *testing.T) {
	role := v1alpha1.RoleReference{Name: "lead"}
	spec := &v1alpha1.ApprovalChainSpec{Requesters: []v1alpha1.RequesterSelector{{
		Type: "Anybody", Role: &v1alpha1.RoleRequesters{RoleRef: role}, Permission: &v1alpha1.PermissionHolders{Name: "ask"},
	}}}
	if got := intake.ChainSpec(spec).Requesters; !reflect.DeepEqual(got, []model.Requester{{Type: "Anybody"}}) {
		t.Errorf("got %+v", got)
	}
	for match, exact := range map[v1alpha1.RoleMatch]bool{"": false, "AtLeast": false, "Exact": true, "Below": true} {
		spec := &v1alpha1.ApprovalChainSpec{Steps: []v1alpha1.ApprovalStep{{Approvers: []v1alpha1.ApproverSelector{{
			Type: v1alpha1.ApproverTypeManagerWithRole, ManagerWithRole: &v1alpha1.ManagerWithRoleApprover{RoleRef: role, Match: match},
		}}}}}
		if got := intake.ChainSpec(spec).Steps[0].Approvers[0].ManagerWithRole; got == nil || got.Exact != exact {
			t.Errorf("match %q: %+v", match, got)
		}
	}
}

// TestWhatHasNoUIDAlwaysDiffers: it may be another object of the same name.
func TestWhatHasNoUIDAlwaysDiffers(t *testing.T) {
	m := members()
	m.Groups[0].UID = ""
	before, _ := intake.Read(nil, "town", "clinic", m)
	if _, difference := intake.Read(before, "town", "clinic", m); difference.OnlyUsers() {
		t.Errorf("the difference is %v", difference)
	}
}

// TestKeptSelectorsMatchAsTheyWereWritten: which roles count, in a chain that a request keeps.
func TestKeptSelectorsMatchAsTheyWereWritten(t *testing.T) {
	lead := &v1alpha1.ObservedRole{Kind: "Role", Name: "lead"}
	for match, exact := range map[v1alpha1.Observed]bool{"": false, "AtLeast": false, "Exact": true, "Below": true} {
		kept := &v1alpha1.RequestChain{Steps: []v1alpha1.RequestStep{{ApproverSelectors: []v1alpha1.RequestSelector{
			{Type: "Role", RoleRef: lead, Match: match, NearestUnitKind: "ward"}, {Type: "ManagerWithRole", RoleRef: lead, Match: match, AboveLevel: 2},
		}}}}
		got := intake.RequestChain(kept).Steps[0].Approvers
		if got[0].Role.Exact != exact || got[1].ManagerWithRole.Exact != exact || got[0].Role.NearestUnitKind != "ward" ||
			got[1].ManagerWithRole.AboveLevel != 2 || got[1].ManagerWithRole.Role.Name != "lead" {
			t.Errorf("match %q: %+v and %+v", match, got[0].Role, got[1].ManagerWithRole)
		}
	}
}
