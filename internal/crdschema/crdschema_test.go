// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

func v1alpha1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "rolewright.dev", Version: "v1alpha1", Kind: kind}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := utiljson.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

const goodRole = `
apiVersion: rolewright.dev/v1alpha1
kind: Role
metadata: {name: nurse, namespace: clinic}
spec:
  organizationRef: {name: clinic}
  rules:
  - permissions: [patients.view]
    qualifiers: [assigned]
`

func TestValidate(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, kind, object string
		// want holds, for each problem in order, its reason, its field and a piece of its message, parted by blanks.
		want []string
	}{
		{name: "good", kind: "Role", object: goodRole},
		{name: "status is not looked at", kind: "Role", object: goodRole + "status: {nonsense: true}\n"},
		{name: "null counts as absent", kind: "Role", object: goodRole + "  inherits: null\n"},
		{
			name: "unknown fields", kind: "Role",
			object: strings.ReplaceAll(goodRole, "qualifiers", "qualifier") + "  colour: red\n",
			want: []string{
				`UnknownField spec.colour the fields here are`,
				`UnknownField spec.rules[0].qualifier did you mean "qualifiers"?`,
			},
		},
		{
			name: "unknown metadata", kind: "Role",
			object: strings.ReplaceAll(goodRole, "{name: nurse,", "{name: nurse, colour: red,"),
			want:   []string{`UnknownField metadata.colour unknown`},
		},
		{
			name: "bad name", kind: "Role", object: strings.ReplaceAll(goodRole, "name: nurse", "name: Head Nurse"),
			want: []string{`FieldValueInvalid metadata.name RFC 1123`},
		},
		{
			name: "no metadata", kind: "Role", object: `{apiVersion: rolewright.dev/v1alpha1, kind: Role, spec: {organizationRef: {name: a}}}`,
			want: []string{`FieldValueRequired metadata.name name`},
		},
		{
			name: "metadata of a wrong type", kind: "Role", object: `{metadata: 3, spec: {organizationRef: {name: a}}}`,
			want: []string{`FieldValueTypeInvalid metadata 3 stands where a map of fields is expected`},
		},
		{
			name: "wrong types and a missing field", kind: "Role",
			object: "metadata: {name: a, namespace: b}\nspec:\n  rules: 7\n",
			want:   []string{`FieldValueRequired spec.organizationRef`, `FieldValueTypeInvalid spec.rules 7 stands where a list is expected`},
		},
		{
			name: "list types", kind: "Role", object: strings.ReplaceAll(goodRole, "[patients.view]", "[a, b, a]"),
			want: []string{`FieldValueDuplicate spec.rules[0].permissions[2] "a"`},
		},
		{
			name: "CEL rule", kind: "Role", object: goodRole + "  - qualifiers: [assigned]\n",
			want: []string{`FieldValueInvalid spec.rules[1] name permissions or sections`},
		},
		{
			name: "a form beside a wrong type", kind: "Role", object: strings.ReplaceAll(goodRole, "[assigned]", "[as signed]") + "  inherits: 3\n",
			want: []string{`FieldValueTypeInvalid spec.inherits 3 stands where a list is expected`, `FieldValueInvalid spec.rules[0].qualifiers[0] "as signed" must consist of`},
		},
		{name: "misspelt kind", kind: "Rolle", object: `{}`, want: []string{`UnknownKind kind did you mean Role?`}},
		{name: "unknown kind", kind: "Gadget", object: `{}`, want: []string{`UnknownKind kind its kinds are ApprovalChain, ApprovalDecision, ApprovalRequest, Organization, OrganizationStructure, PermissionCatalog`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			object := parse(t, test.object)
			got := schemas.Validate(v1alpha1(test.kind), object)
			if len(got) != len(test.want) {
				t.Fatalf("got %d problems %+v, want %d", len(got), got, len(test.want))
			}
			for i, want := range test.want {
				words := strings.SplitN(want+"  ", " ", 3)
				if got[i].Reason != words[0] || got[i].Field != words[1] || !strings.Contains(got[i].Message, strings.TrimSpace(words[2])) {
					t.Errorf("problem %d is %+v, want %s", i, got[i], want)
				}
			}
		})
	}
}

func TestValidateUnknownVersion(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	got := schemas.Validate(schema.GroupVersionKind{Group: "rolewright.dev", Version: "v1", Kind: "Role"}, nil)
	if len(got) != 1 || !strings.Contains(got[0].Message, "write apiVersion rolewright.dev/v1alpha1") {
		t.Errorf("got %+v", got)
	}
}

func TestKinds(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.GroupVersionKind{
		v1alpha1("ApprovalChain"), v1alpha1("ApprovalDecision"), v1alpha1("ApprovalRequest"),
		v1alpha1("Organization"), v1alpha1("OrganizationStructure"), v1alpha1("PermissionCatalog"), v1alpha1("PlatformAssignment"), v1alpha1("PlatformRole"),
		v1alpha1("Role"), v1alpha1("UserAssignment"), v1alpha1("UserGroup"),
	}
	if got := schemas.Kinds(); !slices.Equal(got, want) {
		t.Errorf("kinds are %v, want %v", got, want)
	}
	if namespaced, known := schemas.Namespaced(v1alpha1("PermissionCatalog")); namespaced || !known {
		t.Errorf("PermissionCatalog: namespaced %v, known %v", namespaced, known)
	}
	if namespaced, known := schemas.Namespaced(v1alpha1("Role")); !namespaced || !known {
		t.Errorf("Role: namespaced %v, known %v", namespaced, known)
	}
}

// TestTooLarge: an object of which each list keeps its bound, and that etcd does not keep.
func TestTooLarge(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	role := parse(t, goodRole)
	var rules []any
	for range 20 {
		permissions := make([]any, 1024)
		for i := range permissions {
			permissions[i] = fmt.Sprintf("p%04d%s", i, strings.Repeat("x", 100))
		}
		rules = append(rules, map[string]any{"permissions": permissions})
	}
	role["spec"].(map[string]any)["rules"] = rules
	found := schemas.Validate(v1alpha1("Role"), role)
	if len(found) != 1 || found[0].Reason != ReasonObjectTooLarge || !strings.Contains(found[0].Message, "etcd keeps at most 1572864") {
		t.Errorf("found %v", found)
	}
}
