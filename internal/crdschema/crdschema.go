// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/config/crd"
)

// Schemas contains the schemas of all kinds.
type Schemas struct {
	kinds map[schema.GroupVersionKind]*kindSchema
}

// kindSchema is the schema of one version of one kind.
type kindSchema struct {
	namespaced bool
	// written is the schema as its CustomResourceDefinition has it.
	written    *apiextensionsv1.JSONSchemaProps
	structural *structuralschema.Structural
	openapi    validation.SchemaCreateValidator
	// rules returns the CEL rules. They are compiled on first use because that takes a while.
	rules func() *cel.Validator
}

// Load returns the schemas of the CustomResourceDefinitions built into the program. It fails only if these are damaged.
var Load = sync.OnceValues(func() (*Schemas, error) { return load(crd.Bases) })

func load(bases fs.FS) (*Schemas, error) {
	files, err := fs.Glob(bases, "bases/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing CustomResourceDefinitions: %w", err)
	}
	schemas := &Schemas{kinds: map[schema.GroupVersionKind]*kindSchema{}}
	for _, file := range files {
		data, err := fs.ReadFile(bases, file)
		if err != nil {
			return nil, fmt.Errorf("reading a CustomResourceDefinition: %w", err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &definition); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := schemas.add(&definition); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return schemas, nil
}

func (s *Schemas) add(definition *apiextensionsv1.CustomResourceDefinition) error {
	for i := range definition.Spec.Versions {
		version := &definition.Spec.Versions[i]
		if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			return fmt.Errorf("version %s has no schema", version.Name)
		}
		var props apiextensions.JSONSchemaProps
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
			version.Schema.OpenAPIV3Schema, &props, nil); err != nil {
			return fmt.Errorf("version %s: %w", version.Name, err)
		}
		structural, err := structuralschema.NewStructural(&props)
		if err != nil {
			return fmt.Errorf("version %s: %w", version.Name, err)
		}
		openapi, _, err := validation.NewSchemaValidator(&props)
		if err != nil {
			return fmt.Errorf("version %s: %w", version.Name, err)
		}
		kind := schema.GroupVersionKind{Group: definition.Spec.Group, Version: version.Name, Kind: definition.Spec.Names.Kind}
		s.kinds[kind] = &kindSchema{
			namespaced: definition.Spec.Scope == apiextensionsv1.NamespaceScoped,
			written:    version.Schema.OpenAPIV3Schema,
			structural: structural,
			openapi:    openapi,
			rules:      sync.OnceValue(func() *cel.Validator { return cel.NewValidator(structural, true, celconfig.PerCallLimit) }),
		}
	}
	return nil
}

// Kinds returns all kinds, sorted by group, version and kind.
func (s *Schemas) Kinds() []schema.GroupVersionKind {
	kinds := make([]schema.GroupVersionKind, 0, len(s.kinds))
	for kind := range s.kinds {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int {
		return slices.Compare([]string{a.Group, a.Version, a.Kind}, []string{b.Group, b.Version, b.Kind})
	})
	return kinds
}

// Namespaced reports whether objects of a kind have a namespace, and whether the kind exists.
func (s *Schemas) Namespaced(kind schema.GroupVersionKind) (namespaced, known bool) {
	k, known := s.kinds[kind]
	return known && k.namespaced, known
}

// validateRules evaluates the CEL rules as the API server does when an object is created. Where other errors keep the API server from
// it, it returns what is wrong with the form of single texts: that they would be rejected too is worth knowing at once.
func (k *kindSchema) validateRules(object map[string]any, blocked bool) []FieldError {
	rules := k.rules()
	if rules == nil {
		return nil
	}
	errs, _ := rules.Validate(context.Background(), nil, k.structural, object, nil, celconfig.RuntimeCELCostBudget)
	list := make([]FieldError, 0, len(errs))
	for _, err := range errs {
		// What is wrong with a whole may follow from the form of a part.
		isPart := func(other *field.Error) bool { return isForm(other) && strings.HasPrefix(other.Field, err.Field+".") }
		if !isForm(err) && (blocked || slices.ContainsFunc(errs, isPart)) {
			continue
		}
		list = append(list, FieldError{
			Reason: string(err.Type), Field: strings.TrimPrefix(err.Field, "<nil>"), Message: bounded(ruleMessage(err)),
		})
	}
	return list
}
