// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// role is a small object that stands on lines of its own.
func role(name string) string {
	return "apiVersion: rolewright.dev/v1alpha1\nkind: Role\nmetadata:\n  name: " + name + "\nspec:\n  organizationRef:\n    name: a\n"
}

// describe is a result in few words: objects with their lines, diagnostics with theirs, and the number of objects left out.
func describe(result *Result) []string {
	var lines []string
	for _, o := range result.Objects {
		lines = append(lines, fmt.Sprintf("%s @%d", o, o.Position.Line))
	}
	for _, p := range result.Diagnostics {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s @%d %s", p.Reason, p.Position.Line, p.Field)))
	}
	if result.Skipped > 0 {
		lines = append(lines, fmt.Sprintf("skipped %d", result.Skipped))
	}
	return lines
}

func TestParse(t *testing.T) {
	namespace := "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"
	jsonRole := `{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "%s"}, "spec": {}}`
	tests := []struct {
		name, input string
		want        []string
	}{
		{name: "nothing"},
		{name: "comments only", input: "# nothing\n\n# here\n"},
		{name: "empty documents", input: "---\n---\n# no\n---\n\n---\nnull\n---\n~\n"},
		{name: "one", input: role("a"), want: []string{"Role default/a @1"}},
		{name: "several", input: role("a") + "---\n" + role("b") + "--- # with a comment\n" + role("c"), want: []string{
			"Role default/a @1", "Role default/b @9", "Role default/c @17",
		}},
		{name: "comments before", input: "# licence\n\n---\n# what it is\n" + role("a"), want: []string{"Role default/a @5"}},
		{name: "directive", input: "%YAML 1.1\n# c\n---\n" + role("a"), want: []string{"Role default/a @4"}},
		{name: "end marker", input: role("a") + "...\n" + role("b") + "...\n", want: []string{"Role default/a @1", "Role default/b @9"}},
		{name: "no line end at the end", input: strings.TrimSuffix(role("a"), "\n"), want: []string{"Role default/a @1"}},
		{name: "byte order mark", input: "\xef\xbb\xbf" + role("a"), want: []string{"Role default/a @1"}},
		{
			name: "byte order marks where files were joined", input: role("a") + "---\n\xef\xbb\xbf" + role("b") + "\xef\xbb\xbf---\n" + role("c"),
			want: []string{"Role default/a @1", "Role default/b @9", "Role default/c @17", "InvalidSyntax @9", "InvalidSyntax @16"},
		},
		{name: "a mark in a text", input: role("a") + "  x: |\n    \xef\xbb\xbftext\n", want: []string{"Role default/a @1"}},
		{name: "another YAML", input: "%YAML 1.2\n---\n" + role("a") + "---\n" + role("b"), want: []string{
			"Role default/a @3", "Role default/b @11", "InvalidSyntax @1",
		}},
		{
			name: "names that are read as something else", input: strings.ReplaceAll(role("0123"), "spec", "  namespace: no\n  labels: {a: yes, b: 'yes', c: 1}\nspec"),
			want: []string{
				"Role no/0123 @1", "MisreadValue @4 metadata.name", "MisreadValue @5 metadata.namespace", "MisreadValue @6 metadata.labels[a]",
				"MisreadValue @6 metadata.labels[c]",
			},
		},
		{name: "UTF-16", input: "\xff\xfea\x00", want: []string{"InvalidSyntax @1"}},
		{
			name: "CRLF", input: strings.ReplaceAll(role("a")+"---\n"+role("b"), "\n", "\r\n"),
			want: []string{"Role default/a @1", "Role default/b @9"},
		},
		{name: "CR", input: strings.ReplaceAll(role("a")+"---\n"+role("b"), "\n", "\r"), want: []string{"Role default/a @1", "Role default/b @9"}},
		{name: "other line ends of YAML", input: role("a") + "\u2028---\u2028kind: b\n", want: []string{"InvalidSyntax @1"}},
		{
			name: "a marker inside a text is none", input: role("a") + "  x: |\n    ---\n    ...\n  y: '\n\n    --- '\n",
			want: []string{"Role default/a @1"},
		},
		{name: "other groups", input: namespace + "---\n" + role("a") + "---\n" + namespace, want: []string{"Role default/a @5", "skipped 2"}},
		{
			name: "a group that looks like ours", input: strings.ReplaceAll(role("a"), "rolewright.dev", "rolewright.io"),
			want: []string{"ForeignAPIGroup @1", "skipped 1"},
		},
		{
			name: "a misspelt group", input: strings.ReplaceAll(role("a"), "rolewright.dev", "rolewrigth.dev"),
			want: []string{"ForeignAPIGroup @1", "skipped 1"},
		},
		{
			name: "a role of RBAC with our spec", input: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nspec: {organizationRef: {name: b}}\n",
			want: []string{"ForeignAPIGroup @1", "skipped 1"},
		},
		{
			name: "a role of RBAC", input: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{verbs: [get]}]\n",
			want: []string{"skipped 1"},
		},
		{name: "unknown kind of the group", input: strings.ReplaceAll(role("a"), "Role", "Rolle"), want: []string{"Rolle default/a @1"}},
		{name: "cluster scope", input: "apiVersion: rolewright.dev/v1alpha1\nkind: PermissionCatalog\nmetadata: {name: a, namespace: x}\n", want: []string{
			"PermissionCatalog a @1",
		}},
		{name: "namespace", input: strings.ReplaceAll(role("a"), "name: a\nspec", "name: a\n  namespace: x\nspec"), want: []string{"Role x/a @1"}},
		{name: "no metadata", input: "kind: Role\napiVersion: rolewright.dev/v1alpha1\n", want: []string{"Role (no name) @1"}},
		{name: "metadata of a wrong type", input: "kind: Role\napiVersion: rolewright.dev/v1alpha1\nmetadata: [1]\n", want: []string{"Role (no name) @1"}},
		{name: "no kind", input: "apiVersion: rolewright.dev/v1alpha1\n", want: []string{"NotAnObject @1"}},
		{name: "no version", input: "\nkind: Role\n", want: []string{"NotAnObject @2"}},
		{name: "version of a wrong type", input: "apiVersion: 1\nkind: Role\n", want: []string{"NotAnObject @1"}},
		{name: "odd version", input: "kind: Role\napiVersion: a/b/c\n", want: []string{"NotAnObject @2"}},
		{name: "scalar", input: "hello\n", want: []string{"NotAnObject @1"}},
		{name: "sequence", input: "- a\n- b\n", want: []string{"NotAnObject @1"}},
		{
			name: "a broken document hides no other", input: role("a") + "---\nkind: [\n---\n" + role("b") + "---\nx: }\n",
			want: []string{"Role default/a @1", "Role default/b @11", "InvalidSyntax @9", "InvalidSyntax @19"},
		},
		{name: "tab", input: role("a") + "  rules:\n\t- x\n", want: []string{"InvalidSyntax @9"}},
		{name: "template", input: "kind: {{ .Values.kind }}\n", want: []string{"InvalidSyntax @1"}},
		{name: "not UTF-8", input: role("a") + "  x: \"\xff\"\n", want: []string{"InvalidSyntax @1"}},
		{name: "not a number of JSON", input: role("a") + "  x: .inf\n", want: []string{"InvalidSyntax @1"}},
		{
			name: "duplicate fields", input: role("a") + "  rules:\n  - permissions: [a]\n    permissions: [b]\nkind: Role\n",
			want: []string{"Role default/a @1", "DuplicateField @11 kind", "DuplicateField @10 spec.rules[0].permissions"},
		},
		{
			name: "one name in several spellings", input: role("a") + "  x: {on: 1, yes: 2, \"true\": 3, TRUE: 4, y: 5}\n",
			want: []string{"Role default/a @1", "DuplicateField @8 spec.x.yes", "DuplicateField @8 spec.x.true", "DuplicateField @8 spec.x.TRUE", "DuplicateField @8 spec.x.y"},
		},
		{
			name:  "attributes that are read as something else",
			input: role("a") + "  attributes:\n    a: NO\n    b: {c: [x, 0420]}\n    d: 1.10\n    e: 1e3\n    0x1F: g\n    off: h\n    i: 1_000\n    j: 0.1234567890123456789\n",
			want: []string{
				"Role default/a @1", "MisreadValue @9 spec.attributes.a", "MisreadValue @10 spec.attributes.b.c[1]", "MisreadValue @11 spec.attributes.d",
				"MisreadValue @12 spec.attributes.e", "MisreadValue @13 spec.attributes.0x1F", "MisreadValue @14 spec.attributes.off",
				"MisreadValue @15 spec.attributes.i", "MisreadValue @16 spec.attributes.j",
			},
		},
		{
			name: "attributes that are read as they are written",
			input: role("a") + "  attributes:\n    a: \"NO\"\n    b: {c: [x, '0420', -1, 0]}\n    d: 1.5\n    e: 22:30\n    f: 2026-03-29\n    g: ~\n    h: true\n" +
				"    i: on time\n    j: 12345678901234567\n    k: !!str 0420\n    l: |\n      NO\n    m: 0.001\n    p: a@b.example\n    o: -0.5\n",
			want: []string{"Role default/a @1"},
		},
		{
			name: "attributes of JSON", input: `{"apiVersion":"rolewright.dev/v1alpha1","kind":"Role","metadata":{"name":"a"},"spec":{"attributes":{"yes":"NO","x":1e3}}}`,
			want: []string{"Role default/a @1"},
		},
		{
			name: "duplicate object", input: role("a") + "---\n" + role("b") + "---\n" + role("a"),
			want: []string{"Role default/a @1", "Role default/b @9", "DuplicateObject @17"},
		},
		{name: "JSON", input: fmt.Sprintf(jsonRole, "a"), want: []string{"Role default/a @1"}},
		{
			name: "several of JSON", input: "\n" + fmt.Sprintf(jsonRole, "a") + "\n\n" + fmt.Sprintf(jsonRole, "b") + "\n---\n" + fmt.Sprintf(jsonRole, "c"),
			want: []string{"Role default/a @2", "Role default/b @4", "Role default/c @6"},
		},
		{name: "JSON with what YAML does not read", input: `{"apiVersion":"rolewright.dev\/v1alpha1","kind":"Role","metadata":{"name":"a","annotations":{"x":"\ud83d\ude00"}}}`, want: []string{
			"Role default/a @1",
		}},
		{
			name: "JSON that breaks off", input: fmt.Sprintf(jsonRole, "a") + "\n{\"kind\":\n",
			want: []string{"Role default/a @1", "InvalidSyntax @1"},
		},
		{name: "duplicate fields of JSON", input: "{\"apiVersion\": \"rolewright.dev/v1alpha1\",\n\"kind\": \"Role\",\n\"metadata\": {\"name\": \"a\",\n \"name\": \"b\"}}", want: []string{
			"Role default/b @1", "DuplicateField @4 metadata.name",
		}},
		{name: "YAML in braces", input: "{apiVersion: rolewright.dev/v1alpha1,\n kind: Role, metadata: {name: a}}\n", want: []string{"Role default/a @1"}},
		{
			name: "list", input: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n- 7\n-\n  apiVersion: rolewright.dev/v1alpha1\n  kind: Role\n  metadata: {name: a}\n",
			want: []string{"Role default/a @8", "NotAnObject @6", "skipped 1"},
		},
		{
			name: "typed list", input: "apiVersion: rolewright.dev/v1alpha1\nkind: RoleList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n",
			want: []string{"Role default/a @4", "Role default/b @5"},
		},
		{
			name: "list in a list", input: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: rolewright.dev/v1alpha1, kind: Role, metadata: {name: a}}\n",
			want: []string{"Role default/a @7"},
		},
		{
			name: "list of JSON", input: "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n" + fmt.Sprintf(jsonRole, "a") + ",\n" + fmt.Sprintf(jsonRole, "b") + "]}",
			want: []string{"Role default/a @2", "Role default/b @3"},
		},
		{
			name: "anchors and merged maps", input: role("a") + "  x: &x {b: 1}\n  y:\n    <<: *x\n    c: 2\n  z: *x\n",
			want: []string{"Role default/a @1"},
		},
		{name: "alias to what surrounds it", input: role("a") + "  x: &x [*x]\n", want: []string{"InvalidSyntax @1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			reader := &Reader{Namespace: "default"}
			result := reader.Parse("file", []byte(test.input))
			if got := describe(result); !slices.Equal(got, test.want) {
				t.Errorf("got\n  %s\nwant\n  %s\ndiagnostics %+v", strings.Join(got, "\n  "), strings.Join(test.want, "\n  "), result.Diagnostics)
			}
		})
	}
}

func TestParseHugeAndDeep(t *testing.T) {
	reader := &Reader{Namespace: "default"}

	var many strings.Builder
	for i := range 3000 {
		many.WriteString(role(fmt.Sprintf("r%d", i)) + "---\n")
	}
	if result := reader.Parse("many", []byte(many.String())); len(result.Objects) != 3000 || len(result.Diagnostics) != 0 {
		t.Errorf("%d objects, %d diagnostics", len(result.Objects), len(result.Diagnostics))
	}

	for _, deep := range []string{
		strings.Repeat("[", 100_000), strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		strings.Repeat("{\"a\":", 100_000) + "1" + strings.Repeat("}", 100_000), strings.Repeat("{a: ", 20_000), strings.Repeat("- ", 20_000),
	} {
		if result := reader.Parse("deep", []byte(deep+"\n---\n"+role("a"))); len(result.Objects) != 1 || len(result.Diagnostics) != 1 {
			t.Errorf("%.20s…: %d objects, diagnostics %.300v", deep, len(result.Objects), result.Diagnostics)
		}
	}

	bomb := role("a") + "  a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("  %c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	if result := reader.Parse("bomb", []byte(bomb+"---\n"+role("b"))); len(result.Objects) != 1 || len(result.Diagnostics) != 1 {
		t.Errorf("bomb: %d objects, diagnostics %v", len(result.Objects), result.Diagnostics)
	}
}

func TestPositionOf(t *testing.T) {
	input := `# a comment
---
apiVersion: rolewright.dev/v1alpha1
kind: Role
metadata:
  name: a
  labels:
    example.com/team: x
spec:
  base: &base
    inner: 1
  rules:
  - permissions:
    - a
    - b
  -
    sections: ["*"]
  other:
    <<: *base
    more: 1
  alias: *base
  attributes:
    a.b: 1
    a: {c: 1}
  grants:
  - &nurse
    name: nurse
    scope:
      units: [a]
  - *nurse
  - {name: clerk, scope: {}}
`
	object := (&Reader{}).Parse("f", []byte(input)).Objects[0]
	for field, want := range map[string]int{
		"": 3, "kind": 4, "metadata.name": 6, "metadata.labels[example.com/team]": 8, "metadata.labels.example.com/team": 8,
		"spec": 9, "spec.rules": 12, "spec.rules[0]": 13, "spec.rules[0].permissions[1]": 15, "spec.rules[1]": 17,
		"spec.rules[1].sections[0]": 17, "spec.other.inner": 11, "spec.other.more": 20, "spec.alias.inner": 11,
		"spec.attributes.a.b": 23, "spec.attributes[a.b]": 23, "spec.attributes.a.c": 24,
		"spec.grants[nurse]": 26, "spec.grants[nurse].scope.units[0]": 29, "spec.grants[clerk].scope": 31, "spec.grants[2]": 31,
		// What does not stand anywhere is the nearest around it.
		"spec.organizationRef": 9, "spec.rules[7].x": 12, "spec.rules[x]": 12, "spec.grants[nobody].scope": 25, "spec.grants[nurse].roleRef": 26, "spec.rules[0].qualifiers[0]": 13, "nothing": 3, "spec.rules[": 12,
	} {
		if got := object.PositionOf(field); got != (Position{"f", want}) {
			t.Errorf("%q stands at %v, want line %d", field, got, want)
		}
	}
}

// TestItemsByName: findings name the items of lists that have names, and the API server counts them.
func TestItemsByName(t *testing.T) {
	input := `apiVersion: rolewright.dev/v1alpha1
kind: Role
spec:
  units:
  - {name: main}
  - name: a.b
    parent: main
    attributes: {beds: 1}
  - &base {name: "0"}
  - *base
  - <<: {name: merged}
  - {name: [no, text]}
  - none
`
	object := (&Reader{}).Parse("f", []byte(input)).Objects[0]
	for field, want := range map[string]struct {
		line  int
		named string
	}{
		"spec.units[main]": {5, "spec.units[main]"}, "spec.units[a.b].parent": {7, "spec.units[a.b].parent"},
		"spec.units[1].attributes.beds": {8, "spec.units[a.b].attributes.beds"}, "spec.units[1].gone": {6, "spec.units[a.b].gone"},
		// A name goes before a place.
		"spec.units[0]": {9, "spec.units[0]"}, "spec.units[2]": {9, "spec.units[0]"}, "spec.units[3]": {10, "spec.units[0]"},
		"spec.units[4].name": {11, "spec.units[merged].name"}, "spec.units[merged]": {11, "spec.units[merged]"},
		"spec.units[5]": {12, "spec.units[5]"}, "spec.units[6]": {13, "spec.units[6]"}, "spec.units[annex].parent": {4, "spec.units[annex].parent"},
		"": {1, ""}, "spec": {3, "spec"},
	} {
		if line, named := object.PositionOf(field).Line, object.NamedPath(field); line != want.line || named != want.named {
			t.Errorf("%q is %q on line %d, want %q on line %d", field, named, line, want.named, want.line)
		}
	}
}

func TestPositionOfJSON(t *testing.T) {
	input := "\n{\n\"apiVersion\": \"rolewright.dev/v1alpha1\", \"kind\": \"Role\",\n\"spec\": {\n  \"a\": [\n    1,\n    {\"b\":\n 2}]}}"
	object := (&Reader{}).Parse("f", []byte(input)).Objects[0]
	for field, want := range map[string]int{"": 2, "kind": 3, "spec": 4, "spec.a": 5, "spec.a[0]": 6, "spec.a[1]": 7, "spec.a[1].b": 7} {
		if got := object.PositionOf(field).Line; got != want {
			t.Errorf("%q stands on line %d, want %d", field, got, want)
		}
	}
}

func TestValuesAreReadAsKubectlReadsThem(t *testing.T) {
	input := role("a") + "  yes: [yes, on, 0x10, 010, 1e3, 2001-01-01, 1.0, 9007199254740993]\n"
	object := (&Reader{}).Parse("f", []byte(input)).Objects[0]
	got := fmt.Sprintf("%#v", object.Value["spec"].(map[string]any)["true"])
	if want := `[]interface {}{true, true, 16, 8, 1000, "2001-01-01", 1, 9007199254740993}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A suite beside manifests is none of them, whatever is wrong with it.
func TestSuitesAreApart(t *testing.T) {
	result := (&Reader{}).Parse("f", []byte("apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: a\nnow: b\n"))
	if len(result.Objects)+len(result.Diagnostics)+result.Skipped > 0 || len(result.Suites) != 1 {
		t.Fatalf("the suite is read as %+v", result)
	}
	if wrong := result.Suites[0].Diagnostics; len(wrong) != 1 || wrong[0].Position.Line != 4 {
		t.Errorf("what is wrong with it is %+v", wrong)
	}
}
