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
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
)

// keepsStatus are the kinds of which a status is read. That of a request states the role that it gives: manifests that were read from a
// cluster give the same answers as that cluster. That of an organization says which revision was published, and decides nothing. Writing
// a status by hand changes no cluster.
var keepsStatus = map[string]bool{model.KindRequest: true, model.KindOrganization: true}

// add decodes an object into the list of its kind, without the rejected fields if it cannot be decoded with them.
func (in *Input) add(object *manifests.Object, fieldErrors []crdschema.FieldError) error {
	kind := object.GVK.Kind
	decoded := intake.NewObject(kind)
	switch known := object.GVK.Version == v1alpha1.GroupVersion.Version; {
	case known && kind == model.KindDecision:
		in.decisions++
		return in.addDecision(object, fieldErrors)
	case !known || decoded == nil:
		in.unknown++
		return nil
	}
	value := maps.Clone(object.Value)
	if !keepsStatus[kind] || convert(value, intake.NewObject(kind)) != nil {
		delete(value, "status")
	}
	err := convert(value, decoded)
	if err != nil && len(fieldErrors) > 0 {
		decoded = intake.NewObject(kind)
		// The field errors already say why it cannot be decoded.
		err = nil
		_ = convert(withoutRejected(object, value, fieldErrors), decoded)
	}
	in.Objects.Append(decoded)
	return err
}

// addDecision adds a decision, unless it would be rejected.
func (in *Input) addDecision(object *manifests.Object, fieldErrors []crdschema.FieldError) error {
	if len(fieldErrors) > 0 {
		return nil
	}
	var decision v1alpha1.ApprovalDecision
	value := maps.Clone(object.Value)
	if convert(value, &decision) != nil {
		delete(value, "status")
		decision = v1alpha1.ApprovalDecision{}
		if err := convert(value, &decision); err != nil {
			return err
		}
	}
	in.Decisions = append(in.Decisions, decision)
	return nil
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

// withoutRejected removes every field of the spec that contains an error, and of metadata, if it does, all that does not say which
// object it is.
func withoutRejected(object *manifests.Object, value map[string]any, fieldErrors []crdschema.FieldError) map[string]any {
	spec, _ := value["spec"].(map[string]any)
	spec = maps.Clone(spec)
	for _, fieldError := range fieldErrors {
		outer, rest, _ := strings.Cut(fieldError.Field, ".")
		if outer == "spec" && rest != "" {
			name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[", "."), ".")
			delete(spec, name)
		}
		if outer == "metadata" {
			value["metadata"] = map[string]any{"name": object.Name, "namespace": object.Namespace}
		}
	}
	value["spec"] = spec
	return value
}
