// SPDX-License-Identifier: Apache-2.0

package judge_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// judgedChange is a change that someone makes, with both states as they are written.
type judgedChange struct {
	actor   string
	was, is *intake.Members
	allowed bool
	verdict *authority.Verdict
	before  model.World
	readers [2]*naive.Reader
}

func judged(t *rapid.T, actor string, was, is *intake.Members) *judgedChange {
	c := &judgedChange{actor: actor, was: was, is: is}
	states := [2]*authority.State{}
	for i, m := range []*intake.Members{was, is} {
		world := intake.World("n", "org", m)
		if i == 0 {
			c.before = world
		}
		c.readers[i] = naive.Read(&world)
		states[i] = &authority.State{Members: m, Resolution: resolve.Organization(&world)}
	}
	verdict, err := authority.Judge(actor, states[0], states[1], clock)
	if err != nil {
		t.Fatal(err)
	}
	c.verdict, c.allowed = verdict, verdict.Allowed()
	return c
}

// asked are requests that tell most decisions apart.
func asked(user string) []access.Request {
	var requests []access.Request
	for _, right := range rights {
		for _, unit := range places[:4] {
			for _, value := range []string{"", "x"} {
				for _, owner := range []string{user, "no one"} {
					properties := map[string]any{"unit": string(unit), "owner": owner}
					if value != "" {
						properties["d"] = value
					}
					requests = append(requests, access.Request{
						Subject: access.Subject{Type: "user", ID: user}, Action: access.Action{Name: string(right)},
						Resource: access.Resource{Type: "thing", ID: "t", Properties: properties},
					})
				}
			}
		}
	}
	return requests
}

// couldGive reports whether an administrator could give a user what a request asks for: by one of the roles of the state before, or by
// an override.
func (c *judgedChange) couldGive(a *naive.Administrator, user string, request *access.Request) bool {
	try := func(given model.Assignment) bool {
		given.User, given.Object = user, model.Object{Ref: model.Ref{Kind: model.KindAssignment, Namespace: "n", Name: "given"}}
		world := c.before
		world.Assignments = append([]model.Assignment{given}, restored(world.Assignments, user)...)
		return naive.Read(&world).Decide(request, clock)
	}
	everywhere := intake.Scope(whole)
	for _, role := range c.before.Roles {
		ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
		if a.May("GiveRoles", user, ref, request) && try(model.Assignment{Grants: []model.Grant{{Name: "given", Role: ref, Scope: everywhere}}}) {
			return true
		}
	}
	return a.MayEverything("GiveRoles", user, request) || a.MayOverride(user, request.Action.Name, request)
}

// restored returns assignments in which a user is not suspended. What a suspended user holds is left out, because nobody gives that by
// giving something else.
func restored(assignments []model.Assignment, user string) []model.Assignment {
	all := slices.Clone(assignments)
	if !slices.ContainsFunc(all, func(a model.Assignment) bool { return a.User == user && a.Suspended }) {
		return all
	}
	for i := range all {
		if a := &all[i]; a.User == user {
			a.Suspended, a.Grants = false, nil
			a.Overrides = slices.DeleteFunc(slices.Clone(a.Overrides), func(o model.Override) bool { return !o.Deny })
		}
	}
	return all
}

// couldTake reports whether an administrator could take from a user what a request asks for.
func (c *judgedChange) couldTake(a *naive.Administrator, user string, request *access.Request) bool {
	for _, role := range c.before.Roles {
		ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
		if a.May("TakeRoles", user, ref, request) && c.readers[0].MayHold(ref, request.Action.Name) {
			return true
		}
	}
	return a.MayEverything("TakeRoles", user, request) || a.MayOverride(user, request.Action.Name, request)
}

func (c *judgedChange) String() string {
	text := ""
	for i := range c.verdict.Acts {
		text += c.verdict.Acts[i].String() + "\n"
	}
	return fmt.Sprintf("%s\nbefore %s\nafter %s", text, asYAML(c.was), asYAML(c.is))
}

// TestNobodyGivesWhatTheyCouldNotGiveDirectly compares what is allowed with what section 10 of the design says of it, told plainly.
func TestNobodyGivesWhatTheyCouldNotGiveDirectly(t *testing.T) {
	gained, lost, opened := 0, 0, 0
	property.Check(t, func(t *rapid.T) {
		was := administered(t)
		for range 5 {
			is := copied(was)
			for range rapid.IntRange(1, 2).Draw(t, "changes") {
				alter(t, is)
			}
			c := judged(t, one(t, []string{"ada", "ada", "ada", "bob"}), was, is)
			if c.allowed {
				g, l := c.compare(t)
				gained, lost = gained+g, lost+l
				opened += c.opens(t, c.readers[0].Administrator(c.actor, clock))
			}
		}
	}, func() string {
		if gained < 50 || lost < 50 || opened < 10 {
			return fmt.Sprintf("%d requests gained and %d lost by what is allowed, and %d roles to be asked for", gained, lost, opened)
		}
		return ""
	})
}

// compare compares an allowed change with what its actor could do directly, and counts the requests gained and lost.
func (c *judgedChange) compare(t *rapid.T) (gained, lost int) {
	was, is := c.readers[0].Administrator(c.actor, clock), c.readers[1].Administrator(c.actor, clock)
	if !was.HasRules() && len(c.verdict.Acts) > 0 {
		t.Fatalf("%s has no rule\n%s", c.actor, c)
	}
	for _, user := range admins {
		for _, request := range asked(user) {
			had, has := c.readers[0].Decide(&request, clock), c.readers[1].Decide(&request, clock)
			what, place := request.Action.Name, request.Resource.Properties
			switch {
			case has && !had:
				gained++
				if !c.couldGive(was, user, &request) {
					t.Fatalf("%s gains %s of %v, and %s could not give it\n%s", user, what, place, c.actor, c)
				}
			case had && !has:
				lost++
				if !c.couldTake(was, user, &request) {
					t.Fatalf("%s loses %s of %v, and %s could not take it\n%s", user, what, place, c.actor, c)
				}
			}
		}
		c.widens(t, user, was, is)
	}
	return gained, lost
}

// widens fails if an actor may give a user by the change what they could not before.
func (c *judgedChange) widens(t *rapid.T, user string, was, is *naive.Administrator) {
	if !c.exists(user) {
		return
	}
	for _, request := range asked(user)[:16] {
		for _, role := range c.before.Roles {
			ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
			if is.May("GiveRoles", user, ref, &request) && !was.May("GiveRoles", user, ref, &request) {
				t.Fatalf("%s may give %s to %s in %v now\n%s", c.actor, role.Name, user, request.Resource.Properties, c)
			}
		}
	}
}

// exists reports whether a user is one in both states. Who is none is given nothing but by being added.
func (c *judgedChange) exists(user string) bool {
	return user == "dan" || of(c.was, user) != nil && of(c.is, user) != nil
}

// TestWhatSectionTenAllows asks for single roles that a rule plainly lets be given, and taken back.
func TestWhatSectionTenAllows(t *testing.T) {
	given := 0
	property.Check(t, func(t *rapid.T) {
		was := administered(t)
		user, role, unit := one(t, admins[1:3]), one(t, posts[:4]), one(t, places[:4])
		of(was, user).Grants, of(was, user).Overrides, of(was, user).State = nil, nil, ""
		for i := range was.Roles {
			if was.Roles[i].Name != "admin" {
				was.Roles[i].Spec.AdministrationRules = nil
			}
		}
		is := copied(was)
		scope := &v1alpha1.Scope{Units: []v1alpha1.Name{unit}, Dimensions: []v1alpha1.DimensionScope{{Name: "d", Values: []v1alpha1.DimensionValue{"x"}}}}
		of(is, user).Grants = []v1alpha1.Grant{{Name: "given", RoleRef: postRef(role), Scope: scope}}
		there := access.Request{
			Subject: access.Subject{Type: "user", ID: user}, Action: access.Action{Name: "p"},
			Resource: access.Resource{Type: "thing", ID: "t", Properties: map[string]any{"unit": string(unit), "d": "x"}},
		}
		c := judged(t, "ada", was, is)
		ref := model.RoleRef{Kind: model.KindRole, Name: role}
		administrator := c.readers[0].Administrator("ada", clock)
		if administrator.May("GiveRoles", user, ref, &there) {
			given++
			if !c.allowed {
				t.Fatalf("ada may not give %s to %s\n%s", role, user, c)
			}
			if back := judged(t, "ada", is, was); administrator.May("TakeRoles", user, ref, &there) && !back.allowed {
				t.Fatalf("ada may not take %s from %s\n%s", role, user, back)
			}
		} else if c.allowed {
			t.Fatalf("ada gives %s to %s, and no rule lets her\n%s", role, user, c)
		}
	}, func() string {
		if given < 20 {
			return fmt.Sprintf("%d roles given", given)
		}
		return ""
	})
}

func of(m *intake.Members, id string) *v1alpha1.UserAssignmentSpec {
	for _, a := range m.Assignments {
		if string(a.Spec.User) == id {
			return &a.Spec
		}
	}
	return nil
}
