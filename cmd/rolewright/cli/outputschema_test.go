// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// TestJSONMeetsItsSchema validates what commands print, and makes sure that the schema notices something else.
func TestJSONMeetsItsSchema(t *testing.T) {
	noCluster(t)
	const performance = "../../../config/samples/performance"
	failing := filepath.Join(t.TempDir(), "failing.yaml")
	suite := "apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: 2030-06-01\n" +
		"decisions: [{who: rosa@library.example, cannot: collection.view}]\n"
	if err := os.WriteFile(failing, []byte(suite), 0o600); err != nil {
		t.Fatal(err)
	}
	raise := " --from " + performance + " --to " + performance + " --to ../../../docs/examples/raise.yaml -o json"
	for _, c := range []struct {
		schema, line string
		code         int
		// has are parts of what is printed, so that the schema has something to say about them.
		has []string
	}{
		{"authorization", "authorize --as mark@compass.example" + raise, 0, []string{`"grantedRole"`}},
		{"authorization", "authorize --as max@compass.example" + raise, 1, []string{`"reason"`, `"field"`}},
		{"authorization", "authorize --as ann --from testdata/shop --to testdata/shop -o json", 0, []string{`"leftToRBAC": true`}},
		{"test", "test " + performance + " --coverage -o json", 0, []string{`"AdministrationRule"`, `"Qualifier"`, `"says"`}},
		{"test", "test -f ../../../config/samples/quickstart " + failing + " -o json", 1, []string{`"expected"`, `"why"`}},
		{"difference", "diff" + raise, 1, []string{`"effects"`}},
		{"validation", "validate -f ../../../config/samples/quickstart -f ../../../docs/examples/mistakes.yaml -o json", 1, []string{`"object"`, `"line"`}},
	} {
		schema := outputSchema(t, c.schema)
		var out, errOut bytes.Buffer
		code := Run(t.Context(), strings.Fields("rolewright "+c.line), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
		if code != c.code {
			t.Errorf("%s: exit code %d: %s", c.line, code, errOut.String())
		}
		printed, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", c.line, err)
		}
		if err := schema.Validate(printed); err != nil {
			t.Errorf("%s: %v", c.line, err)
		}
		for _, part := range c.has {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s prints nothing with %s:\n%s", c.line, part, out.String())
			}
		}
		undeclared(t, c.line, schema, printed)
		for field := range printed.(map[string]any) {
			printed.(map[string]any)[field] = 7
		}
		if schema.Validate(printed) == nil {
			t.Errorf("the schema of %s takes anything", c.schema)
		}
	}
}

// undeclared finds fields that are printed and of which the schema says nothing.
func undeclared(t *testing.T, at string, schema *jsonschema.Schema, printed any) {
	t.Helper()
	for schema.Ref != nil {
		schema = schema.Ref
	}
	switch value := printed.(type) {
	case []any:
		items := schema.Items2020
		for _, item := range value {
			undeclared(t, at+"[]", items, item)
		}
	case map[string]any:
		for name, field := range value {
			switch declared, is := schema.Properties[name]; {
			case is:
				undeclared(t, at+"."+name, declared, field)
			case schema.AdditionalProperties == nil:
				t.Errorf("%s: the schema says nothing of %s", at, name)
			}
		}
	}
}

func outputSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("../../../docs/schema/" + name + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, read); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}
