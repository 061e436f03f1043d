// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/rolewright/rolewright/internal/suggest"
)

// Reasons in addition to those of the API server, which are values of field.ErrorType.
const (
	// ReasonUnknownField means that the kind has no such field.
	ReasonUnknownField = "UnknownField"
	// ReasonUnknownKind means that the group has no such kind or version.
	ReasonUnknownKind = "UnknownKind"
	// ReasonObjectTooLarge means that etcd does not keep the object.
	ReasonObjectTooLarge = "ObjectTooLarge"
)

// maxObject is how many bytes etcd keeps of an object unless it is told otherwise. Each list keeps its bound in many objects of which the
// whole does not.
const maxObject = 3 << 19

// FieldError is one reason for the API server to reject an object.
type FieldError struct {
	// Reason is a stable code in CamelCase.
	Reason string
	// Field is the path of the field, for example spec.units[1].name; empty for the object as a whole.
	Field string
	// Message says what is wrong.
	Message string
}

// maxMessage bounds the length of a message, since some repeat the whole rejected value.
const maxMessage = 600

// Validate returns why the API server would reject the creation of an object under strict field validation. It does not modify
// the object. It ignores the status, since the API server drops it.
func (s *Schemas) Validate(kind schema.GroupVersionKind, object map[string]any) []FieldError {
	k, known := s.kinds[kind]
	if !known {
		return []FieldError{{Reason: ReasonUnknownKind, Field: "kind", Message: s.unknownKind(kind)}}
	}
	object = runtime.DeepCopyJSON(object)
	delete(object, "status")

	if text, err := json.Marshal(object); err == nil && len(text) > maxObject {
		return []FieldError{{Reason: ReasonObjectTooLarge, Message: fmt.Sprintf(
			"the object has %d bytes of JSON, and etcd keeps at most %d of it, with what "+
				"Kubernetes notes of its fields: spread it over several objects", len(text), maxObject)}}
	}
	unknown := pruning.PruneWithOptions(object, k.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	list := make([]FieldError, 0, len(unknown))
	for _, path := range unknown {
		list = append(list, FieldError{Reason: ReasonUnknownField, Field: path, Message: k.unknownField(path)})
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, k.structural)

	errs, metadata := k.validateMetadata(object)
	list = append(list, metadata...)
	errs = append(errs, validation.ValidateCustomResource(nil, object, k.openapi)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, object)...)
	list = append(list, fieldErrors(errs, object)...)
	list = append(list, k.validateRules(object, len(metadata) > 0 || slices.ContainsFunc(errs, blocksRules))...)
	slices.SortStableFunc(list, func(a, b FieldError) int { return cmp.Compare(a.Field, b.Field) })
	return slices.Compact(withoutConsequences(list))
}

// withoutConsequences leaves out what is wrong with a value of a wrong type, or within it.
func withoutConsequences(list []FieldError) []FieldError {
	mistyped := map[string]bool{}
	for i := range list {
		if list[i].Reason == string(field.ErrorTypeTypeInvalid) {
			mistyped[list[i].Field] = true
		}
	}
	return slices.DeleteFunc(list, func(e FieldError) bool {
		for outer := e.Field; outer != ""; outer = outer[:max(0, strings.LastIndexAny(outer, ".["))] {
			if mistyped[outer] && (outer != e.Field || e.Reason != string(field.ErrorTypeTypeInvalid)) {
				return true
			}
		}
		return false
	})
}

// validateMetadata validates metadata as the API server does for every object.
func (k *kindSchema) validateMetadata(object map[string]any) (field.ErrorList, []FieldError) {
	path := field.NewPath("metadata")
	meta, present, unknown, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{
		ReturnUnknownFieldPaths: true,
	})
	if err != nil {
		return nil, mistypedMetadata(object["metadata"])
	}
	if !present || meta == nil {
		return field.ErrorList{field.Required(path.Child("name"), "name or generateName is required")}, nil
	}
	var found []FieldError
	for _, unknownPath := range unknown {
		found = append(found, FieldError{Reason: ReasonUnknownField, Field: unknownPath, Message: "unknown field: metadata has no such field"})
	}
	return apivalidation.ValidateObjectMeta(meta, k.namespaced, apivalidation.NameIsDNSSubdomain, path), found
}

// mistypedMetadata finds what is of a wrong type in metadata. Of metadata itself the schema says it.
func mistypedMetadata(metadata any) []FieldError {
	members, _ := metadata.(map[string]any)
	var found []FieldError
	for _, name := range slices.Sorted(maps.Keys(members)) {
		expected := ""
		switch value := members[name]; name {
		case "name", "generateName", "namespace":
			if _, isText := value.(string); !isText {
				expected = types["string"]
			}
		case "labels", "annotations":
			if _, isMap := value.(map[string]any); !isMap {
				expected = types["object"]
			}
		}
		if expected != "" {
			found = append(found, FieldError{
				Reason: string(field.ErrorTypeTypeInvalid), Field: "metadata." + name,
				Message: fmt.Sprintf("%s stands where %s is expected", shown(members[name]), expected),
			})
		}
	}
	if len(found) == 0 && members != nil {
		found = []FieldError{{
			Reason: string(field.ErrorTypeTypeInvalid), Field: "metadata",
			Message: "a field of metadata is of a wrong type: labels and annotations are maps of text",
		}}
	}
	return found
}

// blocksRules reports whether an error keeps the API server from evaluating CEL rules, which rely on types and bounds.
func blocksRules(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	default:
		return false
	}
}

func fieldErrors(errs field.ErrorList, object map[string]any) []FieldError {
	list := make([]FieldError, 0, len(errs))
	for _, err := range errs {
		path := strings.TrimPrefix(err.Field, "<nil>")
		list = append(list, FieldError{Reason: string(err.Type), Field: path, Message: bounded(message(err, path, object))})
	}
	return list
}

func bounded(message string) string {
	if len(message) > maxMessage {
		return strings.ToValidUTF8(message[:maxMessage], "") + " …"
	}
	return message
}

func (s *Schemas) unknownKind(kind schema.GroupVersionKind) string {
	all := s.Kinds()
	kinds := make([]string, 0, len(all))
	var versions []string
	for _, known := range all {
		if known.Kind == kind.Kind {
			versions = append(versions, known.GroupVersion().String())
		}
		kinds = append(kinds, known.Kind)
	}
	if len(versions) > 0 {
		return fmt.Sprintf("%s has no version %q: write apiVersion %s", kind.Kind, kind.Version, strings.Join(versions, " or "))
	}
	if closest := suggest.Closest(kind.Kind, kinds); closest != "" {
		return fmt.Sprintf("%s has no kind %q: did you mean %s?", kind.Group, kind.Kind, closest)
	}
	return fmt.Sprintf("%s has no kind %q: its kinds are %s", kind.Group, kind.Kind, strings.Join(slices.Compact(kinds), ", "))
}
