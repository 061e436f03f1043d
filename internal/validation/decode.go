// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	kjson "sigs.k8s.io/json"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
)

// add decodes an object into the list of its kind, without the rejected fields if it cannot be decoded with them.
func (in *Input) add(object *manifests.Object, fieldErrors []crdschema.FieldError) error {
	if object.GVK.Version != v1alpha1.GroupVersion.Version {
		in.unknown++
		return nil
	}
	value := maps.Clone(object.Value)
	if object.GVK.Kind != model.KindRequest {
		delete(value, "status")
	}
	switch object.GVK.Kind {
	case model.KindCatalog:
		return decode(value, fieldErrors, &in.Objects.Catalogs)
	case model.KindPlatformRole:
		return decode(value, fieldErrors, &in.Objects.PlatformRoles)
	case model.KindPlatformAssignment:
		return decode(value, fieldErrors, &in.Objects.PlatformAssignments)
	case model.KindOrganization:
		return decode(value, fieldErrors, &in.Objects.Organizations)
	case model.KindStructure:
		return decode(value, fieldErrors, &in.Objects.Structures)
	case model.KindRole:
		return decode(value, fieldErrors, &in.Objects.Roles)
	case model.KindAssignment:
		return decode(value, fieldErrors, &in.Objects.Assignments)
	case model.KindGroup:
		return decode(value, fieldErrors, &in.Objects.Groups)
	default:
		return in.addApproval(object.GVK.Kind, value, fieldErrors)
	}
}

// addApproval decodes an object of an approval.
func (in *Input) addApproval(kind string, value map[string]any, fieldErrors []crdschema.FieldError) error {
	switch kind {
	case model.KindChain:
		return decode(value, fieldErrors, &in.Objects.Chains)
	case model.KindRequest:
		return in.addRequest(value, fieldErrors)
	case model.KindDecision:
		in.decisions++
	default:
		in.unknown++
	}
	return nil
}

// addRequest keeps the status of a request, which states the role that the request gives: manifests that were read from a
// cluster give the same answers as that cluster. Writing a status by hand changes no cluster.
func (in *Input) addRequest(value map[string]any, fieldErrors []crdschema.FieldError) error {
	if err := convert(value, &v1alpha1.ApprovalRequest{}); err != nil {
		delete(value, "status")
	}
	return decode(value, fieldErrors, &in.Objects.Requests)
}

// decode appends an object to a list.
func decode[T any](value map[string]any, fieldErrors []crdschema.FieldError, list *[]T) error {
	var object T
	err := convert(value, &object)
	if err != nil && len(fieldErrors) > 0 {
		object = *new(T)
		// The field errors already say why it cannot be decoded.
		err = nil
		_ = convert(withoutRejected(value, fieldErrors), &object)
	}
	*list = append(*list, object)
	return err
}

func convert(value map[string]any, object any) error {
	data, err := json.Marshal(value)
	if err == nil {
		err = kjson.UnmarshalCaseSensitivePreserveInts(data, object)
	}
	if err != nil {
		return fmt.Errorf("the object cannot be read as its kind: %w", err)
	}
	return nil
}

// withoutRejected removes every field of the spec that contains an error.
func withoutRejected(value map[string]any, fieldErrors []crdschema.FieldError) map[string]any {
	spec, _ := value["spec"].(map[string]any)
	spec = maps.Clone(spec)
	for _, fieldError := range fieldErrors {
		outer, rest, _ := strings.Cut(fieldError.Field, ".")
		if outer == "spec" && rest != "" {
			name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[", "."), ".")
			delete(spec, name)
		}
	}
	value["spec"] = spec
	return value
}
