// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/config/crd"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/test/clustertest"
)

// illFormed is no name, no id and no value of a label: it begins with a blank, and the hyphen is followed by an invisible character.
const illFormed = " ill-\u200bformed?"

// form is a text of a spec whose form a rule checks, in an object that is otherwise as its schema demands.
type form struct {
	path   string
	object *unstructured.Unstructured
}

// Texts have rules instead of patterns, because the API server would show the regular expression.
var _ = It("refuses every text of a wrong form in words", func(ctx SpecContext) {
	world := clustertest.NewWorld(cluster, "")
	schemas, err := crdschema.Load()
	Expect(err).NotTo(HaveOccurred())
	for _, definition := range definitions() {
		forms := formsOf(definition, world.Namespace)
		Expect(forms).NotTo(BeEmpty(), definition.Spec.Names.Kind)
		for _, f := range forms {
			want := fmt.Sprintf("%s: Invalid value: %q: must ", f.path, illFormed)
			refusal := cluster.Create(ctx, f.object, client.DryRunAll)
			Expect(refusal).To(MatchError(ContainSubstring(want)), definition.Spec.Names.Kind)
			Expect(refusal.Error()).NotTo(ContainSubstring(`\w`))
			offline := schemas.Validate(f.object.GroupVersionKind(), f.object.Object)
			Expect(offline).To(ContainElement(And(
				HaveField("Field", f.path), HaveField("Message", HavePrefix(fmt.Sprintf("%q must ", illFormed))))), definition.Spec.Names.Kind)
		}
	}
})

func definitions() []*apiextensionsv1.CustomResourceDefinition {
	GinkgoHelper()
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	Expect(err).NotTo(HaveOccurred())
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, file := range files {
		data, err := fs.ReadFile(crd.Bases, file)
		Expect(err).NotTo(HaveOccurred())
		definition := &apiextensionsv1.CustomResourceDefinition{}
		Expect(yaml.Unmarshal(data, definition)).To(Succeed())
		all = append(all, definition)
	}
	return all
}

// formsOf makes an object for every text of a kind's spec whose form a rule checks. A text with a pattern instead fails the spec.
func formsOf(definition *apiextensionsv1.CustomResourceDefinition, world string) []form {
	version := definition.Spec.Versions[0]
	spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
	var forms []form
	visit(&spec, "spec", func(path string, value any) {
		made := &unstructured.Unstructured{Object: map[string]any{"spec": value}}
		made.SetAPIVersion(definition.Spec.Group + "/" + version.Name)
		made.SetKind(definition.Spec.Names.Kind)
		made.SetName("ill-formed")
		if definition.Spec.Scope == apiextensionsv1.NamespaceScoped {
			made.SetNamespace(world)
		}
		forms = append(forms, form{path: path, object: made})
	})
	return forms
}

// visit yields, for every text with a rule for its form, a value of the schema with an ill-formed text in that place.
func visit(schema *apiextensionsv1.JSONSchemaProps, path string, yield func(path string, value any)) {
	GinkgoHelper()
	switch {
	case schema.Type == "string":
		Expect(schema.Pattern).To(BeEmpty(), "%s: write a rule with a message instead of a pattern", path)
		if slices.ContainsFunc(schema.XValidations, func(r apiextensionsv1.ValidationRule) bool { return strings.HasPrefix(r.Message, "must ") }) {
			yield(path, illFormed)
		}
	case schema.Type == "array":
		visit(schema.Items.Schema, path+"[0]", func(path string, value any) { yield(path, []any{value}) })
	case schema.AdditionalProperties != nil:
		visit(schema.AdditionalProperties.Schema, path+"[key]", func(path string, value any) { yield(path, map[string]any{"key": value}) })
	}
	for name := range schema.Properties {
		property := schema.Properties[name]
		visit(&property, path+"."+name, func(path string, value any) {
			fields := filled(schema).(map[string]any)
			fields[name] = value
			yield(path, fields)
		})
	}
}

// filled is a small value that a schema takes, of its types and bounds: rules may still refuse it.
func filled(schema *apiextensionsv1.JSONSchemaProps) any {
	switch {
	case len(schema.Enum) > 0:
		return strings.Trim(string(schema.Enum[0].Raw), `"`)
	case schema.Format == "date-time":
		return "2099-01-01T00:00:00Z"
	case schema.Type == "string":
		return strings.Repeat("x", int(max(1, value(schema.MinLength))))
	case schema.Type == "integer":
		return int64(1)
	case schema.Type == "boolean":
		return true
	case schema.Type == "array":
		return []any{filled(schema.Items.Schema)}
	}
	fields := map[string]any{}
	for _, name := range schema.Required {
		property := schema.Properties[name]
		fields[name] = filled(&property)
	}
	return fields
}

func value(pointer *int64) int64 {
	if pointer == nil {
		return 0
	}
	return *pointer
}
