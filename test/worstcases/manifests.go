// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"bytes"
	"encoding/json"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Manifests returns objects as the command reads them.
func Manifests(members *intake.Members) ([]byte, error) {
	objects := []client.Object{members.Catalog, members.Organization}
	objects = appendEach(objects, members.Structures)
	objects = appendEach(objects, members.Roles)
	for _, assignment := range members.Assignments {
		objects = append(objects, assignment)
	}
	objects = appendEach(objects, members.Groups)
	objects = appendEach(objects, members.Chains)
	known := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(known); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, object := range objects {
		kind, err := apiutil.GVKForObject(object, known)
		if err != nil {
			return nil, err
		}
		object.GetObjectKind().SetGroupVersionKind(kind)
		if err := json.NewEncoder(&text).Encode(object); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

func appendEach[T any, P interface {
	*T
	client.Object
}](objects []client.Object, all []T) []client.Object {
	for i := range all {
		objects = append(objects, P(&all[i]))
	}
	return objects
}
