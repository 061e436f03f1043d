// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// administrator selects the users who may give the role that is requested.
func administrator() v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeAdministrator}
}

// administered adds to the office a role whose holders give and take approver: liz everywhere, gil in the east from users there, and
// nobody's superiors.
func administered(doc *document.Document) {
	doc.Roles["chief"] = document.Role{AdministrationRules: []document.AdministrationRule{{
		Name: "approvers", UserActions: []string{document.ActionGiveRoles, document.ActionTakeRoles},
		Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{"approver"}},
	}}}
	doc.Users["liz"] = document.User{Grants: []document.Grant{{Role: "chief", Scope: document.Scope{Everywhere: true}}}}
	doc.Users["gil"] = document.User{Grants: []document.Grant{{Role: "chief", Scope: document.Scope{Units: []string{"east"}}}}}
}

// newAdministered is a story of a request for a role, in the east, that goes to administrators.
func newAdministered(t *testing.T, beneficiary v1alpha1.UserID, unit v1alpha1.Name) *story {
	t.Helper()
	s := newStory(t, chain(step("authority", administrator())))
	administered(s.document)
	s.index()
	s.state.Request.Spec.Beneficiary, s.state.Request.Spec.Unit = beneficiary, unit
	return s
}

// TestApproversByAuthority: a chain asks those who may give the role to the beneficiary without it, where it would be held.
func TestApproversByAuthority(t *testing.T) {
	home := func(s *story, id, unit string) { s.user(id, func(u *document.User) { u.HomeUnit = unit }); s.index() }
	for name, c := range map[string]struct {
		beneficiary v1alpha1.UserID
		unit        v1alpha1.Name
		change      func(*story)
		waits       string
	}{
		"in the east":            {"jon", "east", func(*story) {}, "authority: gil, liz"},
		"in the west":            {"jon", "west", func(*story) {}, "authority: liz"},
		"of a user in the west":  {"jon", "east", func(s *story) { home(s, "jon", "west") }, "authority: liz"},
		"of an unknown home":     {"jon", "east", func(s *story) { s.user("jon", func(u *document.User) { u.HomeUnitUnknown = true }); s.index() }, "authority: liz"},
		"of a superior":          {"vic", "east", func(*story) {}, "authority: nobody"},
		"one's own":              {"gil", "east", func(*story) {}, "authority: liz"},
		"for another by one":     {"jon", "east", func(s *story) { s.state.Request.Spec.Requester = "liz" }, "authority: gil"},
		"one is suspended":       {"jon", "east", func(s *story) { s.suspend("gil") }, "authority: liz"},
		"a role of no rule":      {"jon", "east", func(s *story) { s.state.Request.Spec.Grant.RoleRef.Name = "on-behalf" }, "authority: nobody"},
		"in a narrower scope":    {"jon", "", func(s *story) { s.state.Request.Spec.Grant.Scope = scope("east") }, "authority: gil, liz"},
		"in more than one place": {"jon", "", func(s *story) { s.state.Request.Spec.Grant.Scope = scope("east", "west") }, "authority: liz"},
		"for no role":            {"jon", "east", func(s *story) { s.state.Request.Spec.Grant = nil }, "authority: nobody"},
		"none qualifies":         {"jon", "east", func(s *story) { qualify(s, "subject.id == 'gil'") }, "authority: gil"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAdministered(t, c.beneficiary, c.unit)
			s.asksForRole()
			for _, chain := range s.state.Chains {
				chain.Spec.GrantPolicy.Roles = v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}
			}
			s.index()
			c.change(s)
			s.pass(0).is(pending).waitsFor(c.waits)
		})
	}
}

func scope(units ...v1alpha1.Name) *v1alpha1.Scope { return &v1alpha1.Scope{Units: units} }

// qualify restricts the rules of chiefs to the users for which an expression is true.
func qualify(s *story, expression string) {
	s.document.Qualifiers = map[string]document.Condition{"reached": {Expression: expression}}
	s.document.Roles["chief"].AdministrationRules[0].Qualifiers = []string{"reached"}
	s.index()
}

// TestAuthorityIsJudgedAtTheVote: of someone who lost it, or gained it since, no vote counts; one that counts goes on counting.
func TestAuthorityIsJudgedAtTheVote(t *testing.T) {
	s := newAdministered(t, "jon", "east")
	s.asksForRole()
	s.pass(0).waitsFor("authority: gil, liz")
	end := moment(50)
	s.user("gil", func(u *document.User) { u.Grants[0].EndTime = &end })
	s.index()
	if next := s.pass(1).last.Next; next.After(end) {
		t.Errorf("the next pass is at %v, though gil's role ends before", next)
	}
	s.fork().approves(49, "gil", "authority").pass(60).is(approved)
	s.fork().approves(50, "gil", "authority").pass(60).is(pending).counts("gil", approval.ReasonNotEligible)

	gained := s.fork()
	gained.user("eve", func(u *document.User) {
		u.Grants = []document.Grant{{Role: "chief", Scope: document.Scope{Everywhere: true}}}
	})
	gained.index()
	gained.approves(5, "eve", "authority").pass(5).is(pending).counts("eve", approval.ReasonNotApprover)

	// What jon holds by then puts him out of the reach of chiefs.
	raised := s.fork()
	raised.user("jon", func(u *document.User) {
		u.Grants = []document.Grant{{Role: "vice", Scope: document.Scope{Everywhere: true}}}
	})
	raised.index()
	raised.approves(5, "liz", "authority").pass(5).is(pending).counts("liz", approval.ReasonNotEligible)
}

// TestAuthorityInFallbackAndEscalation: an administrator decides where nobody else can, or after a time.
func TestAuthorityInFallbackAndEscalation(t *testing.T) {
	slow := step("authority", users("sue"))
	slow.Fallback = []v1alpha1.ApproverSelector{administrator()}
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutEscalate, 10, administrator())}
	for name, approvers := range map[string]v1alpha1.ApproverSelector{"fallback": users("sue"), "escalation": users("ben")} {
		slow.Approvers = []v1alpha1.ApproverSelector{approvers}
		s := newStory(t, chain(slow))
		administered(s.document)
		s.asksForRole()
		s.pass(0)
		s.pass(20).approves(25, "gil", "authority").pass(25)
		if s.last.Status.State != approved {
			t.Errorf("%s: it is %s", name, s.last.Status.State)
		}
	}
}

// TestAdministratorsEndRequestsOfThoseWhoLeft: those whose rules reach everyone do.
func TestAdministratorsEndRequestsOfThoseWhoLeft(t *testing.T) {
	s := newAdministered(t, "jon", "east")
	s.asksForRole()
	s.pass(0).waitsFor("authority: gil, liz")
	delete(s.document.Users, "jon")
	delete(s.document.Users, "ann")
	s.index()
	s.decides(5, "gil", "", v1alpha1.VerdictWithdraw).pass(5).counts("gil", approval.ReasonWithdrawalNotPermitted)
	s.decides(6, "liz", "", v1alpha1.VerdictWithdraw).pass(6).is(withdrawn)
}

// TestRolesWithinAuthority: who may give the role to another user without a request needs no decision where the chain says so; nobody
// gives it to themselves, nor beyond what they may give.
func TestRolesWithinAuthority(t *testing.T) {
	for name, c := range map[string]struct {
		requester, beneficiary v1alpha1.UserID
		unit                   v1alpha1.Name
		ways                   []v1alpha1.DecisionBypass
		state                  v1alpha1.RequestState
	}{
		"to a user":                  {"gil", "jon", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, approved},
		"unless the chain says so":   {"gil", "jon", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionOnBypass}, pending},
		"in another place":           {"gil", "jon", "west", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, pending},
		"to oneself":                 {"gil", "", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, pending},
		"to oneself by name":         {"gil", "gil", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, pending},
		"to a superior":              {"gil", "vic", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, pending},
		"by a user without any rule": {"ben", "jon", "east", []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionByAuthority}, pending},
	} {
		s := newStory(t, chain(step("one", users("bea")), step("two", administrator())))
		administered(s.document)
		s.state.Request.Spec.Requester, s.state.Request.Spec.Beneficiary, s.state.Request.Spec.Unit = c.requester, c.beneficiary, c.unit
		s.asksForRole(c.ways...)
		s.pass(0)
		if s.last.Status.State != c.state {
			t.Errorf("%s: it is %s: %s", name, s.last.Status.State, s.last.Status.Message)
		}
		if c.state != approved {
			continue
		}
		if want := `"gil" may give role approver to "jon" without a request, so no step of chain "chain-0" was asked`; s.last.Status.Message != want {
			t.Errorf("%s: it says %q", name, s.last.Status.Message)
		}
		// Those may revoke it who would have decided, and no others.
		for user, reason := range map[string]string{"bea": countedReason, "liz": countedReason, "eve": approval.ReasonRevocationNotPermitted} {
			fork := s.fork()
			fork.revokes(50, user).pass(50).counts(user, reason)
		}
	}
}

// TestAdministratorsRevoke: who may take the role from its beneficiary ends it, but neither withdraws the request nor decides on it.
func TestAdministratorsRevoke(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben"))))
	administered(s.document)
	s.state.Request.Spec.Beneficiary = "jon"
	s.asksForRole()
	s.pass(0).waitsFor("one: ben")
	s.fork().decides(5, "gil", "", v1alpha1.VerdictWithdraw).pass(5).is(pending).counts("gil", approval.ReasonWithdrawalNotPermitted)
	s.fork().approves(5, "gil", "one").pass(5).is(pending).counts("gil", approval.ReasonNotApprover)
	s.approves(5, "ben", "one").pass(5).is(approved)
	end := moment(40)
	for _, c := range map[string]struct {
		user   string
		change func(*story)
		reason string
	}{
		"everywhere":       {"liz", func(*story) {}, countedReason},
		"in the place":     {"gil", func(*story) {}, countedReason},
		"of another place": {"gil", func(s *story) { s.user("gil", func(u *document.User) { u.Grants[0].Units = []string{"west"} }) }, approval.ReasonRevocationNotPermitted},
		"no longer":        {"gil", func(s *story) { s.user("gil", func(u *document.User) { u.Grants[0].EndTime = &end }) }, approval.ReasonRevocationNotPermitted},
		"suspended":        {"gil", func(s *story) { s.suspend("gil") }, approval.ReasonRevocationNotPermitted},
		"of a superior": {"gil", func(s *story) {
			s.user("jon", func(u *document.User) {
				u.Grants = []document.Grant{{Role: "vice", Scope: document.Scope{Everywhere: true}}}
			})
		}, approval.ReasonRevocationNotPermitted},
		"may only give": {"gil", func(s *story) {
			s.document.Roles["chief"].AdministrationRules[0].UserActions = []string{document.ActionGiveRoles}
		}, approval.ReasonRevocationNotPermitted},
		"no rule at all": {"vic", func(*story) {}, approval.ReasonRevocationNotPermitted},
	} {
		fork := s.fork()
		c.change(fork)
		fork.index()
		fork.revokes(50, c.user).pass(50)
		fork.counts(c.user, c.reason)
	}
}
