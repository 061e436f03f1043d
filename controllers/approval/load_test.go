// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

func access() v1alpha1.ApprovalChain {
	return v1alpha1.ApprovalChain{ObjectMeta: named("access"), Spec: v1alpha1.ApprovalChainSpec{
		OrganizationRef: office, RequestType: "access",
		Steps: []v1alpha1.ApprovalStep{{Name: "location", Approvers: []v1alpha1.ApproverSelector{{Users: []v1alpha1.UserID{"bob"}}}}},
	}}
}

func taken(objects *intake.Members) *snapshot.Snapshot {
	return snapshot.Build(snapshot.Key{Namespace: namespace, Name: organization}, objects)
}

func TestARequestIsOpenedByASnapshotOfTheChainsAsTheyAre(t *testing.T) {
	objects := members()
	objects.Chains = []v1alpha1.ApprovalChain{access()}
	changed, other := access(), access()
	changed.Generation, other.UID = 2, "another"
	for name, c := range map[string]struct {
		f    found
		want bool
	}{
		"as it is":                    {found{chains: objects.Chains, taken: taken(objects)}, true},
		"of no organization":          {found{}, true},
		"of one that is not resolved": {found{exists: true}, false},
		"with a changed chain":        {found{chains: []v1alpha1.ApprovalChain{changed}, taken: taken(objects)}, false},
		"with a chain anew":           {found{chains: []v1alpha1.ApprovalChain{other}, taken: taken(objects)}, false},
		"before there was any":        {found{chains: objects.Chains, taken: taken(members())}, false},
	} {
		if got := c.f.ready(); got != c.want {
			t.Errorf("%s: ready is %v", name, got)
		}
	}
}

func TestWhatReadersSeeOfARole(t *testing.T) {
	request := asking("ann", "auditor", "east")
	window := during()
	moment := window.NotBefore.Time
	request.Status.State, request.Status.Grant = v1alpha1.RequestApproved, &v1alpha1.GrantStatus{Window: window}
	objects := members()
	objects.Requests = []v1alpha1.ApprovalRequest{*request}
	f := found{request: request, taken: taken(objects)}
	f.key.Namespace, f.key.Name = request.Namespace, request.Name
	shown := func() string {
		var texts []string
		for _, kind := range []string{v1alpha1.ConditionPublished, v1alpha1.ConditionGranted} {
			if c := meta.FindStatusCondition(request.Status.Conditions, kind); c != nil {
				texts = append(texts, fmt.Sprintf("%s %s %s", kind, c.Status, c.Reason))
			}
		}
		return strings.Join(texts, ", ")
	}
	look := func(want string) {
		t.Helper()
		request.Status.Conditions = f.conditions(nil, moment)
		if got := shown(); got != want {
			t.Errorf("it shows %q, not %q", got, want)
		}
	}
	look("Published False OrganizationNotResolved")
	f.revision = 7
	look("Published True Published")
	// A later revision, or none that has been observed yet, changes nothing of it.
	f.revision = 0
	look("Published True Published")
	if c := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionPublished); c.Message != "readers see this as of revision 7" {
		t.Error(c.Message)
	}

	// A snapshot from before the approval says nothing of it.
	request.Status.Conditions = nil
	f.taken = taken(members())
	look("")

	// Somebody became an approver meanwhile, and the newest is withheld.
	request.Spec.Grant.RoleRef.Name = "approver"
	objects.Requests = []v1alpha1.ApprovalRequest{*request}
	f.taken = taken(objects)
	look("Published False OrganizationNotResolved, Granted False SeparationOfDuties")
}

func TestNoOrganizationIsResolvedForRequestsThatWait(t *testing.T) {
	objects := members()
	objects.Chains = []v1alpha1.ApprovalChain{access()}
	asked := 0
	pass := func(request *v1alpha1.ApprovalRequest, s *snapshot.Snapshot) {
		f := found{request: request, chains: objects.Chains, taken: s}
		state := f.state(during().NotBefore.Time)
		state.Forbidden = func(v1alpha1.Window) string { asked++; return "" }
		request.Status = approval.Advance(state).Status
	}
	requests := make([]*v1alpha1.ApprovalRequest, 100)
	first := taken(objects)
	for i := range requests {
		requests[i] = asking("ann", "auditor", "east")
		pass(requests[i], first)
	}
	if asked != len(requests) {
		t.Errorf("at the opening of %d requests it was asked %d times what the role would come to", len(requests), asked)
	}
	second := taken(objects)
	for _, request := range requests {
		pass(request, second)
		if request.Status.WaitingFor != "location: bob" {
			t.Fatalf("it waits for %q: %s", request.Status.WaitingFor, request.Status.Message)
		}
	}
	if asked != len(requests) {
		t.Errorf("another snapshot had it asked %d times more", asked-len(requests))
	}
}
