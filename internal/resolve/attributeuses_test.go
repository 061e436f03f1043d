// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// mismatches returns what is found about attributes of the wrong type.
func mismatches(resolution *resolve.Resolution) []string {
	var found []string
	for _, finding := range resolution.Findings {
		if finding.Reason == resolve.ReasonAttributeTypeMismatch {
			found = append(found, strings.ReplaceAll(finding.String(), "health/", ""))
		}
	}
	return found
}

// TestAttributesOfTheWrongType: a condition is found that no value of an attribute in the directory meets, whatever a caller adds.
func TestAttributesOfTheWrongType(t *testing.T) {
	const organization = "Warning Organization/hospital spec.catalogRef AttributeTypeMismatch: "
	for name, test := range map[string]struct {
		qualifier, prohibition, when, administration string
		// users and units have these values of their attribute x.
		users, units []any
		// lost is that of a unit whose parent does not exist.
		lost any
		want []string
	}{
		"a number that is text": {qualifier: "subject.properties.x > 3.0", users: []any{"5", nil, "7"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a number, ` +
				`so it is not met: write a number there, without quotes, or correct the condition`,
		}},
		"text that is a number": {qualifier: "subject.properties.x.startsWith('1')", users: []any{1.0, 2.0}, want: []string{
			organization + `attribute "x" is a number wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs text, ` +
				`so it is not met: write text there, in quotes, or correct the condition`,
		}},
		"a list that is text": {qualifier: "subject.properties.x.exists(e, e == 'east')", users: []any{"east"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a list or a map, ` +
				`so it is not met: write a list or a map there, or correct the condition`,
		}},
		"a boolean that is text": {qualifier: "subject.properties.x == true", users: []any{"yes"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a boolean, ` +
				`so it is not met: write a boolean there, without quotes, or correct the condition`,
		}},
		"a part of a map that is text": {qualifier: "subject.properties.x.y == 'a'", users: []any{"a"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a map, `,
		}},
		"a unit's": {qualifier: "resource.unit.x == 1", units: []any{"1", "2"}, want: []string{
			organization + `attribute "x" is text wherever a unit has it, as in unit "v0", but qualifier "q" of catalog "care" needs a number, ` +
				`so it is not met: write a number there, without quotes, or correct the condition`,
		}},
		"a unit's, which is the resource": {qualifier: "resource.type in ['annex', 'wing'] && resource.properties.x == 1", units: []any{"1", "2"}, want: []string{
			organization + `attribute "x" is text wherever a unit has it, as in unit "v0", but qualifier "q" of catalog "care" needs a number, so it is not met`,
		}},
		"a prohibition that cannot be evaluated": {prohibition: "subject.properties.x < 3.0", users: []any{"5"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but prohibition "p" of catalog "care" needs a number, ` +
				`so it refuses its permissions: write a number`,
		}},
		"a prohibition that is never true": {prohibition: "has(subject.properties.x) && subject.properties.x == 1", users: []any{"1"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but prohibition "p" of catalog "care" needs a number, ` +
				`so it refuses nothing but what it cannot be evaluated for: write a number`,
		}},
		"two conditions of one attribute": {qualifier: "subject.properties.x > 3.0", prohibition: "subject.properties.x < 3.0", users: []any{"5"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a number, ` +
				`so it is not met, prohibition "p" of catalog "care" needs a number, so it refuses its permissions: write a number`,
		}},
		"a chain": {when: "subject.properties.x >= 2", users: []any{"2"}, want: []string{
			`Warning ApprovalChain/c spec.steps[one].when AttributeTypeMismatch: attribute "x" is text wherever a user has it, as in UserAssignment "u0", ` +
				`but the condition needs a number, so it is not met`,
			`Warning ApprovalChain/c spec.when AttributeTypeMismatch: attribute "x" is text wherever a user has it, as in UserAssignment "u0", ` +
				`but the condition needs a number, so it is not met`,
		}},
		"an administration rule, whose resource is a user": {administration: "resource.properties.x > 3.0", users: []any{"5"}, want: []string{
			`Warning Role/administrator spec.administrationRules[all] AttributeTypeMismatch: attribute "x" is text wherever a user has it, ` +
				`as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a number, so it is not met`,
		}},

		"text that is a boolean": {qualifier: "subject.properties.x == 'yes'", users: []any{true}, want: []string{
			organization + `attribute "x" is a boolean wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs text, ` +
				`so it is not met: write text there, in quotes, or correct`,
		}},
		"text that is a list": {qualifier: "subject.properties.x == 'yes'", users: []any{[]any{"yes"}}, want: []string{
			organization + `attribute "x" is a list wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs text, ` +
				`so it is not met: write text there, or correct`,
		}},
		"a list that is a number": {qualifier: "'a' in subject.properties.x", users: []any{1.0}, want: []string{
			organization + `attribute "x" is a number wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a list or a map, ` +
				`so it is not met: write a list or a map there, or correct`,
		}},
		"a boolean that is a number": {qualifier: "subject.properties.x == true", users: []any{1.0}, want: []string{
			organization + `attribute "x" is a number wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a boolean, ` +
				`so it is not met: write a boolean there, or correct`,
		}},
		"two conditions of different needs": {
			qualifier: "subject.properties.x > 3.0", prohibition: "'a' in subject.properties.x", users: []any{"5"}, want: []string{
				organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a number, ` +
					`so it is not met, prohibition "p" of catalog "care" needs a list or a map, so it refuses its permissions: write a number there, without quotes`,
			},
		},
		"null beside text": {qualifier: "subject.properties.x > 3.0", users: []any{nil, "5"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u1", but`,
		}},
		"an administration rule that asks the subject": {administration: "subject.properties.x > 3.0", users: []any{"5"}, want: []string{
			organization + `attribute "x" is text wherever a user has it, as in UserAssignment "u0", but qualifier "q" of catalog "care" needs a number, so it is not met`,
		}},

		"one value will do":                         {qualifier: "subject.properties.x > 3.0", users: []any{"5", 5.0}},
		"another boolean":                           {qualifier: "subject.properties.x", users: []any{false}},
		"nothing but null":                          {qualifier: "subject.properties.x > 3.0", users: []any{nil}},
		"nobody has it":                             {qualifier: "subject.properties.x > 3.0"},
		"null is meant":                             {qualifier: "!has(subject.properties.x) || subject.properties.x == null", users: []any{"5"}},
		"absence is meant":                          {qualifier: "!has(subject.properties.x)", users: []any{"5"}},
		"something else suffices":                   {qualifier: "subject.properties.x > 3.0 || subject.id == 'ann'", users: []any{"5"}},
		"it is converted":                           {qualifier: "double(subject.properties.x) > 3.0", users: []any{"5"}},
		"things have it, and units by chance":       {qualifier: "resource.properties.x > 3.0", users: []any{"5"}, units: []any{"5"}},
		"an attribute that is unknown":              {qualifier: "subject.properties.x == 'a'", users: []any{tooLong}},
		"what a prohibition is false of":            {prohibition: "subject.properties.x == 'blocked'", users: []any{"free"}},
		"what a prohibition of a type refuses":      {prohibition: "type(subject.properties.x) != double", users: []any{5.0}},
		"of units, and only users have the name":    {qualifier: "resource.unit.x == 1", users: []any{"1"}},
		"a resource that may be a unit, or a thing": {qualifier: "resource.type in ['annex', 'chart'] && resource.properties.x == 1", units: []any{"1"}},
		"a resource of another type":                {qualifier: "resource.type == 'chart' && resource.properties.x == 1", units: []any{"1"}},
		"a resource of a type or another condition": {qualifier: "(resource.type == 'annex' || subject.id == 'a') && resource.properties.x == 1", units: []any{"1"}},
		"a unit that the root does not reach":       {qualifier: "resource.unit.x == 1", lost: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			world := hospital()
			world.Catalog.Qualifiers, world.Catalog.Prohibitions, world.Chains = nil, nil, nil
			if test.lost != nil {
				lost := model.Unit{Name: "lost", Parent: "nowhere", Attributes: model.Attributes{"x": test.lost}}
				world.Structures[0].Units = append(world.Structures[0].Units, lost)
			}
			if expression := test.qualifier + test.administration; expression != "" {
				world.Catalog.Qualifiers = []model.Qualifier{{Name: "q", Expression: expression}}
			}
			if test.prohibition != "" {
				world.Catalog.Prohibitions = []model.Prohibition{{Name: "p", Expression: test.prohibition, Selector: named("chart.write")}}
			}
			if test.when != "" {
				world.Chains = []model.Chain{{
					Object: object(model.KindChain, "c"), RequestType: "order", When: test.when,
					Steps: []model.Step{{Name: "one", Mode: model.ApprovalCount, When: test.when}},
				}}
			}
			if test.administration != "" {
				world.Roles = append(world.Roles, model.Role{Object: object(model.KindRole, "administrator"), AdministrationRules: []model.AdministrationRule{
					{Name: "all", Qualifiers: []string{"q"}, UserActions: []string{"Suspend"}},
				}})
			}
			for i, value := range test.users {
				name := "u" + string(rune('0'+i))
				// An older assignment of the user says nothing about it.
				world.Assignments = append(world.Assignments, model.Assignment{Object: object(model.KindAssignment, "a-"+name), User: name},
					model.Assignment{Object: object(model.KindAssignment, name), User: name, Attributes: model.Attributes{"x": value}})
			}
			for i, value := range test.units {
				world.Structures[0].Units = append(world.Structures[0].Units,
					model.Unit{Name: "v" + string(rune('0'+i)), Kind: []string{"annex", "wing"}[i%2], Parent: world.Structures[0].Units[0].Name, Attributes: model.Attributes{"x": value}})
			}
			got := mismatches(resolve.Organization(world))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestEveryConditionOfTheWrongType: each of several conditions is found, wherever it stands, and each of several attributes.
func TestEveryConditionOfTheWrongType(t *testing.T) {
	world := hospital()
	world.Catalog.Qualifiers = []model.Qualifier{
		{Name: "a", Expression: "subject.properties.x > 1.0"}, {Name: "b", Expression: "subject.properties.y > 1.0"},
		{Name: "c", Expression: "resource.properties.x > 1.0"}, {Name: "d", Expression: "resource.properties.y > 1.0"},
	}
	prohibition := model.Prohibition{Name: "p", Expression: "subject.id == 'a'", Selector: named("chart.write")}
	// Of each attribute it is told what it leads to, whatever was told of the other.
	both := model.Prohibition{
		Name: "both", Expression: "has(subject.properties.x) && subject.properties.x == 1.0 || has(subject.properties.y) && subject.properties.y < 1.0",
		Selector: named("chart.write"),
	}
	last := model.Prohibition{Name: "last", Expression: "subject.properties.y < 1.0", Selector: named("chart.write")}
	world.Catalog.Prohibitions = []model.Prohibition{prohibition, both, last}
	for _, name := range []string{"first", "second"} {
		rules := []model.AdministrationRule{
			{Name: "one", Qualifiers: []string{"c"}, UserActions: []string{"Suspend"}},
			{Name: "two", Qualifiers: []string{"c", "d"}, UserActions: []string{"Suspend"}},
		}
		world.Roles = append(world.Roles, model.Role{Object: object(model.KindRole, name), AdministrationRules: rules})
		step := model.Step{Mode: model.ApprovalCount, When: "subject.properties.x > 1.0"}
		one, two := step, step
		one.Name, two.Name = "one", "two"
		world.Chains = append(world.Chains, model.Chain{Object: object(model.KindChain, name), RequestType: name, Steps: []model.Step{one, two}})
	}
	world.Assignments = append(world.Assignments, model.Assignment{
		Object: object(model.KindAssignment, "u"), User: "u", Attributes: model.Attributes{"x": "1", "y": "1"},
	})
	got := map[string]int{}
	for _, finding := range resolve.Organization(world).Findings {
		if finding.Reason == resolve.ReasonAttributeTypeMismatch {
			got[finding.Object.String()+" "+finding.Field+" "+finding.Message[:len(`attribute "x"`)]]++
		}
	}
	want := map[string]int{
		`Organization/hospital spec.catalogRef attribute "x"`: 1, `Organization/hospital spec.catalogRef attribute "y"`: 1,
		`Role/first spec.administrationRules[one] attribute "x"`: 1, `Role/first spec.administrationRules[two] attribute "x"`: 1,
		`Role/first spec.administrationRules[two] attribute "y"`:  1,
		`Role/second spec.administrationRules[one] attribute "x"`: 1, `Role/second spec.administrationRules[two] attribute "x"`: 1,
		`Role/second spec.administrationRules[two] attribute "y"`: 1,
		`ApprovalChain/first spec.steps[one].when attribute "x"`:  1, `ApprovalChain/first spec.steps[two].when attribute "x"`: 1,
		`ApprovalChain/second spec.steps[one].when attribute "x"`: 1, `ApprovalChain/second spec.steps[two].when attribute "x"`: 1,
	}
	if !maps.Equal(got, want) {
		t.Errorf("found\n%v\nwant\n%v", got, want)
	}
	var ofY string
	for _, line := range mismatches(resolve.Organization(world)) {
		if strings.HasPrefix(line, "Warning Organization") && strings.Contains(line, `attribute "y"`) {
			ofY = line
		}
	}
	for _, part := range []string{`qualifier "b" of catalog "care" needs a number`, `prohibition "last" of catalog "care" needs a number, so it refuses its permissions`} {
		if !strings.Contains(ofY, part) {
			t.Errorf("%q is not said in %q", part, ofY)
		}
	}
}

// tooLong is larger than an attribute may be.
var tooLong = []any{strings.Repeat("x", 5000)}

// TestAttributeTypesFollow: what is found about attributes follows each user who is read again, as if all were.
func TestAttributeTypesFollow(t *testing.T) {
	world := hospital()
	world.Catalog.Qualifiers = []model.Qualifier{{Name: "q", Expression: "subject.properties.x > 3.0"}}
	users := []string{"ann", "bob", "cem"}
	assignment := func(user string, value any) model.Assignment {
		return model.Assignment{Object: object(model.KindAssignment, user), User: user, Attributes: model.Attributes{"x": value}}
	}
	world.Assignments = nil
	for _, user := range users {
		world.Assignments = append(world.Assignments, assignment(user, "5"))
	}
	resolution := resolve.Organization(world)
	for i, step := range []struct {
		user  string
		value any
		want  string
	}{
		{"ann", nil, `"bob"`}, {"bob", 5.0, ""}, {"ann", true, ""}, {"bob", "5", `"ann"`}, {"ann", "5", `"ann"`},
	} {
		changed := *world
		changed.Assignments = slices.Clone(world.Assignments)
		changed.Assignments[slices.Index(users, step.user)] = assignment(step.user, step.value)
		world = &changed
		resolution, _ = resolve.Update(resolution, world, model.OfUsers(slices.Values([]string{step.user})), byUser(world.Assignments))
		got, scratch := mismatches(resolution), mismatches(resolve.Organization(world))
		if !slices.Equal(got, scratch) || (len(got) == 1) != (step.want != "") || len(got) == 1 && !strings.Contains(got[0], step.want) {
			t.Errorf("step %d: found %q, from scratch %q, want one with %s", i, got, scratch, step.want)
		}
	}
}
