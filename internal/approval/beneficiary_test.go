// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func record(kind, uid string, generation int64) model.UserRecord {
	return model.UserRecord{Kind: kind, Origin: model.Origin{UID: uid, Generation: generation}}
}

// known lists by which records a request knows its beneficiary.
func (s *story) known() []string {
	var all []string
	for _, r := range s.last.Status.BeneficiaryRecords {
		text := string(r.Kind) + "/" + string(r.UID)
		if r.MemberGeneration != 0 {
			text += fmt.Sprintf("@%d", r.MemberGeneration)
		}
		all = append(all, text)
	}
	return all
}

// becomes makes another pass, by which the beneficiary is a user by other records.
func (s *story) becomes(seconds int, records ...model.UserRecord) *story {
	s.Helper()
	s.state.Records = records
	return s.pass(seconds)
}

// heldBy tells a story up to a role that jon holds, who is a user by some records.
func heldBy(t *testing.T, records ...model.UserRecord) *story {
	t.Helper()
	s := newStory(t, chain(step("location", users("ben", "bea"))))
	s.asksForRole()
	s.state.Request.Spec.Beneficiary, s.state.Records = "jon", records
	s.pass(0).approves(10, "ben", "location").pass(12).is(approved)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	return s
}

func TestRoleEndsWithItsBeneficiary(t *testing.T) {
	one, two := record(model.KindAssignment, "one", 1), record(model.KindAssignment, "two", 1)
	platform, group, other := record(model.KindPlatformAssignment, "p", 1), record(model.KindGroup, "g", 4), record(model.KindGroup, "h", 2)
	next, after := record(model.KindGroup, "g", 5), record(model.KindGroup, "g", 6)
	list := func(records ...model.UserRecord) []model.UserRecord { return records }
	for name, c := range map[string]struct {
		at, then []model.UserRecord
		known    string
		ends     bool
	}{
		"an assignment is changed":                       {list(one), list(record(model.KindAssignment, "one", 9)), "UserAssignment/one", false},
		"another assignment comes":                       {list(one), list(one, two), "UserAssignment/one", false},
		"one of two assignments goes":                    {list(one, two), list(two), "UserAssignment/one UserAssignment/two", false},
		"the assignment is created again":                {list(one), list(two), "UserAssignment/one", true},
		"the assignment goes":                            {list(one), nil, "UserAssignment/one", true},
		"both assignments go":                            {list(one, two), nil, "UserAssignment/one UserAssignment/two", true},
		"the assignment goes, and its later one stays":   {list(one), list(two), "UserAssignment/one", true},
		"the assignment goes, and a group keeps the id":  {list(one, group), list(group), "UserAssignment/one", true},
		"the platform's assignment stays":                {list(platform, one), list(platform), "PlatformAssignment/p UserAssignment/one", false},
		"the platform's assignment goes":                 {list(platform), list(group), "PlatformAssignment/p", true},
		"an assignment comes to a member of a group":     {list(group), list(group, one), "UserGroup/g@4", false},
		"the group is changed":                           {list(group), list(next), "UserGroup/g@5", false},
		"the group is changed unseen":                    {list(group), list(after), "UserGroup/g", true},
		"the group is older than it was":                 {list(next), list(group), "UserGroup/g", true},
		"the user leaves the group":                      {list(group), nil, "UserGroup/g", true},
		"the user leaves one of two groups":              {list(group, other), list(other), "UserGroup/g UserGroup/h@2", false},
		"the group goes, and an assignment comes":        {list(group), list(one), "UserGroup/g", true},
		"the group is created again":                     {list(group), list(other), "UserGroup/g", true},
		"an assignment has the UID of the group it left": {list(group), list(record(model.KindAssignment, "g", 4)), "UserGroup/g", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := heldBy(t, c.at...).becomes(50, c.then...).is(approved)
			if known := strings.Join(s.known(), " "); known != c.known {
				t.Errorf("the beneficiary is known by %q, not %q", known, c.known)
			}
			if !c.ends {
				granted(s, metav1.ConditionTrue, approval.ReasonGranted)
				s.revokes(60, "bea").pass(60).counts("bea", countedReason)
				return
			}
			granted(s, metav1.ConditionFalse, approval.ReasonBeneficiaryGone)
			held := s.last.Status.Grant
			if !held.RevocationTime.Time.Equal(moment(50)) || held.RevokedBy != "" || intake.Gives(s.state.Request) {
				t.Errorf("the role is %+v", held)
			}
			if n := reasons(s.events)[approval.ReasonBeneficiaryGone]; n != 1 {
				t.Errorf("%d events", n)
			}
			// It has ended for good.
			s.becomes(51, c.at...)
			granted(s, metav1.ConditionFalse, approval.ReasonBeneficiaryGone)
			s.revokes(52, "bea").pass(52).counts("bea", approval.ReasonNotRevocable)
		})
	}
}

func TestRoleEndsWhenItsBeneficiaryIsSuspended(t *testing.T) {
	s := given(t)
	s.suspend("jon")
	s.pass(50).is(approved)
	granted(s, metav1.ConditionFalse, approval.ReasonBeneficiarySuspended)
	s.user("jon", func(u *document.User) { u.Suspended = false })
	s.pass(51)
	granted(s, metav1.ConditionFalse, approval.ReasonBeneficiarySuspended)
	if n := reasons(s.events)[approval.ReasonBeneficiarySuspended]; n != 1 || intake.Gives(s.state.Request) {
		t.Errorf("%d events", n)
	}
	if !s.last.Next.Equal(moment(50 + 30*24*3600)) {
		t.Errorf("next at %v", s.last.Next)
	}
	// The requester is not the one who holds it, and while the organization is not resolved, nothing is known.
	for _, change := range []func(*story){func(s *story) { s.suspend("ann") }, func(s *story) { s.state.Index, s.state.Records = nil, nil }} {
		s := given(t)
		change(s)
		s.pass(50)
		granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	}
	// Nor is a member of a group another person because nothing was known of the group for a while.
	group := record(model.KindGroup, "g", 4)
	unresolved := heldBy(t, group)
	index := unresolved.state.Index
	unresolved.state.Index = nil
	unresolved.becomes(50)
	unresolved.state.Index = index
	unresolved.becomes(60, group)
	granted(unresolved, metav1.ConditionTrue, approval.ReasonGranted)
	// A role that has ended does not end again, and a revocation that was made before goes first.
	s = given(t)
	s.suspend("jon")
	s.pass(110)
	granted(s, metav1.ConditionFalse, approval.ReasonGrantExpired)
	s = given(t)
	s.suspend("jon")
	s.revokes(20, "bea").pass(50)
	granted(s, metav1.ConditionFalse, approval.ReasonRevoked)
}

// What was asked for one person is not given to another who has their id when it is approved.
func TestRoleIsNotGivenToAnotherPerson(t *testing.T) {
	one, two, group := record(model.KindAssignment, "one", 1), record(model.KindAssignment, "two", 1), record(model.KindGroup, "g", 1)
	asked := func(records ...model.UserRecord) *story {
		s := newStory(t, chain(step("location", users("ben"))))
		s.asksForRole()
		s.state.Request.Spec.Beneficiary, s.state.Records = "jon", records
		return s.pass(0).is(pending)
	}
	const refusal = `the role cannot be given: "jon" is not the user any more for whom it was asked`
	for name, c := range map[string]struct{ at, then []model.UserRecord }{
		"created again":                    {[]model.UserRecord{one}, []model.UserRecord{two}},
		"whose group has kept the id":      {[]model.UserRecord{one, group}, []model.UserRecord{group}},
		"of a group that changed unseen":   {[]model.UserRecord{group}, []model.UserRecord{record(model.KindGroup, "g", 3)}},
		"who left, and has an assignment":  {[]model.UserRecord{group}, []model.UserRecord{two}},
		"of the platform, and now another": {[]model.UserRecord{record(model.KindPlatformAssignment, "p", 1)}, []model.UserRecord{record(model.KindPlatformAssignment, "q", 1)}},
	} {
		t.Run(name, func(t *testing.T) {
			s := asked(c.at...)
			between := s.fork()
			// The vote was cast before, and is seen after.
			s.approves(10, "ben", "location").becomes(20, c.then...).is(denied)
			if !strings.HasPrefix(s.last.Status.Message, refusal) {
				t.Errorf("it says %q", s.last.Status.Message)
			}
			granted(s, metav1.ConditionFalse, approval.ReasonNotGranted)
			// While there is nobody of the id, the request waits.
			delete(between.document.Users, "jon")
			between.index()
			between.approves(10, "ben", "location").becomes(20).is(pending)
			between.user("jon", func(*document.User) {})
			between.becomes(30, c.then...).is(denied)
		})
	}
	// Nor is it given while nothing says who has the id, or to one who left the group and came back.
	asked(one).approves(10, "ben", "location").becomes(20).is(denied)
	asked(group).becomes(20).becomes(30, group).is(denied)
	// An assignment more is no other person; from the approval on, it suffices by itself.
	s := asked(one).approves(10, "ben", "location").becomes(20, one, two).is(approved)
	if known := s.known(); !slices.Equal(known, []string{"UserAssignment/one", "UserAssignment/two"}) {
		t.Errorf("known by %v", known)
	}
	s.becomes(30, two)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
}

// Without anything that says who the beneficiary is, no role is asked for or given.
func TestRoleForSomeoneOfWhomNothingIsKnown(t *testing.T) {
	for _, records := range [][]model.UserRecord{nil, records(""), {record(model.KindGroup, "", 1)}} {
		s := newStory(t, chain(step("location", users("ben"))))
		s.asksForRole()
		s.state.Records = records
		s.pass(0).is(pending)
		ready(s, metav1.ConditionFalse, approval.ReasonUnknownBeneficiary)
		s.becomes(5, record(model.KindAssignment, "one", 1)).is(pending).waitsFor("location: ben")
	}
	// What asks for no role keeps no records.
	s := newStory(t, chain(step("location", users("ben")))).pass(0)
	if known := s.known(); known != nil {
		t.Errorf("known by %v", known)
	}
}

func TestFirstRecordsAreKept(t *testing.T) {
	var many []model.UserRecord
	for i := range 40 {
		many = append(many, record(model.KindAssignment, fmt.Sprintf("uid-%02d", 39-i), 1))
	}
	s := newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	s.state.Records = many
	s.pass(0)
	if known := s.known(); len(known) != 16 || known[0] != "UserAssignment/uid-00" || known[15] != "UserAssignment/uid-15" {
		t.Errorf("known by %v", known)
	}
}
