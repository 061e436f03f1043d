// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// waitingFor returns a request of ann's, made some minutes ago, that waits for a user.
func waitingFor(user string, minutes int) v1alpha1.ApprovalRequest {
	request := v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{
		Namespace: "n", Name: fmt.Sprintf("r-%d", minutes), CreationTimestamp: metav1.Time{Time: now.Add(-time.Duration(minutes) * time.Minute)},
	}}
	request.Spec = v1alpha1.ApprovalRequestSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: "o"}, RequestType: "access", Requester: "ann", Unit: "hill", Justification: "Leave",
		Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "clerk"}, DurationSeconds: 7200},
	}
	request.Status = v1alpha1.ApprovalRequestStatus{
		State: v1alpha1.RequestPending, Deputies: []v1alpha1.Observed{"dee"},
		Chain: &v1alpha1.RequestChain{
			Steps: []v1alpha1.RequestStep{{Name: "head", Approvers: []v1alpha1.RequestApprover{{User: v1alpha1.Observed(user)}}}},
			Grant: &v1alpha1.RequestChainGrant{DurationSeconds: 7200},
		},
		Steps: []v1alpha1.StepProgress{{Name: "head", State: v1alpha1.StepOpen, WaitingFor: []v1alpha1.Observed{v1alpha1.Observed(user)}}},
	}
	return request
}

// TestInbox: each tab has its requests in its order, and a text narrows them without changing the counts.
func TestInbox(t *testing.T) {
	ended := waitingFor("cho", 3)
	ended.Status.State = v1alpha1.RequestDenied
	all := []v1alpha1.ApprovalRequest{waitingFor("cho", 1), waitingFor("cal", 2), ended, waitingFor("cho", 4)}
	for _, test := range []struct{ user, tab, text, want string }{
		{"cho", "", "", "waiting: r-4 r-1 of 2 0 4, chosen"},
		{"cho", "odd", "", "waiting: r-4 r-1 of 2 0 4, chosen"},
		{"cho", TabAll, "", "all: r-1 r-2 r-3 r-4 of 2 0 4, chosen"},
		{"cho", TabAll, "denied", "all: r-3 of 2 0 4"},
		{"cho", TabAll, "N/R-2", "all: r-2 of 2 0 4"},
		{"cho", TabWaiting, "nothing", "waiting: of 2 0 4"},
		{"dee", "", "", "waiting: r-4 r-2 r-1 of 3 0 4, chosen"},
		{"ann", TabMine, "leave", "mine: r-1 r-2 r-3 r-4 of 0 4 4"},
		{"", TabMine, "", "all: r-1 r-2 r-3 r-4 of 0 0 4"},
	} {
		list := NewInbox(all, v1alpha1.UserID(test.user), test.tab, test.text, "", now)
		words := []string{list.Tab + ":"}
		for i := range list.Rows {
			words = append(words, list.Rows[i].Name)
		}
		got := strings.Join(words, " ") + fmt.Sprintf(" of %d %d %d", list.Waiting, list.Mine, list.All)
		if list.MayChoose {
			got += ", chosen"
		}
		if got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestWhenRolesAreHeld(t *testing.T) {
	request := waitingFor("cho", 1)
	when := func() string { return inWords(NewRequestRow(&request, "cho", now).When) }
	if got := when(); got != "for 2h, until 2030-06-01 10:00 if approved now" {
		t.Error(got)
	}
	request.Status.Chain.Grant.StartTime = &metav1.Time{Time: now.Add(time.Hour)}
	if got := when(); got != "for 2h from 2030-06-01 09:00, until 2030-06-01 11:00 if approved now" {
		t.Error(got)
	}
	request.Status.State = v1alpha1.RequestApproved
	request.Status.Grant = &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: &metav1.Time{Time: now}, EndTime: &metav1.Time{Time: now.Add(time.Hour)}}}
	if row := NewRequestRow(&request, "cho", now); inWords(row.When) != "until 2030-06-01 09:00" || row.Ended {
		t.Errorf("%+v", row)
	}
	request.Status.Grant.RevocationTime = &metav1.Time{Time: now}
	if row := NewRequestRow(&request, "cho", now); inWords(row.When) != "until 2030-06-01 08:00, revoked" || !row.Ended {
		t.Errorf("%+v", row)
	}
}

// inWords says when a role is held, as the template does.
func inWords(w When) string {
	day := func(at *time.Time) string { return at.UTC().Format("2006-01-02 15:04") }
	text := ""
	if w.For != "" {
		text = "for " + w.For
	}
	if w.From != nil {
		text += " from " + day(w.From)
	}
	if w.IfNow != nil {
		text += ", until " + day(w.IfNow) + " if approved now"
	}
	if w.Until != nil {
		text += "until " + day(w.Until)
	}
	if w.Revoked {
		text += ", revoked"
	}
	return text
}

// TestRoutes: the form says who would decide, or what is wrong with what is typed.
func TestRoutes(t *testing.T) {
	o := read(t, "../../../config/samples/staffing")
	first := NewAsking(o, &Wish{}, nil, "x", now)
	if first.Route != nil || len(first.Types) == 0 || len(first.Units) == 0 || len(first.Users) == 0 {
		t.Fatalf("before anything is typed: %+v", first)
	}
	for want, wish := range map[string]Wish{
		"role: name one":                     {Type: first.Types[0], Duration: "8h"},
		"for how long: x: write a duration":  {Type: first.Types[0], Role: "r", Duration: "x"},
		"from when: write a date and a time": {Type: first.Types[0], Role: "r", From: "x"},
		"scope: x: write everywhere":         {Type: first.Types[0], Role: "r", Scope: "x"},
		"attributes: x: write NAME=VALUE":    {Type: first.Types[0], Attributes: "x"},
		"attributes: unit has a field":       {Type: first.Types[0], Attributes: "unit=x"},
		"kind of request: choose one of":     {Role: "r"},
		"waiting: no chain governs":          {Type: "no-such-type"},
		`beneficiary "nobody" is not a user`: {Type: first.Types[0], Beneficiary: "nobody"},
		"waiting: unit":                      {Type: first.Types[0], Unit: "no-such-unit"},
	} {
		a := NewAsking(o, &wish, nil, v1alpha1.UserID(first.Users[0]), now)
		if a.Route == nil || !strings.Contains(a.Route.Outcome+": "+a.Route.Wrong, want) {
			t.Errorf("%+v: %+v, want %q", wish, a.Route, want)
		}
	}
	routed := 0
	for _, user := range o.Users() {
		for _, kind := range first.Types {
			a := NewAsking(o, &Wish{Type: kind}, nil, v1alpha1.UserID(user), now)
			if a.Route.Wrong == "" && a.Route.Chain != "" && len(a.Route.Steps) > 0 {
				routed++
			}
		}
	}
	if routed == 0 {
		t.Error("nobody's request has a route")
	}
}

// TestRolesThatChainsGive: they complete the field for a role.
func TestRolesThatChainsGive(t *testing.T) {
	o := read(t, "../../../config/samples/quickstart", "../../../docs/examples/curators.yaml")
	if got := NewAsking(o, &Wish{}, nil, "x", now).Roles; strings.Join(got, " ") != "librarian" {
		t.Errorf("the roles are %v", got)
	}
	for want, selection := range map[string]document.RoleSelection{
		"librarian reader": {From: document.RolesUpTo, UpToRole: "librarian"}, "curator librarian": {From: document.RolesAll, ExceptRoles: []string{"reader"}},
		"": {From: document.RolesUpTo, UpToRole: "librarian", ExceptRoles: []string{"reader", "librarian"}},
	} {
		roles := map[string]bool{}
		addGiven(o.Document, &selection, roles)
		if got := strings.Join(slices.Sorted(maps.Keys(roles)), " "); got != want {
			t.Errorf("%+v: %s", selection, got)
		}
	}
}
