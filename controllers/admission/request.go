// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/rolewright/rolewright/api/v1alpha1"
	decision "github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/model"
)

// kinds are those that users write in an organization.
var kinds = map[string]func() client.Object{
	model.KindOrganization: func() client.Object { return &v1alpha1.Organization{} },
	model.KindStructure:    func() client.Object { return &v1alpha1.OrganizationStructure{} },
	model.KindRole:         func() client.Object { return &v1alpha1.Role{} },
	model.KindAssignment:   func() client.Object { return &v1alpha1.UserAssignment{} },
	model.KindGroup:        func() client.Object { return &v1alpha1.UserGroup{} },
	model.KindChain:        func() client.Object { return &v1alpha1.ApprovalChain{} },
}

// kindLabel is the kind as the label of a metric, which has few values whatever is asked.
func kindLabel(kind string) string {
	if _, known := kinds[kind]; known {
		return kind
	}
	return "other"
}

// readWrite reads what a request is about.
func readWrite(request *admission.Request) (*decision.Write, error) {
	empty, known := kinds[request.Kind.Kind]
	if !known || request.Kind.Group != v1alpha1.GroupVersion.Group {
		return nil, fmt.Errorf("the webhook does not judge %s of %s: remove them from its configuration", request.Kind.Kind, request.Kind.Group)
	}
	write := &decision.Write{Actor: request.UserInfo.Username, Kind: request.Kind.Kind}
	for _, state := range []struct {
		raw  runtime.RawExtension
		into func(client.Object)
	}{
		{request.OldObject, func(o client.Object) { write.Before = o }},
		{request.Object, func(o client.Object) { write.After = o }},
	} {
		if len(state.raw.Raw) == 0 {
			continue
		}
		object := empty()
		if err := json.Unmarshal(state.raw.Raw, object); err != nil {
			return nil, fmt.Errorf("reading the %s: %w", request.Kind.Kind, err)
		}
		// The API server leaves the namespace out of what is created without one.
		object.SetNamespace(request.Namespace)
		state.into(object)
	}
	if write.Before == nil && write.After == nil {
		return nil, fmt.Errorf("the request has no %s", request.Kind.Kind)
	}
	return write, nil
}
