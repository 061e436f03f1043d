// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/docs/schema"
)

// TestSchemaFields compares the schema with the types, both ways.
func TestSchemaFields(t *testing.T) {
	var root struct {
		Properties map[string]any            `json:"properties"`
		Defs       map[string]map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(schema.Suite, &root); err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]reflect.Type{
		"": reflect.TypeFor[file](), "user": reflect.TypeFor[user](), "resource": reflect.TypeFor[resource](), "decision": reflect.TypeFor[decision](),
		"search": reflect.TypeFor[search](), "approval": reflect.TypeFor[approval](), "administration": reflect.TypeFor[administration](),
		"constraint": reflect.TypeFor[constraint](), "edit": reflect.TypeFor[edit](),
	} {
		properties := root.Properties
		if name != "" {
			properties, _ = root.Defs[name]["properties"].(map[string]any)
		}
		var fields []string
		for _, field := range reflect.VisibleFields(of) {
			if !field.Anonymous {
				fields = append(fields, field.Tag.Get("json"))
			}
		}
		if name == "" {
			// Nothing is read from these.
			fields = append(fields, "apiVersion", "kind", "metadata")
		}
		slices.Sort(fields)
		if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, fields) {
			t.Errorf("%q has in the schema\n%q\nand in the type\n%q", name, got, fields)
		}
		for key, property := range properties {
			described, _ := property.(map[string]any)
			text, _ := described["description"].(string)
			if described["$ref"] == nil && !strings.HasSuffix(text, ".") {
				t.Errorf("%q does not say what %s is: %q", name, key, text)
			}
		}
	}
}

// TestSchemaRefuses shows that the schema alone refuses what can be known of a suite without manifests.
func TestSchemaRefuses(t *testing.T) {
	const head, row = "apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: 2030-06-01\n", "decisions: [{who: a, can: b}]\n"
	refused := func(text string) bool {
		t.Helper()
		var value map[string]any
		if err := sigsyaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		mistakes, err := mistakesIn(value)
		if err != nil {
			t.Fatal(err)
		}
		return len(mistakes) > 0
	}
	if refused(head + row) {
		t.Error("a right suite is refused")
	}
	for _, text := range []string{
		head, row, head + "decisions: []", head + row + "name: x", head + row + "users: [a]", head + row + "users: {a: {}}", head + row + "users: {a: ''}",
		head + row + "users: {a: {id: a, roles: [b]}}", head + row + "resources: {a: loan}", head + row + "resources: {a: {kind: loan}}",
		head + row + "times: {a: 7}", head + row + "states: {a: []}", head + row + "given: {grant: a}", head + row + "manifests: []",
		head + "decisions: [{who: a}]", head + "decisions: [{can: a}]", head + "decisions: [{who: a, can: b, on: c}]", head + "decisions: [{who: [a, a], can: b}]",
		head + "decisions: [{who: a, can: b, expected: true}]", head + "decisions: [{who: a, can: b, reason: no}]", head + "decisions: {who: a, can: b}",
		head + "decisions: [{who: a, can: b, resource: {kind: loan}}]", head + "decisions: [{who: a, can: b, when: []}]", head + "decisions: [a]",
		head + "decisions: [{who: a, can: b, given: {give: c}}]", head + "decisions: [{who: a, can: b, given: [{give: c, to: a, allow: d}]}]",
		head + "decisions: [{who: a, can: b, given: {take: c}}]", head + "decisions: [{who: a, can: b, given: {patch: Role/c}}]",
		head + "decisions: [{who: a, can: b, given: {profile: a}}]", head + "decisions: [{who: a, can: b, given: {give: c, to: a, everywhere: false}}]",
		head + "searches: [{whoCan: a}]", head + "searches: [{exactly: [a]}]", head + "searches: [{whoCan: a, whatCan: b, exactly: []}]",
		head + "searches: [{whereCan: a, exactly: []}]", head + "searches: [{whoCan: a, permission: b, exactly: []}]", head + "searches: [{whoCan: a, exactly: a}]",
		head + "searches: [{whoCan: a, exactly: [{unit: a}]}]", head + "searches: [{whoCan: a, in: [b, c], exactly: []}]",
		head + "approvals: [{request: a, by: b}]", head + "approvals: [{request: a, chain: b}]", head + "approvals: [{by: a, chain: b}]",
		head + "approvals: [{request: a, by: b, steps: {}}]", head + "approvals: [{request: a, by: b, steps: {c: Asked}}]",
		head + "approvals: [{request: a, by: b, steps: {c: {may: [d]}}}]", head + "approvals: [{request: a, by: b, role: c, seconds: 0, chain: d}]",
		head + "administration: [{who: a}]", head + "administration: [{may: {suspend: b}}]", head + "administration: [{who: a, may: {suspend: b}, mayNot: {suspend: b}}]",
		head + "administration: [{who: a, may: []}]", head + "administration: [{who: a, may: {}}]", head + "administration: [{who: a, may: suspend}]",
		head + "constraints: [{constraint: a}]", head + "constraints: [{violatedBy: [a]}]", head + "constraints: [{constraint: a, violatedBy: 7}]",
		strings.Replace(head, "Suite", "Test", 1) + row, strings.Replace(head, "v1alpha1", "v1", 1) + row, strings.Replace(head, "now", "at", 1) + row,
	} {
		if !refused(text) {
			t.Errorf("it is accepted:\n%s", text)
		}
	}
}
