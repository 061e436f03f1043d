// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"fmt"
	"maps"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/rolewright/rolewright/internal/suggest"
)

// Mend puts right, in an object's spec, what the API server would reject and what can only be meant in one way, and returns what it
// was: names of fields that are misspelled, one value where a list of them is expected, and a list of one where a single value is. So
// each is found once, and not as well in what follows from it. It changes the object.
func (s *Schemas) Mend(kind schema.GroupVersionKind, object map[string]any) []FieldError {
	k, known := s.kinds[kind]
	if !known || object["spec"] == nil {
		return nil
	}
	m := mender{}
	spec := k.structural.Properties["spec"]
	object["spec"] = m.mend(&spec, object["spec"], field.NewPath("spec"))
	return m.found
}

// mender gathers what is mended.
type mender struct{ found []FieldError }

func (m *mender) mend(s *structuralschema.Structural, value any, path *field.Path) any {
	value = m.reshaped(s, value, path)
	switch v := value.(type) {
	case map[string]any:
		m.rename(s, v, path)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if property, known := s.Properties[name]; known {
				v[name] = m.mend(&property, v[name], path.Child(name))
			} else if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
				v[name] = m.mend(s.AdditionalProperties.Structural, v[name], path.Key(name))
			}
		}
	case []any:
		for i := range v {
			if s.Items != nil {
				v[i] = m.mend(s.Items, v[i], path.Index(i))
			}
		}
	}
	return value
}

// reshaped returns a value as a list of it, or the one in a list, if that is of the type that is expected and the value is not.
func (m *mender) reshaped(s *structuralschema.Structural, value any, path *field.Path) any {
	list, _ := value.([]any)
	var meant any
	switch {
	case s.Items != nil && isOfType(s.Items.Type, value) && hasOnly(value, properties(s.Items)):
		meant = []any{value}
	case len(list) == 1 && isOfType(s.Type, list[0]):
		meant = list[0]
	default:
		return value
	}
	m.found = append(m.found, FieldError{
		Reason: string(field.ErrorTypeTypeInvalid), Field: path.String(),
		Message: fmt.Sprintf("%s stands where %s is expected", shown(value), types[s.Type]),
	})
	return meant
}

// hasOnly reports whether a value is no map, or one without other fields than these.
func hasOnly(value any, names []string) bool {
	fields, _ := value.(map[string]any)
	for name := range fields {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

// isOfType reports whether a value that was read from JSON, and is no list, is of a type of schemas. No field of ours is of a number with
// a fraction.
func isOfType(name string, value any) bool {
	is := false
	switch value.(type) {
	case string:
		is = name == "string"
	case bool:
		is = name == "boolean"
	case int64:
		is = name == "integer"
	case map[string]any:
		is = name == "object"
	}
	return is
}

// rename renames the fields whose names are nearly those of others that are not there. Maps that may have any names have no properties.
func (m *mender) rename(s *structuralschema.Structural, fields map[string]any, path *field.Path) {
	known := properties(s)
	for _, written := range slices.Sorted(maps.Keys(fields)) {
		meant := suggest.Closest(written, known)
		if _, there := fields[meant]; there || meant == "" {
			continue
		}
		fields[meant] = fields[written]
		delete(fields, written)
		at := path.Child(written).String()
		m.found = append(m.found, FieldError{Reason: ReasonUnknownField, Field: at, Message: unknownName(written, known)})
	}
}
