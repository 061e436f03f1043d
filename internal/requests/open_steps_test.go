// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// pending is a request of ann's for bob: the step first was approved by cal, second is open, and third has not started.
func pending() *v1alpha1.ApprovalRequest {
	request := &v1alpha1.ApprovalRequest{}
	request.Name, request.Spec.Requester, request.Spec.Beneficiary = "r", "ann", "bob"
	everybody := []v1alpha1.RequestApprover{{User: "cal"}, {User: "dee"}, {User: "eve"}, {User: "fay"}}
	request.Status = v1alpha1.ApprovalRequestStatus{
		State: v1alpha1.RequestPending,
		Chain: &v1alpha1.RequestChain{Name: "c", Steps: []v1alpha1.RequestStep{
			{Name: "first", Approvers: everybody}, {Name: "second", Approvers: everybody}, {Name: "third", Approvers: everybody},
		}},
		Steps: []v1alpha1.StepProgress{
			{Name: "first", State: v1alpha1.StepApproved, Message: "approved by \"cal\""},
			{Name: "second", State: v1alpha1.StepOpen, WaitingFor: []v1alpha1.Observed{"dee"}, Votes: []v1alpha1.Vote{
				{Approver: "cal", OnBehalfOf: "eve", Verdict: v1alpha1.VerdictApprove},
			}},
			{Name: "third", State: v1alpha1.StepWaiting},
		},
	}
	return request
}

func TestOpenSteps(t *testing.T) {
	for _, test := range []struct {
		name, user string
		change     func(*v1alpha1.ApprovalRequest)
		waits      []string
		why        string
	}{
		{name: "waited for", user: "dee", waits: []string{"second"}},
		{name: "decided for another", user: "cal", why: `cal has already decided step "second": Approve`},
		{name: "was represented", user: "eve", why: `eve has already decided step "second": Approve`},
		{name: "an approver who may not decide now", user: "fay", why: `does not wait for fay now`},
		{name: "no approver", user: "gus", why: `gus is not an approver of step "second"`},
		{name: "the requester", user: "ann", why: `ann is not an approver`},
		{name: "one of a list that was cut", user: "fay", waits: []string{"second"}, change: func(r *v1alpha1.ApprovalRequest) {
			r.Status.Steps[1].OmittedWaitingForCount = new(int32(3))
		}},
		{name: "the beneficiary, whatever the status says", user: "bob", change: func(r *v1alpha1.ApprovalRequest) {
			r.Status.Steps[1].WaitingFor = []v1alpha1.Observed{"bob"}
		}},
		{name: "an ended request", user: "dee", change: func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }},
		{name: "several steps", user: "dee", waits: []string{"second", "third"}, change: func(r *v1alpha1.ApprovalRequest) {
			r.Status.Steps[2] = v1alpha1.StepProgress{Name: "third", State: v1alpha1.StepOpen, WaitingFor: []v1alpha1.Observed{"dee"}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := pending()
			if test.change != nil {
				test.change(request)
			}
			user := v1alpha1.UserID(test.user)
			if got := OpenSteps(request, user); !slices.Equal(got, test.waits) {
				t.Errorf("waits in %v, want %v", got, test.waits)
			}
			if got := WhyNotOpen(request, &request.Status.Steps[1], user); test.why != "" && !strings.Contains(got, test.why) {
				t.Errorf("says %q, want %q", got, test.why)
			}
		})
	}
	request := pending()
	if got := WhyNotOpen(request, &request.Status.Steps[0], "dee"); got != `step "first" is Approved: approved by "cal"` {
		t.Errorf("says %q of a step that ended", got)
	}
	if got := WhyNotOpen(request, &request.Status.Steps[2], "dee"); got != `step "third" has not started` {
		t.Errorf("says %q of a step that has not started", got)
	}
}

func TestDeputies(t *testing.T) {
	for name, test := range map[string]struct {
		user   v1alpha1.UserID
		change func(*v1alpha1.ApprovalRequest)
		is     bool
		may    bool
	}{
		"a deputy":                            {user: "gus", is: true, may: true},
		"another user":                        {user: "hal"},
		"one of a list that was cut":          {user: "hal", may: true, change: func(r *v1alpha1.ApprovalRequest) { r.Status.Deputies = make([]v1alpha1.Observed, v1alpha1.MaxDeputies) }},
		"one who has decided for another":     {user: "cal"},
		"the beneficiary":                     {user: "bob"},
		"an approver for whom alone it waits": {user: "dee"},
		"an approver beside others": {user: "dee", is: true, may: true, change: func(r *v1alpha1.ApprovalRequest) {
			r.Status.Steps[1].WaitingFor = append(r.Status.Steps[1].WaitingFor, "fay")
		}},
		"a request that has ended":      {user: "gus", change: func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }},
		"a request that waits for none": {user: "gus", change: func(r *v1alpha1.ApprovalRequest) { r.Status.Steps[1].WaitingFor = nil }},
	} {
		request := pending()
		request.Status.Deputies = []v1alpha1.Observed{"bob", "cal", "dee", "gus"}
		if test.change != nil {
			test.change(request)
		}
		if is, may := IsDeputy(request, test.user), MayBeDeputy(request, test.user); is != test.is || may != test.may {
			t.Errorf("%s: is a deputy %t, may be %t", name, is, may)
		}
	}
}
