// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// TestRolesByRequestAreShown: with their end, as long as they are held, the first to end first.
func TestRolesByRequestAreShown(t *testing.T) {
	begin := time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	request := func(name string, hours int) v1alpha1.ApprovalRequest {
		start, end := metav1.NewTime(begin), metav1.NewTime(begin.Add(time.Duration(hours)*time.Hour))
		return v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: name, Generation: 1},
			Spec: v1alpha1.ApprovalRequestSpec{
				Requester: "ann", Unit: "town", Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "clerk"}},
			},
			Status: v1alpha1.ApprovalRequestStatus{
				State:              v1alpha1.RequestApproved,
				Grant:              &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: &start, EndTime: &end}},
				BeneficiaryRecords: []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: "uid-of-ann"}},
			},
		}
	}
	ann := &v1alpha1.UserAssignment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "ann", UID: "uid-of-ann", Generation: 1},
		Spec:       v1alpha1.UserAssignmentSpec{User: "ann"},
	}
	members := func(requests ...v1alpha1.ApprovalRequest) *intake.Members {
		return &intake.Members{
			Organization: &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "town"}},
			Catalog:      &v1alpha1.PermissionCatalog{},
			Roles:        []v1alpha1.Role{{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "clerk"}}},
			Assignments:  []*v1alpha1.UserAssignment{ann}, Requests: requests,
		}
	}
	view := func(at time.Time, objects *intake.Members) *status.View {
		current := snapshot.Build(snapshot.Key{Namespace: "town", Name: "town"}, objects)
		return status.NewView(current, &status.Outcome{Publication: &v1alpha1.Publication{Revision: 1}}, at)
	}
	both := members(request("long", 8), request("short", 2))
	shown := func(s *v1alpha1.UserAssignmentStatus) string {
		var names []string
		for i := range s.RequestedRoles {
			names = append(names, string(s.RequestedRoles[i].RequestName)+" "+string(s.RequestedRoles[i].RoleRef.Name))
		}
		return s.RequestedUntil + " [" + strings.Join(names, ", ") + "] " + s.Summary
	}
	const long, short = "clerk on town from 2030-06-01T08:00:00Z until 2030-06-01T16:00:00Z by request long", "clerk on town from 2030-06-01T08:00:00Z until 2030-06-01T10:00:00Z by request short"
	for _, c := range []struct {
		at   time.Duration
		want string
	}{
		{0, "2030-06-01T10:00Z [short clerk, long clerk] " + short + "; " + long},
		{2*time.Hour - 1, "2030-06-01T10:00Z [short clerk, long clerk] " + short + "; " + long},
		{2 * time.Hour, "2030-06-01T16:00Z [long clerk] " + long},
		{8 * time.Hour, " [] no grants"},
	} {
		desired := view(begin.Add(c.at), both).Assignment(ann)
		if got := shown(&desired); got != c.want {
			t.Errorf("after %v it shows\n%s\nwant\n%s", c.at, got, c.want)
		}
	}

	// What has ended is not up to date, although nothing was written.
	before := view(begin, both)
	ann.Status = before.Assignment(ann)
	for at, want := range map[time.Duration]bool{time.Hour: true, 2 * time.Hour: false} {
		later := status.NewView(snapshot.Build(snapshot.Key{Namespace: "town", Name: "town"}, both), &status.Outcome{Publication: &v1alpha1.Publication{Revision: 1}}, begin.Add(at))
		later.SetPrevious(before)
		if got := later.IsUpToDate(ann); got != want {
			t.Errorf("after %v, up to date: %t", at, got)
		}
	}

	var many []v1alpha1.ApprovalRequest
	for i := range 20 {
		many = append(many, request(fmt.Sprintf("r-%02d", i), 30-i))
	}
	desired := view(begin, members(many...)).Assignment(ann)
	if n := len(desired.RequestedRoles); n != 16 || desired.RequestedRoles[0].RequestName != "r-19" || *desired.OmittedRequestedRoleCount != 4 {
		t.Errorf("%d roles, %d left out", n, *desired.OmittedRequestedRoleCount)
	}

	// A suspended user holds nothing.
	ann.Spec.State = v1alpha1.UserSuspended
	if suspended := view(begin, both).Assignment(ann); suspended.RequestedUntil != "" || suspended.Summary != "suspended: no grants" {
		t.Errorf("a suspended user: %s", shown(&suspended))
	}
}
