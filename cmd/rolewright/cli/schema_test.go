// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/test/schemas"
)

const toRepository = "../../.."

// compiledSchema compiles what schema prints.
func compiledSchema(t *testing.T, kind ...string) *jsonschema.Schema {
	t.Helper()
	printed, errOut, code := call(t, "", append([]string{"schema"}, kind...)...)
	if code != 0 {
		t.Fatalf("schema %v exits with %d: %s", kind, code, errOut)
	}
	return schemas.Compile(t, []byte(printed))
}

// TestSchemaFile: the schema in the repository is the one that is printed.
func TestSchemaFile(t *testing.T) {
	printed, _, _ := call(t, "", "schema")
	kept, err := os.ReadFile(filepath.Join(toRepository, "docs", "schema", "rolewright.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != printed {
		t.Error("docs/schema/rolewright.schema.json is not current: make generate writes it")
	}
}

// TestSchemaOfWhatIsValid: no schema refuses what the API server accepts. Every manifest of the repository is asked about, those of
// bad objects too, in the schema of its kind and in that of all.
func TestSchemaOfWhatIsValid(t *testing.T) {
	definitions, err := crdschema.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, ofKind := compiledSchema(t), map[string]*jsonschema.Schema{}
	for _, kind := range definitions.Kinds() {
		ofKind[kind.Kind] = compiledSchema(t, strings.ToLower(kind.Kind))
	}
	accepted, refused := map[string]int{}, 0
	for _, object := range everyObject(t) {
		wrong := definitions.Validate(object.GVK, object.Value)
		if _, known := ofKind[object.GVK.Kind]; !known {
			continue
		}
		for name, schema := range map[string]*jsonschema.Schema{"all": all, object.GVK.Kind: ofKind[object.GVK.Kind]} {
			err := schema.Validate(object.Value)
			switch {
			case err == nil:
				accepted[object.GVK.Kind]++
			case len(wrong) == 0:
				t.Errorf("%s: the schema of %s refuses what the API server accepts: %v", object.Position, name, err)
			default:
				refused++
			}
		}
	}
	for kind := range ofKind {
		if accepted[kind] == 0 {
			t.Errorf("no object of kind %s was accepted: the test shows nothing of it", kind)
		}
	}
	if refused < 30 {
		t.Errorf("%d times a bad object is refused: the schemas say next to nothing", refused)
	}
}

// everyObject reads the manifests of the repository.
func everyObject(t *testing.T) []*manifests.Object {
	t.Helper()
	var all []*manifests.Object
	for _, folder := range []string{"config/samples", "docs/examples", "test/badobjects/testdata", "cmd/rolewright/cli/testdata"} {
		err := filepath.WalkDir(filepath.Join(toRepository, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			all = append(all, (&manifests.Reader{}).Parse(path, []byte(strings.ReplaceAll(string(text), "$W", "w"))).Objects...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestSchemaOfMistakes: an editor shows the mistakes that people make, where they are.
func TestSchemaOfMistakes(t *testing.T) {
	all := compiledSchema(t)
	const head, role = "apiVersion: rolewright.dev/v1alpha1\n", "kind: Role\nmetadata: {name: a}\nspec:\n  organizationRef: {name: a}\n"
	const user = "kind: UserAssignment\nmetadata: {name: a}\nspec:\n  organizationRef: {name: a}\n"
	for _, mistake := range []struct{ manifest, at, says string }{
		{head + role + "  rules: [{permission: [a.b]}]", "/spec/rules/0", "permission"},
		{head + role + "  rules: {permissions: [a.b]}", "/spec/rules", "want array"},
		{head + role + "  rules: [{permissions: a.b}]", "/spec/rules/0/permissions", "want array"},
		{head + role + "  inherits: [{roleRef: reader}]", "/spec/inherits/0/roleRef", "want object"},
		{head + role + "  inherit: [{roleRef: {name: reader}}]", "/spec", "inherit"},
		{head + user, "/spec", "user"},
		{head + user + "  user: a\n  state: Paused", "/spec/state", "Active"},
		{head + user + "  user: a\n  grants: [{name: x, roleRef: {name: r}, scope: {unit: [n]}}]", "/spec/grants/0/scope", "unit"},
		{head + user + "  user: a\n  grants: [{roleRef: {name: r}}]", "/spec/grants/0", "name"},
		{head + user + "  user: a\n  grants: [{name: x, roleRef: {name: r}, endTime: tomorrow}]", "/spec/grants/0/endTime", "date-time"},
		{head + user + "  user: a\n  profile: {manager: 7}", "/spec/profile/manager", "want string"},
		{head + "kind: Organization\nmetadata: {}\nspec: {catalogRef: {name: a}}", "/metadata", "name"},
		{head + "kind: Organisation\nmetadata: {name: a}\nspec: {catalogRef: {name: a}}", "/kind", "Organization"},
		{"apiVersion: rolewright.dev/v1\n" + role, "/apiVersion", "v1alpha1"},
		{head + "metadata: {name: a}", "", "kind"},
	} {
		value := valueOf(t, mistake.manifest)
		err := all.Validate(value)
		if err == nil {
			t.Errorf("accepted:\n%s", mistake.manifest)
		} else if text := err.Error(); !regexp.MustCompile(`at '`+mistake.at+`'`).MatchString(text) || !strings.Contains(text, mistake.says) {
			t.Errorf("%s\nis refused, but not at %q with %q: %s", mistake.manifest, mistake.at, mistake.says, text)
		}
	}
	if err := all.Validate(valueOf(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nextra: 1")); err != nil {
		t.Errorf("it refuses an object of another group: %v", err)
	}
}

// TestSchemaOfUnknownKind names those that there are.
func TestSchemaOfUnknownKind(t *testing.T) {
	for kind, want := range map[string]string{"rle": `did you mean "Role"`, "Deployment": "PermissionCatalog"} {
		if _, errOut, code := call(t, "", "schema", kind); code != 2 || !strings.Contains(errOut, want) {
			t.Errorf("schema %s exits with %d: %s", kind, code, errOut)
		}
	}
	compiledSchema(t, "suite")
}

// TestModelines: each line by which a manifest names its schema leads to one.
func TestModelines(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "first")
	if _, errOut, code := call(t, "", "init", folder, "--organization", "o", "--application", "a", "--administrator", "x"); code != 0 {
		t.Fatal(errOut)
	}
	line := regexp.MustCompile(`(?m)^# yaml-language-server: \$schema=(\S+)\napiVersion:`)
	found, documents := 0, 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		documents += len(regexp.MustCompile(`(?m)^apiVersion: .*rolewright`).FindAll(text, -1))
		for _, named := range line.FindAllSubmatch(text, -1) {
			found++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), string(named[1]))); err != nil {
				t.Error(err)
			}
		}
		return err
	})
	if err != nil || found != documents || found < 5 {
		t.Errorf("%d of %d documents name their schema: %v", found, documents, err)
	}
}

// valueOf is a manifest as JSON has it.
func valueOf(t *testing.T, manifest string) any {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	return schemas.Value(t, text)
}
