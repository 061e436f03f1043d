// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

func access() v1alpha1.ApprovalChain {
	return v1alpha1.ApprovalChain{ObjectMeta: named("access"), Spec: v1alpha1.ApprovalChainSpec{
		OrganizationRef: office, RequestType: "access", GrantPolicy: giving,
		Steps: []v1alpha1.ApprovalStep{{Name: "location", Approvers: []v1alpha1.ApproverSelector{{Type: v1alpha1.ApproverTypeUsers, Users: []v1alpha1.UserReference{"bob"}}}}},
	}}
}

func build(objects *intake.Members) *snapshot.Snapshot {
	return snapshot.Build(snapshot.Key{Namespace: namespace, Name: organization}, objects)
}

func TestReadyOnceTheSnapshotIsCurrentForAllChains(t *testing.T) {
	objects := members()
	objects.Chains = []v1alpha1.ApprovalChain{access()}
	changed, other := access(), access()
	changed.Generation, other.UID = 2, "another"
	deleted := requestFor("ann", "auditor", "east")
	deleted.DeletionTimestamp = window().StartTime
	for name, c := range map[string]struct {
		in   inputs
		want bool
	}{
		"as it is":                    {inputs{chains: objects.Chains, snapshot: build(objects)}, true},
		"of no organization":          {inputs{}, true},
		"of one that is not resolved": {inputs{organizationExists: true}, false},
		"with a changed chain":        {inputs{chains: []v1alpha1.ApprovalChain{changed}, snapshot: build(objects)}, false},
		"with a chain created again":  {inputs{chains: []v1alpha1.ApprovalChain{other}, snapshot: build(objects)}, false},
		"before there was any":        {inputs{chains: objects.Chains, snapshot: build(members())}, false},
		"while it is deleted":         {inputs{request: deleted, organizationExists: true}, true},
	} {
		if c.in.request == nil {
			c.in.request = requestFor("ann", "auditor", "east")
		}
		if got := c.in.ready(); got != c.want {
			t.Errorf("%s: ready is %v", name, got)
		}
	}
}

func TestConditionsOfARoleThatIsHeld(t *testing.T) {
	request := requestFor("ann", "auditor", "east")
	held := window()
	now := held.StartTime.Time
	request.Status.State, request.Status.Grant = v1alpha1.RequestApproved, &v1alpha1.GrantStatus{Window: held}
	request.Status.BeneficiaryRecords = []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: "uid-of-ann"}}
	objects := members()
	objects.Requests = []v1alpha1.ApprovalRequest{*request}
	in := inputs{request: request, snapshot: build(objects)}
	in.key.Namespace, in.key.Name = request.Namespace, request.Name
	conditions := func() string {
		var texts []string
		for _, kind := range []string{v1alpha1.ConditionPublished, v1alpha1.ConditionReady, v1alpha1.ConditionGranted} {
			if c := meta.FindStatusCondition(request.Status.Conditions, kind); c != nil {
				texts = append(texts, fmt.Sprintf("%s %s %s", kind, c.Status, c.Reason))
			}
		}
		return strings.Join(texts, ", ")
	}
	expect := func(want string) {
		t.Helper()
		after := request.DeepCopy()
		after.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: "Approved"}}
		request.Status.Conditions = in.conditions(after, now)
		if got := conditions(); got != want {
			t.Errorf("the conditions are %q, not %q", got, want)
		}
	}
	expect("Published False OrganizationNotResolved, Ready False OrganizationNotResolved")
	in.revision = 7
	expect("Published True Published, Ready True Approved")
	// A later revision, or none that has been observed yet, changes nothing of it.
	in.revision = 0
	expect("Published True Published, Ready True Approved")
	if c := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionPublished); c.Message != "readers see this as of revision 7" {
		t.Error(c.Message)
	}

	// A snapshot from before the approval says nothing of it, whatever readers observe.
	request.Status.Conditions = nil
	in.snapshot, in.revision = build(members()), 7
	expect("Published False OrganizationNotResolved, Ready False OrganizationNotResolved")
	in.revision = 0

	// Someone became an approver meanwhile, and the newest is withheld.
	request.Spec.Grant.RoleRef.Name = "approver"
	objects.Requests = []v1alpha1.ApprovalRequest{*request}
	in.snapshot = build(objects)
	expect("Published False OrganizationNotResolved, Ready False OrganizationNotResolved, Granted False SeparationOfDuties")
}
