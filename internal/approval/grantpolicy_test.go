// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// asking is a story in which ann asks for approver for 100 seconds in the east, and ben decides.
func asking(t *testing.T, policy *v1alpha1.GrantPolicy, changes ...func(*story)) *story {
	t.Helper()
	governing := chain(step("location", users("ben")))
	s := newStory(t, governing)
	s.asksForRole()
	s.state.Chains["chain-0"].Spec.GrantPolicy = policy
	for _, change := range changes {
		change(s)
	}
	s.index()
	return s.pass(0)
}

func refs(names ...string) []v1alpha1.RoleReference {
	list := make([]v1alpha1.RoleReference, 0, len(names))
	for _, name := range names {
		list = append(list, v1alpha1.RoleReference{Name: name})
	}
	return list
}

func TestGrantPolicy(t *testing.T) {
	upTo := func(name string) v1alpha1.GrantableRoles {
		return v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesUpTo, UpToRoleRef: &v1alpha1.RoleReference{Name: name}}
	}
	except := func(roles v1alpha1.GrantableRoles, names ...string) v1alpha1.GrantableRoles {
		roles.ExceptRoleRefs = refs(names...)
		return roles
	}
	all := v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}
	required := func(pattern string) *v1alpha1.JustificationPolicy {
		return &v1alpha1.JustificationPolicy{Requirement: v1alpha1.JustificationRequired, Pattern: pattern, Hint: "The number of the shift."}
	}
	because := func(text string) func(*story) {
		return func(s *story) { s.state.Request.Spec.Justification = v1alpha1.Description(text) }
	}
	asks := func(change func(*v1alpha1.RequestedGrant)) func(*story) {
		return func(s *story) { change(s.state.Request.Spec.Grant) }
	}
	role := func(kind v1alpha1.RoleKind, name string) func(*story) {
		return asks(func(g *v1alpha1.RequestedGrant) { g.RoleRef = v1alpha1.RoleReference{Kind: kind, Name: name} })
	}
	in := func(scope v1alpha1.Scope) func(*story) {
		return asks(func(g *v1alpha1.RequestedGrant) { g.Scope = &scope })
	}
	lasts := func(seconds int32) func(*story) {
		return asks(func(g *v1alpha1.RequestedGrant) { g.DurationSeconds = seconds })
	}
	about := func(unit string) func(*story) {
		return func(s *story) { s.state.Request.Spec.Unit = v1alpha1.Name(unit) }
	}
	forJon := func(s *story) { s.state.Request.Spec.Beneficiary = "jon" }
	everywhere := v1alpha1.Scope{Everywhere: new(true)}
	units := func(names ...v1alpha1.Name) v1alpha1.Scope { return v1alpha1.Scope{Units: names} }
	type changes = []func(*story)
	for name, c := range map[string]struct {
		policy func(*v1alpha1.GrantPolicy)
		// changes are made to the request or the world.
		changes changes
		// refused is a part of the message; empty, approvers are asked.
		refused string
	}{
		"a role that is listed":        {},
		"by its kind":                  {changes: changes{role(v1alpha1.RoleKindRole, "approver")}},
		"a role that is not listed":    {changes: changes{role("", "vice")}, refused: `does not give role "vice": it gives only approver`},
		"a platform role of that name": {changes: changes{role(v1alpha1.RoleKindPlatformRole, "approver")}, refused: `"PlatformRole/approver"`},
		"below the highest":            {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = upTo("vice") }},
		"the highest":                  {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = upTo("approver") }},
		"above the highest":            {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = upTo("approver") }, changes: changes{role("", "vice")}, refused: `does not give role "vice"`},
		"beside the highest":           {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = upTo("bypasser") }, refused: "bypasser and the roles that it inherits"},
		"every role":                   {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = all }, changes: changes{role("", "bypasser")}},
		"an exception":                 {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = except(all, "approver") }, refused: "excepts"},
		"above an exception":           {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = except(all, "approver") }, changes: changes{role("", "vice")}, refused: "ranks above"},
		"below an exception":           {policy: func(p *v1alpha1.GrantPolicy) { p.Roles = except(all, "vice") }},
		"an unknown word for roles":    {policy: func(p *v1alpha1.GrantPolicy) { p.Roles.From = "OwnRank" }, refused: "it gives none"},
		"for the requester":            {policy: func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = p.Beneficiaries[:1] }},
		"not for others":               {policy: func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = p.Beneficiaries[:1] }, changes: changes{forJon}, refused: `gives "jon" no role`},
		"for others":                   {policy: func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = p.Beneficiaries[1:] }, changes: changes{forJon}},
		"not for the requester":        {policy: func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = p.Beneficiaries[1:] }, refused: `gives "ann" no role`},
		"for nobody":                   {policy: func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = []v1alpha1.GrantBeneficiary{"Everybody"} }, refused: "no role"},
		"at the longest":               {policy: func(p *v1alpha1.GrantPolicy) { p.MaxDurationSeconds = 100 }},
		"for too long":                 {policy: func(p *v1alpha1.GrantPolicy) { p.MaxDurationSeconds = 99 }, refused: "for 1m39s at most, not for 1m40s"},
		"for more than a year":         {changes: changes{lasts(31536001)}, refused: "at most"},
		"for no time":                  {changes: changes{lasts(0)}, refused: "only for a time that the request says"},
		"for the default time":         {policy: func(p *v1alpha1.GrantPolicy) { p.DefaultDurationSeconds = 60 }, changes: changes{lasts(0)}},
		"a default beyond the longest": {policy: func(p *v1alpha1.GrantPolicy) { p.DefaultDurationSeconds, p.MaxDurationSeconds = 60, 50 }, changes: changes{lasts(0)}, refused: "at most"},
		"for less than no time":        {changes: changes{lasts(-1)}, refused: "only for a time"},
		"for a reason":                 {policy: func(p *v1alpha1.GrantPolicy) { p.Justification = required("^SHIFT-[0-9]+") }, changes: changes{because("SHIFT-17: night")}},
		"for no reason":                {policy: func(p *v1alpha1.GrantPolicy) { p.Justification = required("") }, refused: "with a justification: The number of the shift."},
		"for blanks":                   {policy: func(p *v1alpha1.GrantPolicy) { p.Justification = required("") }, changes: changes{because(" \n\t")}, refused: "with a justification"},
		"for another reason":           {policy: func(p *v1alpha1.GrantPolicy) { p.Justification = required("^SHIFT-[0-9]+") }, changes: changes{because("no SHIFT-17")}, refused: "matches ^SHIFT-[0-9]+: The number"},
		"no pattern":                   {policy: func(p *v1alpha1.GrantPolicy) { p.Justification = required("(") }, changes: changes{because("(")}, refused: "does not compile"},
		"an unknown requirement": {policy: func(p *v1alpha1.GrantPolicy) {
			p.Justification = &v1alpha1.JustificationPolicy{Requirement: "Sometimes"}
		}, changes: changes{because("so")}, refused: "unknown"},
		"an unknown requirement, mute": {policy: func(p *v1alpha1.GrantPolicy) {
			p.Justification = &v1alpha1.JustificationPolicy{Requirement: "Sometimes"}
		}, refused: "with a justification"},
		"no reason where one may be": {policy: func(p *v1alpha1.GrantPolicy) {
			p.Justification = required("^S")
			p.Justification.Requirement = v1alpha1.JustificationOptional
		}},
		"a bad reason where one may be": {policy: func(p *v1alpha1.GrantPolicy) {
			p.Justification = required("^S")
			p.Justification.Requirement = v1alpha1.JustificationOptional
		}, changes: changes{because("no")}, refused: "matches"},
		"in the unit":                {changes: changes{in(units("east"))}},
		"in another unit":            {changes: changes{in(units("west"))}, refused: `in unit "west": give the role within the unit of the request, east`},
		"in another unit too":        {changes: changes{in(units("east", "west"))}, refused: `in unit "west"`},
		"above the unit":             {changes: changes{in(units("site"))}, refused: `in unit "site"`},
		"everywhere, from a branch":  {changes: changes{in(everywhere)}, refused: "everywhere"},
		"everywhere, from the root":  {changes: changes{in(everywhere), about("")}},
		"below the root":             {changes: changes{in(units("east")), about("site")}},
		"in a group within the unit": {changes: changes{in(v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"eastern"}})}},
		"in a group beyond the unit": {changes: changes{in(v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"both"}})}, refused: `in unit "west"`},
	} {
		t.Run(name, func(t *testing.T) {
			policy := giving()
			if c.policy != nil {
				c.policy(policy)
			}
			s := asking(t, policy, append(c.changes, func(s *story) {
				s.document.UnitGroups = map[string][]string{"eastern": {"east"}, "both": {"east", "west"}}
			})...)
			if c.refused == "" {
				s.is(pending).approves(1, "ben", "location").pass(2).is(approved)
				return
			}
			s.is(denied)
			if m := s.last.Status.Message; !strings.Contains(m, c.refused) || !strings.HasPrefix(m, `the role cannot be given: ApprovalChain "chain-0" `) {
				t.Errorf("it says %q", m)
			}
			granted(s, metav1.ConditionFalse, approval.ReasonNotGranted)
		})
	}
	asking(t, nil).is(denied).says(`the role cannot be given: ApprovalChain "chain-0" gives no role: it has no grantPolicy; ` +
		`ask for the role where a chain gives it, or have a grantPolicy added`)
}

func TestScopeOfAGrantLiesWithinTheDimensions(t *testing.T) {
	values := func(list ...v1alpha1.DimensionValue) v1alpha1.DimensionScope {
		return v1alpha1.DimensionScope{Name: "goods", Values: list}
	}
	for name, c := range map[string]struct {
		asked   string
		scope   v1alpha1.DimensionScope
		refused bool
	}{
		"the value":                {`"food"`, values("food"), false},
		"another":                  {`"food"`, values("fuel"), true},
		"another too":              {`"food"`, values("food", "fuel"), true},
		"all":                      {`"food"`, v1alpha1.DimensionScope{Name: "goods", All: new(true)}, true},
		"one of all":               {"", values("fuel"), false},
		"all of all":               {"", v1alpha1.DimensionScope{Name: "goods", All: new(true)}, false},
		"none":                     {`"food"`, v1alpha1.DimensionScope{Name: "other"}, false},
		"where the request is odd": {`7`, values("food"), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := asking(t, giving(), func(s *story) {
				s.document.Dimensions = map[string][]string{"goods": {"food", "fuel"}}
				if c.asked != "" {
					s.attribute("goods", c.asked)
				}
				s.state.Request.Spec.Grant.Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{"east"}, Dimensions: []v1alpha1.DimensionScope{c.scope}}
			})
			if (s.last.Status.State == denied) != c.refused {
				t.Errorf("it is %s: %s", s.last.Status.State, s.last.Status.Message)
			}
		})
	}
}

// A way without a decision gives a role only if the chain says so. Otherwise the approvers are asked, if there are any to ask.
func TestRolesWithoutDecision(t *testing.T) {
	submission := chain(step("location", role("approver")))
	submission.OnSubmission = v1alpha1.ApproveOwnSteps
	bypass := chain(step("location", role("approver")))
	bypass.BypassPermission = "bypass"
	needless := chain(step("location", role("approver")))
	needless.Steps[0].When = "false"
	ways := []v1alpha1.DecisionBypass{v1alpha1.WithoutDecisionOnSubmission, v1alpha1.WithoutDecisionOnBypass, v1alpha1.WithoutDecisionIfNoStepNeeded}
	for _, c := range []struct {
		chain     v1alpha1.ApprovalChainSpec
		requester v1alpha1.UserID
		way       v1alpha1.DecisionBypass
		otherwise v1alpha1.RequestState
	}{
		{submission, "ben", v1alpha1.WithoutDecisionOnSubmission, pending},
		{bypass, "bob", v1alpha1.WithoutDecisionOnBypass, pending},
		{needless, "ann", v1alpha1.WithoutDecisionIfNoStepNeeded, denied},
	} {
		for _, way := range append(ways, "", "Always") {
			s := newStory(t, c.chain)
			s.state.Request.Spec.Requester, s.state.Request.Spec.Beneficiary = c.requester, "jon"
			s.asksForRole(way)
			want := c.otherwise
			if way == c.way {
				want = approved
			}
			s.pass(0).is(want)
			if want == pending {
				s.approves(1, "bea", "location").pass(1).is(approved)
			}
		}
	}
	s := newStory(t, needless)
	s.asksForRole()
	s.pass(0).says(`the role cannot be given: ApprovalChain "chain-0" needs no step for this request, and gives no role without a ` +
		`decision: grantPolicy.withoutDecision lacks NoStepNeeded`)
}

func TestRequestsKeepTheDefaultDuration(t *testing.T) {
	policy := giving()
	policy.DefaultDurationSeconds = 60
	s := asking(t, policy, func(s *story) { s.state.Request.Spec.Grant.DurationSeconds = 0 })
	if s.last.Status.Chain.Grant.DurationSeconds != 60 {
		t.Errorf("it keeps %+v", s.last.Status.Chain.Grant)
	}
	longer := s.state.Chains["chain-0"].DeepCopy().Spec
	longer.GrantPolicy.DefaultDurationSeconds = 6000
	s.govern(longer)
	s.approves(10, "ben", "location").pass(10).is(approved)
	if end := s.last.Status.Grant.EndTime.Time; !end.Equal(moment(70)) {
		t.Errorf("the role ends at %v", end)
	}
}

func TestRolesThatChangeAfterTheOpening(t *testing.T) {
	role := func(name string, change func(*document.Role)) func(*story) {
		return func(s *story) {
			changed := s.document.Roles[name]
			change(&changed)
			s.document.Roles[name] = changed
		}
	}
	holds := func(alternatives ...document.Alternative) func(*document.Role) {
		return func(r *document.Role) { r.Permissions = map[string][]document.Alternative{"bypass": alternatives} }
	}
	open, qualified := document.Alternative{}, document.Alternative{Qualifiers: []string{"own", "open"}}
	for name, c := range map[string]struct {
		before, after func(*story)
		denied        bool
	}{
		"gives more":                {nil, role("approver", holds(open)), true},
		"gives on fewer conditions": {role("approver", holds(qualified)), role("approver", holds(open)), true},
		"gives on other conditions": {role("approver", holds(qualified)), role("approver", holds(qualified, document.Alternative{RequiredFeatures: []string{"x"}})), true},
		"ranks higher":              {nil, role("approver", func(r *document.Role) { r.Inherits = []string{"bypasser"} }), true},
		"inherits through another":  {role("approver", holds(qualified)), role("approver", holds(document.Alternative{Qualifiers: []string{"open", "own"}, Via: []string{"x"}})), false},
		"another role changes":      {nil, role("bypasser", holds(open, qualified)), false},
		"says one thing twice":      {role("approver", holds(qualified)), role("approver", holds(qualified, qualified)), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := asking(t, giving(), func(s *story) {
				s.document.Qualifiers = map[string]document.Condition{"own": {Expression: "true"}, "open": {Expression: "true"}}
				s.document.Features = []string{"x"}
				if c.before != nil {
					c.before(s)
				}
			})
			c.after(s)
			s.index()
			s.approves(10, "ben", "location").pass(10).counts("ben", countedReason)
			if !c.denied {
				s.is(approved)
				return
			}
			s.is(denied).says(`the role cannot be given: role "approver", or a role that it inherits, was changed after the request ` +
				`was opened, so that it gives something else than was decided on: make the request again`)
		})
	}
}

// The unit tree may change while a request is open.
func TestScopeIsCheckedAgainBeforeApproval(t *testing.T) {
	s := asking(t, giving(), func(s *story) {
		s.document.Units["desk"] = document.Unit{Parent: "east"}
		s.state.Request.Spec.Grant.Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{"desk"}}
	}).is(pending)
	s.document.Units["desk"] = document.Unit{Parent: "west"}
	s.index()
	s.approves(10, "ben", "location").pass(10).is(denied)
	if !strings.Contains(s.last.Status.Message, `in unit "desk"`) {
		t.Errorf("it says %q", s.last.Status.Message)
	}
}

// Conditions see what is asked for.
func TestConditionsSeeTheGrant(t *testing.T) {
	for when, needed := range map[string]bool{
		`context.grant.role == 'approver'`:                               true,
		`context.grant.role == 'vice'`:                                   false,
		`context.grant.durationSeconds > 99`:                             true,
		`context.grant.durationSeconds > 100`:                            false,
		`context.beneficiary == 'jon' && subject.id == 'ann'`:            true,
		`context.justification.startsWith('night')`:                      true,
		`!context.grant.scope.everywhere`:                                true,
		`context.grant.scope.units == ['west']`:                          false,
		`context.grant.scope.units.exists(u, u == 'east')`:               true,
		`has(context.grant) && size(context.grant.scope.unitGroups) > 0`: false,
	} {
		conditional := chain(step("location", users("ben")), step("more", users("bea")))
		conditional.Steps[1].When = v1alpha1.Expression(when)
		s := newStory(t, conditional)
		s.asksForRole()
		s.state.Request.Spec.Beneficiary, s.state.Request.Spec.Justification = "jon", "night shift"
		s.pass(0)
		if got := s.last.Status.Chain.Steps[1].Disposition == v1alpha1.StepAsked; got != needed {
			t.Errorf("%s: needed is %t", when, got)
		}
	}
	conditional := chain(step("location", users("ben")))
	conditional.When = "has(context.grant) && context.grant.role == 'approver'"
	s := newStory(t, conditional, chain(step("location", users("bea"))))
	s.pass(0).waitsFor("location: bea")
	s = newStory(t, conditional, chain(step("location", users("bea"))))
	s.asksForRole()
	s.pass(0).waitsFor("location: ben")
}

// A status that was damaged gives no role.
func TestRequestThatKeepsNoGrantGivesNone(t *testing.T) {
	s := asking(t, giving())
	s.state.Request.Status.Chain.Grant = nil
	s.approves(10, "ben", "location").pass(10).is(denied)
}

// mayGive reports, without the engine, whether a policy gives approver for what a request asks.
func mayGive(policy *v1alpha1.GrantPolicy, spec *v1alpha1.ApprovalRequestSpec) bool {
	if policy == nil {
		return false
	}
	role, own := false, spec.Beneficiary == "" || spec.Beneficiary == spec.Requester
	switch policy.Roles.From {
	case v1alpha1.GrantableRolesAll:
		role = len(policy.Roles.ExceptRoleRefs) == 0
	case v1alpha1.GrantableRolesUpTo:
		role = true
	case v1alpha1.GrantableRolesListed:
		role = policy.Roles.RoleRefs[0].Name == "approver"
	}
	for _, word := range policy.Beneficiaries {
		if (word == v1alpha1.GrantToRequester) == own && word != "Anybody" {
			return role && (policy.MaxDurationSeconds == 0 || spec.Grant.DurationSeconds <= policy.MaxDurationSeconds)
		}
	}
	return false
}

// No sequence of requests and decisions gives a role that the chain does not give, nor one without a decision of another user
// unless the chain says so.
func TestNoRoleButByPolicyAndDecision(t *testing.T) {
	given := map[string]int{}
	property.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		request.Spec.Grant = drawGrant(t)
		d := drawRequested(t, request)
		state, last := d.live(t, "passes", rapid.SliceOfN(rapid.IntRange(0, lastMoment), 0, 4).Draw(t, "moments"))
		if last.Status.Grant == nil {
			return
		}
		policy, spec := d.chains["chain"].Spec.GrantPolicy, &state.Request.Spec
		if !mayGive(policy, spec) {
			t.Fatalf("%+v gives the role to %+v", policy, spec)
		}
		if got := last.Status.Grant.EndTime.Sub(last.Status.Grant.StartTime.Time).Seconds(); got != float64(spec.Grant.DurationSeconds) {
			t.Fatalf("it is held for %v", got)
		}
		dispositions := map[v1alpha1.StepDisposition]bool{}
		for i, progress := range last.Status.Steps {
			dispositions[last.Status.Chain.Steps[i].Disposition] = true
			for _, vote := range progress.Votes {
				if vote.Verdict == v1alpha1.VerdictApprove && progress.State == v1alpha1.StepApproved {
					given["by decision"]++
					return
				}
			}
		}
		way := v1alpha1.WithoutDecisionIfNoStepNeeded
		switch {
		case dispositions[v1alpha1.StepBypassed]:
			way = v1alpha1.WithoutDecisionOnBypass
		case dispositions[v1alpha1.StepWithinAuthority]:
			way = v1alpha1.WithoutDecisionByAuthority
			if by := spec.Requester; by != "gil" || by == intake.Beneficiary(spec) {
				t.Fatalf("%s gives the role to %s by authority that they lack", by, intake.Beneficiary(spec))
			}
		case dispositions[v1alpha1.StepApprovedOnSubmission]:
			way = v1alpha1.WithoutDecisionOnSubmission
		}
		if len(policy.WithoutDecision) == 0 || policy.WithoutDecision[0] != way {
			t.Fatalf("a role is given without a decision, by %s: %s", way, written(t, last.Status))
		}
		given["without decision"]++
	}, func() string {
		if given["by decision"] == 0 {
			return "no role is given by a decision"
		}
		return ""
	})
}

// What the beneficiary holds anyway is not gained.
func TestPermissionsThatAreGained(t *testing.T) {
	for beneficiary, want := range map[string]string{"": "[also bypass]", "bob": "[also]"} {
		s := asking(t, &v1alpha1.GrantPolicy{
			Roles: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, Beneficiaries: giving().Beneficiaries,
		}, func(s *story) {
			s.document.Permissions["also"] = document.Permission{}
			s.document.Roles["more"] = document.Role{Permissions: map[string][]document.Alternative{"bypass": {{}}, "also": {{}}}}
			s.state.Request.Spec.Grant.RoleRef.Name, s.state.Request.Spec.Beneficiary = "more", v1alpha1.UserID(beneficiary)
		})
		if got := fmt.Sprint(s.last.Status.Chain.Grant.Permissions); got != want {
			t.Errorf("%s gains %s, not %s", beneficiary, got, want)
		}
	}
	without := newStory(t, chain(step("location", users("ben"))))
	if got := without.state.Index.Gained(approval.Input(without.state.Request)); got != nil {
		t.Errorf("a request that asks for no role gains %v", got)
	}
	s := asking(t, giving(), func(s *story) {
		permissions := map[string][]document.Alternative{}
		for i := range 70 {
			name := fmt.Sprintf("p%02d", i)
			s.document.Permissions[name], permissions[name] = document.Permission{}, []document.Alternative{{}}
		}
		s.document.Roles["approver"] = document.Role{Permissions: permissions}
	})
	kept := s.last.Status.Chain.Grant
	if len(kept.Permissions) != 64 || kept.Permissions[63] != "p63" || *kept.OmittedPermissionCount != 6 {
		t.Errorf("of 70 permissions it keeps %v", kept)
	}
}
