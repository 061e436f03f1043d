// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"maps"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// ReplaceTexts visits every scalar of an object's spec that stands where its schema expects text and is none, and puts the
// text that is returned in its place, unless that is empty. It changes the object.
func (s *Schemas) ReplaceTexts(kind schema.GroupVersionKind, object map[string]any, text func(path string, value any) string) {
	if k, known := s.kinds[kind]; known {
		spec := k.structural.Properties["spec"]
		object["spec"] = replaced(&spec, object["spec"], field.NewPath("spec"), text)
	}
}

func replaced(s *structuralschema.Structural, value any, path *field.Path, text func(path string, value any) string) any {
	switch v := value.(type) {
	case map[string]any:
		replaceFields(s, v, path, text)
	case []any:
		for i := range v {
			if s.Items != nil {
				v[i] = replaced(s.Items, v[i], path.Index(i), text)
			}
		}
	case bool, int64, float64:
		if s.Type == "string" && !s.XIntOrString {
			if meant := text(path.String(), value); meant != "" {
				return meant
			}
		}
	}
	return value
}

func replaceFields(s *structuralschema.Structural, fields map[string]any, path *field.Path, text func(path string, value any) string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if property, known := s.Properties[name]; known {
			fields[name] = replaced(&property, fields[name], path.Child(name), text)
		} else if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
			fields[name] = replaced(s.AdditionalProperties.Structural, fields[name], path.Key(name), text)
		}
	}
}
