// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/property"
)

var (
	drawnUnits = []v1alpha1.Name{"shop", "north", "pier", "mill", "south"}
	drawnRoles = []string{"clerk", "lead", "chief", "auditor", "boss", "warden", "keeper", "mentor"}
	drawnUsers = []string{"ben", "wes", "max", "nan", "tom"}
	drawnTills = []string{"", "cash", "card"}
)

// TestIndexAnswersAsAChangeIsJudged: an index says that a role may be given, or taken, exactly if the change that adds, or removes,
// this grant is allowed. Constraints are left out: an index does not know whom they would concern.
func TestIndexAnswersAsAChangeIsJudged(t *testing.T) {
	seen := map[string]int{}
	property.Check(t, func(t *rapid.T) {
		was := drawnShop(t)
		state := stateOf(was)
		x, err := engine.NewIndex(state.Resolution.Document, engine.WithClock(func() time.Time { return clock }))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			asked := drawnQuestion(t)
			if rapid.Bool().Draw(t, "low") {
				asked.role = rapid.SampledFrom([]string{"clerk", "lead"}).Draw(t, "low role")
			}
			if rapid.IntRange(0, 2).Draw(t, "self") == 0 {
				asked.user = asked.actor
			}
			grant := asked.grant()
			with := of(was, asked.user)
			without := slices.Clone(with.Grants)
			states := [2]*authority.State{state, nil}
			with.Grants = append(slices.Clone(without), grant)
			states[1] = stateOf(&intake.Members{
				Organization: was.Organization, Catalog: was.Catalog, Structures: was.Structures, Roles: was.Roles, Groups: was.Groups,
				Chains: was.Chains, Assignments: copied(was.Assignments),
			})
			with.Grants = without
			index := x
			if asked.revoke {
				slices.Reverse(states[:])
				if index, err = engine.NewIndex(states[0].Resolution.Document, engine.WithClock(func() time.Time { return clock })); err != nil {
					t.Fatal(err)
				}
			}
			asked.compare(t, index, states, seen)
		}
	}, func() string {
		// Who may give themselves a role is rare.
		least := map[string]int{"give true": 5, "give false": 5, "take true": 5, "take false": 5, "self true": 1, "self false": 5}
		for wanted, count := range least {
			if seen[wanted] < count {
				return fmt.Sprintf("%s was reached %d times", wanted, seen[wanted])
			}
		}
		return ""
	})
}

// copied copies assignments, so that an edit of them does not change the state that they were resolved in.
func copied(assignments []*v1alpha1.UserAssignment) []*v1alpha1.UserAssignment {
	copies := make([]*v1alpha1.UserAssignment, len(assignments))
	for i, a := range assignments {
		copies[i] = a.DeepCopy()
	}
	return copies
}

// question is an assignment that is asked about.
type question struct {
	actor, user, role, till string
	unit                    v1alpha1.Name
	revoke                  bool
}

func drawnQuestion(t *rapid.T) *question {
	q := &question{
		actor: rapid.SampledFrom(drawnUsers).Draw(t, "actor"), user: rapid.SampledFrom(drawnUsers).Draw(t, "user"),
		role: rapid.SampledFrom(drawnRoles).Draw(t, "role"), till: rapid.SampledFrom(drawnTills).Draw(t, "till"),
		unit: rapid.SampledFrom(drawnUnits).Draw(t, "unit"), revoke: rapid.Bool().Draw(t, "revoke"),
	}
	return q
}

// grant is the grant that is given or taken.
func (q *question) grant() v1alpha1.Grant {
	grant := given(q.role, in(q.unit))
	grant.Name = "asked"
	till := v1alpha1.DimensionScope{Name: "till", All: &yes}
	if q.till != "" {
		till = v1alpha1.DimensionScope{Name: "till", Values: []v1alpha1.DimensionValue{v1alpha1.DimensionValue(q.till)}}
	}
	grant.Scope.Dimensions = []v1alpha1.DimensionScope{till}
	return grant
}

func (q *question) request() *access.AssignmentRequest {
	r := &access.AssignmentRequest{
		Actor: q.actor, User: q.user, Role: q.role, Revoke: q.revoke, Resource: map[string]any{"unit": string(q.unit)},
	}
	if q.till != "" {
		r.Resource["till"] = q.till
	}
	return r
}

// compare compares what an index answers with what is judged of the change.
func (q *question) compare(t *rapid.T, x *engine.Index, states [2]*authority.State, seen map[string]int) {
	verdict, err := authority.Judge(q.actor, states[0], states[1], clock)
	if err != nil {
		t.Fatal(err)
	}
	r := q.request()
	answer, explained := x.MayAssign(r), x.ExplainAssignment(r)
	if judged := verdict.Allowed(); answer != judged {
		t.Fatalf("%+v: the index answers %t (%s), the change is judged %t: %v", *q, answer, explained.Message, judged, verdict.Acts)
	}
	for what, found := range map[string]bool{
		"an explanation":  explained.Decision,
		"the roles":       slices.Contains(slices.Collect(x.AssignableRoles(r, "")), q.role),
		"the users":       slices.Contains(slices.Collect(x.AssignableUsers(r, "")), q.user),
		"who may give it": slices.Contains(slices.Collect(x.WhoMayAssign(r, "")), q.actor),
	} {
		if found != answer {
			t.Fatalf("%+v: the answer is %t, and that of %s %t", *q, answer, what, found)
		}
	}
	verb := map[bool]string{true: "take", false: "give"}[q.revoke]
	if q.actor == q.user && !q.revoke {
		verb = "self"
	}
	seen[fmt.Sprint(verb, " ", answer)]++
}

// drawnShop is the shop with other rules, home units, managers and grants, a dimension, and without constraints.
func drawnShop(t *rapid.T) *intake.Members {
	m := shop()
	m.Catalog.Spec.Dimensions = []v1alpha1.Dimension{{Name: "till", Values: []v1alpha1.DimensionValue{"cash", "card"}}}
	m.Catalog.Spec.Qualifiers = append(m.Catalog.Spec.Qualifiers,
		v1alpha1.Qualifier{Name: "own", Expression: "resource.properties.owner == subject.id"},
		v1alpha1.Qualifier{Name: "open", Expression: "resource.properties.open == true"})
	m.Catalog.Spec.Constraints, m.Structures[0].Spec.Constraints, m.Groups = nil, nil, nil
	for role, qualifier := range map[string]v1alpha1.Name{"clerk": "own", "warden": "open"} {
		roleOf(m, role).Rules = append(roleOf(m, role).Rules, v1alpha1.Rule{
			Permissions: []v1alpha1.PermissionName{"audit"}, Qualifiers: []v1alpha1.Name{qualifier},
		})
	}
	for _, name := range []string{"boss", "warden", "keeper", "mentor"} {
		roleOf(m, name).AdministrationRules = []v1alpha1.AdministrationRule{drawnRule(t, "first"), drawnRule(t, "second")}
	}
	roleOf(m, "boss").Inherits = []v1alpha1.Inheritance{{RoleRef: roleRef("lead")}}
	m.Assignments = nil
	for _, id := range drawnUsers {
		a := user(id, rapid.SampledFrom(append(drawnUnits, "", "", "nowhere")).Draw(t, "home of "+id),
			v1alpha1.UserID(rapid.SampledFrom(append(drawnUsers, "")).Draw(t, "manager of "+id)))
		for i := range rapid.IntRange(0, 2).Draw(t, "grants of "+id) {
			a.Spec.Grants = append(a.Spec.Grants, drawnGrant(t, i))
		}
		if rapid.IntRange(0, 9).Draw(t, "state of "+id) == 0 {
			a.Spec.State = v1alpha1.UserSuspended
		}
		m.Assignments = append(m.Assignments, a)
	}
	return m
}

func drawnGrant(t *rapid.T, number int) v1alpha1.Grant {
	q := drawnQuestion(t)
	grant := q.grant()
	grant.Name = v1alpha1.EntryName(fmt.Sprintf("drawn-%d", number))
	if rapid.Bool().Draw(t, "administers") {
		grant.RoleRef = roleRef(rapid.SampledFrom([]string{"boss", "warden", "keeper", "mentor"}).Draw(t, "administering role"))
	}
	switch rapid.IntRange(0, 5).Draw(t, "window") {
	case 0:
		grant.EndTime = &metav1.Time{Time: clock}
	case 1:
		grant.EndTime = &metav1.Time{Time: clock.Add(time.Hour)}
	}
	return grant
}

func drawnRule(t *rapid.T, name v1alpha1.Name) v1alpha1.AdministrationRule {
	rule := v1alpha1.AdministrationRule{
		Name: name, UserActions: rapid.SliceOfNDistinct(rapid.SampledFrom(allActions), 0, 5, rapid.ID[v1alpha1.UserAction]).Draw(t, "actions"),
	}
	rule.UserActions = append(rule.UserActions, "GiveRoles", "TakeRoles")
	slices.Sort(rule.UserActions)
	rule.UserActions = slices.Compact(rule.UserActions)
	if rapid.IntRange(0, 3).Draw(t, "qualified") == 0 {
		rule.Qualifiers = []v1alpha1.Name{"reports"}
	}
	listed := roleRef(rapid.SampledFrom(drawnRoles).Draw(t, "named role"))
	rule.Roles = &v1alpha1.AdministeredRoles{From: rapid.SampledFrom([]v1alpha1.AdministeredRolesFrom{
		v1alpha1.AdministeredRolesListed, v1alpha1.AdministeredRolesUpTo, v1alpha1.AdministeredRolesOwnRank, v1alpha1.AdministeredRolesAll,
	}).Draw(t, "roles")}
	switch rule.Roles.From {
	case v1alpha1.AdministeredRolesListed:
		rule.Roles.RoleRefs = []v1alpha1.RoleReference{listed}
	case v1alpha1.AdministeredRolesUpTo:
		rule.Roles.UpToRoleRef = &listed
	default:
		if rapid.Bool().Draw(t, "except") {
			rule.Roles.ExceptRoleRefs = []v1alpha1.RoleReference{listed}
		}
	}
	return rule
}
