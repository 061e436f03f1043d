// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"encoding/json"
	"io/fs"
	"os"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/config/crd"
)

const openAPIFile = "../../docs/examples/gitops/openapi.json"

// openAPI is what kustomize wants to know of the kinds: which of them have namespaces, and by which field the elements of a list are
// merged.
func openAPI(t *testing.T) string {
	t.Helper()
	definitions, paths := map[string]any{}, map[string]any{}
	for _, definition := range readDefinitions(t) {
		spec := &definition.Spec
		kind := map[string]string{"group": spec.Group, "version": spec.Versions[0].Name, "kind": spec.Names.Kind}
		path := "/apis/" + spec.Group + "/" + spec.Versions[0].Name
		if spec.Scope == apiextensionsv1.NamespaceScoped {
			path += "/namespaces/{namespace}"
		}
		paths[path+"/"+spec.Names.Plural+"/{name}"] = map[string]any{
			"get": map[string]any{"x-kubernetes-action": "get", "x-kubernetes-group-version-kind": kind},
		}
		schema := merging(spec.Versions[0].Schema.OpenAPIV3Schema)
		if schema == nil {
			schema = map[string]any{"type": "object"}
		}
		schema["x-kubernetes-group-version-kind"] = []any{kind}
		definitions["dev.rolewright."+spec.Versions[0].Name+"."+spec.Names.Kind] = schema
	}
	text, err := json.MarshalIndent(map[string]any{"definitions": definitions, "paths": paths}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

func readDefinitions(t *testing.T) []apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no definitions", err)
	}
	definitions := make([]apiextensionsv1.CustomResourceDefinition, len(files))
	for i, file := range files {
		text, err := crd.Bases.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(text, &definitions[i]); err != nil {
			t.Fatal(err)
		}
	}
	return definitions
}

// merging returns the parts of a schema in which lists are merged by a field, nil if there is none.
func merging(schema *apiextensionsv1.JSONSchemaProps) map[string]any {
	properties := map[string]any{}
	for name := range schema.Properties {
		property := schema.Properties[name]
		if part := merging(&property); part != nil && name != "status" {
			properties[name] = part
		}
	}
	part := map[string]any{"type": schema.Type}
	if len(properties) > 0 {
		part["properties"] = properties
	}
	var items map[string]any
	if schema.Items != nil {
		if items = merging(schema.Items.Schema); items != nil {
			part["items"] = items
		}
	}
	if len(schema.XListMapKeys) == 1 {
		if items == nil {
			part["items"] = map[string]any{"type": schema.Items.Schema.Type}
		}
		part["x-kubernetes-patch-merge-key"], part["x-kubernetes-patch-strategy"] = schema.XListMapKeys[0], "merge"
		return part
	}
	if len(properties) == 0 && items == nil {
		return nil
	}
	return part
}

func TestOpenAPI(t *testing.T) {
	isCurrent(t, openAPIFile, openAPI(t))
}

// isCurrent compares a generated file with what it should contain, and writes it if asked to.
func isCurrent(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not current: run go test ./test/gitops -update", file)
	}
}
