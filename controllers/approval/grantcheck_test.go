// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

const namespace, organization = "town", "office"

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid-of-" + name), Generation: 1}
}

var office = v1alpha1.OrganizationReference{Name: organization}

// members are an organization in which nobody is approver and auditor at once, and ann is an auditor.
func members() *intake.Members {
	everywhere := true
	role := func(name string) v1alpha1.Role {
		return v1alpha1.Role{ObjectMeta: named(name), Spec: v1alpha1.RoleSpec{OrganizationRef: office}}
	}
	duty := func(name string) v1alpha1.Duty {
		return v1alpha1.Duty{Name: v1alpha1.Name(name), RoleRefs: []v1alpha1.RoleReference{{Name: name}}}
	}
	one := int32(1)
	return &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: named(organization)},
		Structures: []v1alpha1.OrganizationStructure{{ObjectMeta: named(organization), Spec: v1alpha1.OrganizationStructureSpec{
			Units: []v1alpha1.Unit{{Name: "site"}, {Name: "east", Parent: "site"}},
			Constraints: []v1alpha1.Constraint{{
				Name: "apart", Enforcement: v1alpha1.Enforce,
				Type: v1alpha1.ConstraintSeparationOfDuties, SeparationOfDuties: &v1alpha1.SeparationOfDuties{AtMost: one, Duties: []v1alpha1.Duty{duty("approver"), duty("auditor")}},
			}},
		}}},
		Catalog: &v1alpha1.PermissionCatalog{},
		Roles:   []v1alpha1.Role{role("approver"), role("auditor")},
		Assignments: []*v1alpha1.UserAssignment{
			{ObjectMeta: named("ann"), Spec: v1alpha1.UserAssignmentSpec{OrganizationRef: office, User: "ann", Grants: []v1alpha1.Grant{
				{Name: "auditor", RoleRef: v1alpha1.RoleReference{Name: "auditor"}, Scope: &v1alpha1.Scope{Everywhere: &everywhere}},
			}}},
			{ObjectMeta: named("bob"), Spec: v1alpha1.UserAssignmentSpec{OrganizationRef: office, User: "bob"}},
		},
	}
}

// giving is the policy of a chain that gives every role to its requester.
var giving = &v1alpha1.GrantPolicy{
	Roles:         v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll},
	Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester},
}

func requestFor(user, role, unit string) *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{ObjectMeta: named("req"), Spec: v1alpha1.ApprovalRequestSpec{
		OrganizationRef: office, RequestType: "access", Requester: v1alpha1.UserID(user), Unit: v1alpha1.Name(unit),
		Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: role}, DurationSeconds: 60},
	}}
}

func window() v1alpha1.Window {
	from := metav1.NewTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	until := metav1.NewTime(from.Add(time.Minute))
	return v1alpha1.Window{StartTime: &from, EndTime: &until}
}

// grantCheck is the check that a request asks for.
func grantCheck(request *v1alpha1.ApprovalRequest, held v1alpha1.Window) *approval.GrantCheck {
	given := intake.Requested(request, held)
	given.Records = []model.UserRecord{{Kind: model.KindAssignment, Origin: model.Origin{UID: "uid-of-" + given.User}}}
	return &approval.GrantCheck{Window: held, Grant: given}
}

func TestCheckGrant(t *testing.T) {
	for _, c := range []struct{ user, role, unit, refusal string }{
		{"bob", "approver", "east", ""},
		{"bob", "auditor", "", ""},
		{"ann", "auditor", "east", ""},
		{"ann", "approver", "east", "apart"},
		{"bob", "nothing", "east", "nothing"},
		{"bob", "approver", "moon", "moon"},
		{"zoe", "approver", "east", "zoe"},
	} {
		t.Run(c.user+" "+c.role+" "+c.unit, func(t *testing.T) {
			objects, held := members(), window()
			checked := checkGrant(build(objects), grantCheck(requestFor(c.user, c.role, c.unit), held), nil, objects.Assignments)
			if (checked.Refusal == "") != (c.refusal == "") || !strings.Contains(checked.Refusal, c.refusal) || checked.Window != held {
				t.Errorf("the answer is %+v, not %q", checked, c.refusal)
			}
		})
	}
}

// TestCheckGrantSeesWhatRequestsGiveSince: what was approved a moment ago counts, although no snapshot contains it.
func TestCheckGrantSeesWhatRequestsGiveSince(t *testing.T) {
	objects, held := members(), window()
	given := requestFor("bob", "auditor", "east")
	given.Name = "given"
	given.Status.BeneficiaryRecords = []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: "uid-of-bob"}}
	since := []model.RequestedGrant{intake.Requested(given, held)}
	asked := grantCheck(requestFor("bob", "approver", "east"), held)
	if checked := checkGrant(build(objects), asked, since, objects.Assignments); !strings.Contains(checked.Refusal, "apart") {
		t.Errorf("the answer is %+v", checked)
	}
}

// counter answers every grant check, and counts them.
type counter struct {
	answer *approval.CheckedGrant
	err    error
	checks int
}

func (c *counter) check(check *approval.GrantCheck) (*approval.CheckedGrant, error) {
	c.checks++
	if c.answer != nil {
		c.answer.Window = check.Window
	}
	return c.answer, c.err
}

// officeWithChain has a chain in which bob decides who gets access.
func officeWithChain() *intake.Members {
	objects := members()
	objects.Chains = []v1alpha1.ApprovalChain{access()}
	return objects
}

func TestNoOutcomeWithoutAnAnswer(t *testing.T) {
	objects := officeWithChain()
	in := inputs{request: requestFor("ann", "auditor", "east"), chains: objects.Chains, snapshot: build(objects)}
	for _, broken := range []error{errors.New("the cache has stopped"), nil} {
		none := counter{err: broken}
		outcome, err := decide(in.state(window().StartTime.Time), none.check)
		if outcome != nil || !errors.Is(err, broken) {
			t.Errorf("the outcome is %+v, and the error is %v", outcome, err)
		}
	}
}

func TestGrantsAreCheckedOnlyToOpenAndToApprove(t *testing.T) {
	objects := officeWithChain()
	held := counter{answer: &approval.CheckedGrant{}}
	now := window().StartTime.Time
	pass := func(request *v1alpha1.ApprovalRequest, s *snapshot.Snapshot, decisions ...v1alpha1.ApprovalDecision) {
		t.Helper()
		in := inputs{request: request, chains: objects.Chains, decisions: decisions, snapshot: s}
		outcome, err := decide(in.state(now), held.check)
		if err != nil {
			t.Fatal(err)
		}
		request.Status = outcome.Status
	}
	requests := make([]*v1alpha1.ApprovalRequest, 100)
	first := build(objects)
	for i := range requests {
		requests[i] = requestFor("ann", "auditor", "east")
		pass(requests[i], first)
	}
	if held.checks != len(requests) {
		t.Errorf("to open %d requests, there were %d checks", len(requests), held.checks)
	}
	second := build(objects)
	for _, request := range requests {
		pass(request, second)
		if request.Status.WaitingFor != "location: bob" {
			t.Fatalf("it waits for %q: %s", request.Status.WaitingFor, request.Status.Message)
		}
	}
	if held.checks != len(requests) {
		t.Errorf("for another snapshot, there were %d checks more", held.checks-len(requests))
	}

	approved := requests[0]
	decision := v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{
			Name: "bobs", CreationTimestamp: metav1.NewTime(now),
		},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: approved.Name, UID: string(approved.UID)},
			Step:       "location", Approver: "bob", Verdict: v1alpha1.VerdictApprove, Digest: approved.Status.Chain.Digest,
		},
	}
	pass(approved, second, decision)
	if approved.Status.State != v1alpha1.RequestApproved || held.checks != len(requests)+1 {
		t.Errorf("it is %s, and to approve it there were %d checks", approved.Status.State, held.checks-len(requests))
	}
	pass(approved, second, decision)
	if held.checks != len(requests)+1 {
		t.Error("the role of an approved request is checked")
	}
}
