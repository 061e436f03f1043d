// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// TestMend: what can only be meant in one way is put right and told, and nothing else is changed.
func TestMend(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		kind, spec, want string
		found            []string
	}{
		"a misspelled field": {"UserGroup", "membres: [ann]", "members: [ann]", []string{`UnknownField spec.membres unknown field "membres": did you mean "members"?`}},
		"a misspelled field beside the right one": {
			"UserGroup", "{membres: [ann], members: [bob]}", "{membres: [ann], members: [bob]}", nil,
		},
		"two fields that are misspelled alike": {
			"UserGroup", "{membres: [ann], memberss: [bob]}", "{members: [bob], membres: [ann]}",
			[]string{`UnknownField spec.memberss unknown field "memberss": did you mean "members"?`},
		},
		"a field that is like no other": {"UserGroup", "colour: red", "colour: red", nil},
		"one value for a list":          {"UserGroup", "members: ann", "members: [ann]", []string{`FieldValueTypeInvalid spec.members "ann" stands where a list is expected`}},
		"one object for a list": {
			"Role", "inherits: {roleRef: {naem: a}}", "inherits: [{roleRef: {name: a}}]", []string{
				`FieldValueTypeInvalid spec.inherits {"roleRef":{"naem":"a"}} stands where a list is expected`,
				`UnknownField spec.inherits[0].roleRef.naem unknown field "naem": did you mean "name"?`,
			},
		},
		"another object for a list":        {"Role", "inherits: {reader: true}", "inherits: {reader: true}", nil},
		"a list of one for a value":        {"UserAssignment", "user: [ann]", "user: ann", []string{`FieldValueTypeInvalid spec.user ["ann"] stands where text is expected`}},
		"a list of two for a value":        {"UserAssignment", "user: [ann, bob]", "user: [ann, bob]", nil},
		"a list of another type":           {"UserAssignment", "user: [true]", "user: [true]", nil},
		"a number where a list of texts":   {"UserGroup", "members: 7", "members: 7", nil},
		"attributes, which have any names": {"UserAssignment", "profile: {attributes: {naem: [x], user: y}}", "profile: {attributes: {naem: [x], user: y}}", nil},
		"labels, which have any names": {
			"Organization", "publishing: {labels: {naem: [x], a: b}}", "publishing: {labels: {naem: x, a: b}}",
			[]string{`FieldValueTypeInvalid spec.publishing.labels[naem] ["x"] stands where text is expected`},
		},
		"a whole number": {"ApprovalChain", "priority: [7]", "priority: 7", []string{`FieldValueTypeInvalid spec.priority [7] stands where a whole number is expected`}},
		"two misspelled fields, and one in the second item of a list": {
			"UserGroup", "{membres: [ann], grnats: [{name: a}, {naem: b}]}", "{members: [ann], grants: [{name: a}, {name: b}]}", []string{
				`UnknownField spec.grants[1].naem unknown field "naem": did you mean "name"?`,
				`UnknownField spec.grnats unknown field "grnats": did you mean "grants"?`, `UnknownField spec.membres unknown field "membres": did you mean "members"?`,
			},
		},
		"true or false": {
			"UserGroup", "grants: [{scope: {everywhere: [true]}}]", "grants: [{scope: {everywhere: true}}]",
			[]string{`FieldValueTypeInvalid spec.grants[0].scope.everywhere [true] stands where true or false is expected`},
		},
		"no spec":         {"UserGroup", "null", "null", nil},
		"what is right":   {"UserGroup", "members: [ann]", "members: [ann]", nil},
		"the whole":       {"UserGroup", "[{members: [ann]}]", "members: [ann]", []string{`FieldValueTypeInvalid spec [{"members":["ann"]}] stands where a map of fields is expected`}},
		"an unknown kind": {"Rolle", "inherit: 1", "inherit: 1", nil},
	} {
		var spec, want any
		if err := yaml.Unmarshal([]byte(test.spec), &spec); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal([]byte(test.want), &want); err != nil {
			t.Fatal(err)
		}
		object := map[string]any{}
		if spec != nil {
			object["spec"] = whole(spec)
		}
		var found []string
		for _, e := range schemas.Mend(schema.GroupVersionKind{Group: "rolewright.dev", Version: "v1alpha1", Kind: test.kind}, object) {
			found = append(found, e.Reason+" "+e.Field+" "+e.Message)
		}
		slices.Sort(found)
		if _, there := object["spec"]; there != (want != nil) {
			t.Errorf("%s: the spec is there: %t", name, there)
		}
		if !slices.Equal(found, test.found) || !reflect.DeepEqual(object["spec"], whole(want)) {
			t.Errorf("%s: found %q in %v, want %q in %v", name, found, object["spec"], test.found, want)
		}
	}
}

// whole turns numbers without fraction into those that are read from manifests.
func whole(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = whole(v[name])
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case float64:
		return int64(v)
	}
	return value
}
