// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/audit"
)

var start = time.Date(2030, time.March, 4, 9, 0, 0, 0, time.UTC)

func at(seconds int) metav1.Time {
	return metav1.NewTime(start.Add(time.Duration(seconds) * time.Second))
}

func after(seconds int) *metav1.Time {
	t := at(seconds)
	return &t
}

// request is one for a role, of which a first step is approved after an escalation, and a second one was skipped.
func request() *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "office", Name: "access-1", UID: "uid-1", CreationTimestamp: at(0)},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "office"}, RequestType: "access", Requester: "ann", Unit: "east",
			Justification: "SHIFT-1", Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "approver"}, DurationSeconds: 100},
		},
		Status: v1alpha1.ApprovalRequestStatus{
			State: v1alpha1.RequestApproved, Message: "passed", StartTime: after(1), CompletionTime: after(20),
			Chain: &v1alpha1.RequestChain{Name: "access", Digest: "sha256:chain", Grant: &v1alpha1.RequestChainGrant{RoleDigest: "sha256:role"}, Steps: []v1alpha1.RequestStep{
				{
					Name: "site", Disposition: v1alpha1.StepAsked, RequiredApprovals: 1,
					Approvers: []v1alpha1.RequestApprover{{User: "ben"}},
					Timeouts:  []v1alpha1.RequestTimeout{{AfterSeconds: 30, Action: "Escalate"}, {AfterSeconds: 10, Action: "Escalate"}, {AfterSeconds: 5, Action: "Expire"}},
				},
				{Name: "head", Disposition: v1alpha1.StepNotNeeded},
			}},
			Steps: []v1alpha1.StepProgress{
				{Name: "site", State: v1alpha1.StepApproved, StartTime: after(1), CompletionTime: after(20), EscalationCount: new(int32(1))},
				{Name: "head", State: v1alpha1.StepSkipped},
			},
			Grant: &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: after(20), EndTime: after(120)}},
		},
	}
}

// decision is one on the step of the request that was judged.
func decision(approver string, seconds int, status metav1.ConditionStatus, reason string) v1alpha1.ApprovalDecision {
	return v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: "office", Name: "d-" + approver, UID: types.UID("uid-" + approver), CreationTimestamp: at(seconds)},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: "access-1", UID: "uid-1"},
			Step:       "site", Approver: v1alpha1.UserID(approver), Verdict: v1alpha1.VerdictApprove, Comment: "fine\n\x1b[31m",
		},
		Status: v1alpha1.ApprovalDecisionStatus{Conditions: []metav1.Condition{{Type: v1alpha1.ConditionCounted, Status: status, Reason: reason, Message: "says"}}},
	}
}

// ids are those of records, without the request's.
func ids(records []audit.Record) []string {
	var all []string
	for i := range records {
		all = append(all, strings.TrimPrefix(records[i].ID, "uid-1/"))
	}
	return all
}

func TestRecordsAreInOrder(t *testing.T) {
	decisions := []v1alpha1.ApprovalDecision{
		decision("ben", 20, metav1.ConditionTrue, "Counted"), decision("eve", 5, metav1.ConditionFalse, "NotApprover"),
		{ObjectMeta: metav1.ObjectMeta{UID: "not judged"}, Spec: v1alpha1.ApprovalDecisionSpec{Step: "site"}},
	}
	want := []string{
		"RequestMade", "RequestOpened", "StepOpened/site", "StepEnded/head", "DecisionMade/uid-eve/NotApprover",
		"StepEscalated/site/10", "DecisionMade/uid-ben/Counted", "StepEnded/site", "RequestEnded", "RoleGiven",
	}
	if got := ids(audit.Records(request(), decisions)); !slices.Equal(got, want) {
		t.Errorf("the records are\n%v, not\n%v", got, want)
	}
}

func TestRoleHasEnded(t *testing.T) {
	for name, c := range map[string]struct {
		end    func(*v1alpha1.ApprovalRequestStatus)
		reason string
		time   metav1.Time
		by     string
	}{
		"expired": {func(s *v1alpha1.ApprovalRequestStatus) {
			s.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse, Reason: approval.ReasonGrantExpired}}
		}, approval.ReasonGrantExpired, at(120), ""},
		"revoked": {func(s *v1alpha1.ApprovalRequestStatus) {
			s.Grant.RevocationTime, s.Grant.RevocationReason, s.Grant.RevokedBy = after(50), approval.ReasonRevoked, "ben"
		}, approval.ReasonRevoked, at(50), "ben"},
		"deleted": {func(*v1alpha1.ApprovalRequestStatus) {}, audit.EndDeleted, at(60), ""},
	} {
		r := request()
		c.end(&r.Status)
		if name == "deleted" {
			r.DeletionTimestamp = after(60)
		}
		records := audit.Records(r, nil)
		last := records[len(records)-1]
		if last.Event != audit.RoleEnded || last.Role.EndReason != c.reason || !last.Time.Equal(c.time.Time) ||
			!last.Role.EndTime.Equal(c.time.Time) || last.Role.EndedBy != c.by || !last.Role.StartTime.Equal(at(20).Time) {
			t.Errorf("%s: the last record is %+v of role %+v", name, last, last.Role)
		}
	}
}

// TestDeletionEndsTheRole: only one that was still held.
func TestDeletionEndsTheRole(t *testing.T) {
	for seconds, want := range map[int][]string{60: {"RoleEnded", "RequestRemoved"}, 120: {"RequestRemoved"}} {
		if got := ids(audit.Removed(request(), at(seconds).Time, "deleted")); !slices.Equal(got, want) {
			t.Errorf("after %d s the records are %v, not %v", seconds, got, want)
		}
	}
}

// TestRoleOfARequestThatIsKept: it ended when the deletion began, however long something keeps the object.
func TestRoleOfARequestThatIsKept(t *testing.T) {
	r := request()
	r.DeletionTimestamp = after(60)
	if records := audit.Removed(r, at(90).Time, "deleted"); !records[0].Time.Equal(at(60).Time) || records[0].Event != audit.RoleEnded {
		t.Errorf("the first record is %+v", records[0])
	}
}

// TestWriters: a service account that wrote for someone is named beside them.
func TestWriters(t *testing.T) {
	const account = "system:serviceaccount:shop:desk"
	r, d := request(), decision("ben", 20, metav1.ConditionTrue, "Counted")
	r.Spec.Via, d.Spec.Via = account, account
	r.Status.Grant.RevocationTime, r.Status.Grant.RevokedBy, r.Status.Grant.RevokedVia = after(50), "ben", account
	var found []string
	for _, record := range audit.Records(r, []v1alpha1.ApprovalDecision{d}) {
		switch {
		case record.Asked != nil:
			found = append(found, record.Asked.Via)
		case record.Decision != nil:
			found = append(found, record.Decision.Via)
		case record.Event == audit.RoleEnded:
			found = append(found, record.Role.EndedVia)
		}
	}
	if want := []string{account, account, account}; !slices.Equal(found, want) {
		t.Errorf("the writers are %v", found)
	}
}

func TestSince(t *testing.T) {
	before := request()
	before.Status.Grant, before.Status.CompletionTime, before.Status.Steps[0].State = nil, nil, v1alpha1.StepOpen
	news := audit.Since(audit.Records(request(), nil), audit.Records(before, nil))
	if got, want := ids(news), []string{"StepEnded/site", "RequestEnded", "RoleGiven"}; !slices.Equal(got, want) {
		t.Errorf("new are %v, not %v", got, want)
	}
}

func TestOrphan(t *testing.T) {
	d := decision("eve", 5, metav1.ConditionFalse, approval.ReasonUnknownRequest)
	records := audit.Orphan(&d)
	if len(records) != 1 || records[0].Request.Name != "access-1" || records[0].Decision.Approver != "eve" || records[0].Decision.Counted {
		t.Errorf("the records are %+v", records)
	}
}

// TestLinesAreStable: the same state gives the same bytes, and no text of a user breaks a line.
func TestLinesAreStable(t *testing.T) {
	decisions := []v1alpha1.ApprovalDecision{decision("ben", 20, metav1.ConditionTrue, "Counted"), decision("eve", 20, metav1.ConditionFalse, "NotApprover")}
	first, err := audit.Lines(audit.Records(request(), decisions))
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(decisions)
	second, _ := audit.Lines(audit.Records(request(), decisions))
	if !bytes.Equal(first, second) {
		t.Errorf("the lines are\n%s, then\n%s", first, second)
	}
	if got, want := bytes.Count(first, []byte("\n")), len(audit.Records(request(), decisions)); got != want || bytes.ContainsRune(first, '\x1b') {
		t.Errorf("%d records are %d lines:\n%s", want, got, first)
	}
}

// failing fails after some bytes, once.
type failing struct {
	bytes.Buffer
	room int
}

func (f *failing) Write(p []byte) (int, error) {
	if f.room >= 0 && f.room < len(p) {
		n, _ := f.Buffer.Write(p[:f.room])
		f.room = -1
		return n, errors.New("disk full")
	}
	return f.Buffer.Write(p)
}

// TestIncompleteLine: what follows it begins a line of its own.
func TestIncompleteLine(t *testing.T) {
	to := &failing{room: 10}
	log := audit.NewLog(to)
	records := audit.Removed(request(), at(200).Time, "gone")
	if err := log.Write(records); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("the error is %v", err)
	}
	if err := log.Write(records); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(to.String(), "\n")
	whole, _ := audit.Lines(records)
	if len(lines) != 3 || len(lines[0]) != 10 || lines[1]+"\n" != string(whole) {
		t.Errorf("the log is\n%s", to.String())
	}
}

func TestNoLog(t *testing.T) {
	var log *audit.Log
	if err := errors.Join(log.Write(audit.Removed(request(), start, "")), log.Sync()); err != nil {
		t.Error(err)
	}
}
