// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// TestOnlySubject: whom an expression names as the only subject for whom it can be true.
func TestOnlySubject(t *testing.T) {
	request := access.Request{
		Subject:  access.Subject{ID: "zoe", Properties: map[string]any{"id": "zoe"}},
		Resource: access.Resource{ID: "ann", Properties: map[string]any{"owner": "ben", "floor": 3.0, "none": nil, "all": []any{"ben"}, "of": int8(3)}},
		Context:  map[string]any{"on": "cem"},
	}
	const anybody, nobody = "anybody", ""
	for expression, want := range map[string]string{
		"resource.properties.owner == subject.id":                                          "ben",
		"subject.id == resource.properties.owner":                                          "ben",
		"subject.id == resource.id":                                                        "ann",
		"subject.id == context.on":                                                         "cem",
		`subject.id == "dan"`:                                                              "dan",
		"resource.properties.open && subject.id == context.on":                             "cem",
		"subject.id == context.on && (resource.properties.open || size(subject.type) > 3)": "cem",
		"true && (true && subject.id == context.on)":                                       "cem",
		"subject.id == resource.properties.missing":                                        nobody,
		"subject.id == resource.properties.none":                                           nobody,
		"subject.id == resource.properties.floor":                                          nobody,
		"subject.id == resource.unit.head":                                                 nobody,
		"subject.id == resource.properties.all":                                            anybody,
		"subject.id == resource.properties.of":                                             anybody,
		"subject.id != resource.properties.owner":                                          anybody,
		"!(subject.id == resource.properties.owner)":                                       anybody,
		"subject.id == resource.properties.owner || resource.id == context.on":             anybody,
		"resource.id == context.on ? subject.id == context.on : true":                      anybody,
		"subject.id == subject.id":                                                         anybody,
		"subject.id == subject.type":                                                       anybody,
		"subject.id == subject.properties.id":                                              anybody,
		"subject.type == resource.properties.owner":                                        anybody,
		`subject.id == resource.properties.owner && b"" == b""`:                            anybody,
		"subject.id in resource.properties.all":                                            anybody,
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		got, only := program.OnlySubject(&condition.View{Request: &request})
		if !only {
			got = anybody
		}
		if got != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
	known, _ := condition.Compile("subject.id == resource.properties.owner")
	for name, attributes := range map[string]condition.KnownAttributes{
		"eve": {Known: map[string]any{"owner": "eve"}}, nobody: {Unknown: []string{"owner"}}, "ben": {Unknown: []string{"other"}},
	} {
		if got, only := known.OnlySubject(&condition.View{Request: &request, Resource: &attributes}); got != name || !only {
			t.Errorf("of what the directory knows: %q, %t, want %q", got, only, name)
		}
	}
}

// TestOnlySubjectIsTheOnlyOne: no random expression is true for any other subject than that which it names, by cel-go.
func TestOnlySubjectIsTheOnlyOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	named, is, others := 0, 0, 0
	for range 1000 {
		g := generator{chooser: random}
		equality := []string{"subject.id", g.of(pick(g, tString, tAny), 0)}
		parts := []string{g.of(tBool, 1), "true", "true"}
		random.Shuffle(len(equality), func(i, j int) { equality[i], equality[j] = equality[j], equality[i] })
		parts[random.IntN(2)] = "(" + strings.Join(equality, " == ") + ")"
		expression := strings.Join(parts, " && ")
		program, err := condition.Compile(expression)
		if err != nil {
			continue
		}
		for range 30 {
			in := inputOf(random)
			request := access.Request{
				Subject:  access.Subject{Type: in.Subject.Type, ID: in.Subject.ID, Properties: in.Subject.Properties},
				Action:   access.Action{Name: in.Action.Name, Properties: in.Action.Properties},
				Resource: access.Resource{Type: in.Resource.Type, ID: in.Resource.ID, Properties: in.Resource.Properties},
				Context:  in.Context,
			}
			id, only := program.OnlySubject(&condition.View{Request: &request, Unit: in.Resource.Unit})
			if !only {
				continue
			}
			named++
			switch result, _, _ := program.Interpret(&condition.Activation{Input: in}); {
			case !result:
				others++
			case id == in.Subject.ID:
				is++
			default:
				t.Fatalf("%s\nis true for %q, and should be for %q alone\nof %s", expression, in.Subject.ID, id, fmt.Sprintf("%#v", in))
			}
		}
	}
	t.Logf("%d pairs name a subject: true for that in %d, false in %d", named, is, others)
	if named < 5000 || is < 200 || others < 5000 {
		t.Errorf("too few pairs: %d, %d, %d", named, is, others)
	}
}
