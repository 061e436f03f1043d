// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"reflect"
	"slices"
	"testing"
)

func TestPaths(t *testing.T) {
	input := &Input{
		Subject:  Subject{Type: "user", ID: "ann", Properties: map[string]any{"level": 2.0}},
		Resource: Resource{Properties: map[string]any{"owner": "ben", "two words": map[string]any{"deep": true}}, Unit: map[string]any{"open": true}},
		Context:  map[string]any{"mfa": false},
	}
	for expression, want := range map[string]map[string]any{
		`resource.properties.owner == subject.id`:         {"resource.properties.owner": "ben", "subject.id": "ann"},
		`has(context.mfa) && context["mfa"] == true`:      {"context.mfa": false},
		`resource.properties["two words"].deep`:           {`resource.properties["two words"].deep`: true},
		`resource.unit.open || resource.unit.shut`:        {"resource.unit.open": true, "resource.unit.shut": nil},
		`subject.properties.teams.exists(t, t == "blue")`: {"subject.properties.teams": nil},
		`context[subject.id] == 1`:                        {"context": input.Context, "subject.id": "ann"},
		`directory.isManager(subject.id, context.who)`:    {"subject.id": "ann", "context.who": nil},
		`resource.properties.owner.deep == 1`:             {"resource.properties.owner.deep": nil},
		`true`:                                            {},
	} {
		program, err := Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{}
		for _, path := range program.Paths() {
			value, present := input.Lookup(path)
			if present != (value != nil) {
				t.Errorf("%s: %s is %v and present %t", expression, path, value, present)
			}
			got[path.String()] = value
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads %v, not %v", expression, got, want)
		}
	}
}

// TestPathsThatOverlap: conditions of which one may become true because the other does.
func TestPathsThatOverlap(t *testing.T) {
	expressions := []string{
		`resource.properties.owner == subject.id`, `resource.properties.amount < 5.0`, `"x" in resource.properties`, `subject.id == "ann"`,
		`now > timestamp("2026-01-01T00:00:00Z")`, `directory.isManager(subject.id, "ben")`, `resource.properties.owner != "x"`,
	}
	want := []string{"02", "06", "12", "26"}
	var got []string
	for i, a := range expressions {
		for j, b := range expressions {
			one, errOne := Compile(a)
			other, errOther := Compile(b)
			if errOne != nil || errOther != nil {
				t.Fatal(errOne, errOther)
			}
			overlap := one.Overlaps(other)
			if overlap != other.Overlaps(one) {
				t.Errorf("%s and %s overlap in one order only", a, b)
			}
			if i < j && overlap {
				got = append(got, string(rune('0'+i))+string(rune('0'+j)))
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("overlaps are %v, not %v", got, want)
	}
}
