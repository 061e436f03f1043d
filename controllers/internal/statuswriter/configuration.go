// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/rolewright/rolewright/api/v1alpha1/applyconfiguration"
)

// applied is what an apply configuration of a status consists of, whatever the kind.
type applied struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   appliedMetadata `json:"metadata"`
	Status     any             `json:"status,omitempty"`
}

// appliedMetadata names an object at the version for which its status was computed.
type appliedMetadata struct {
	Name            string    `json:"name"`
	Namespace       string    `json:"namespace,omitempty"`
	UID             types.UID `json:"uid"`
	ResourceVersion string    `json:"resourceVersion"`
}

// configurationOf returns the generated apply configuration of the object's kind, with the status. It goes through JSON, in
// which the fields of a kind and of its apply configuration have the same names.
func configurationOf(object client.Object, status any, scheme *runtime.Scheme) (runtime.ApplyConfiguration, error) {
	kind, err := apiutil.GVKForObject(object, scheme)
	if err != nil {
		return nil, err
	}
	configuration, known := applyconfiguration.ForKind(kind).(runtime.ApplyConfiguration)
	if !known {
		return nil, fmt.Errorf("kind %s has no apply configuration", kind)
	}
	version, name := kind.ToAPIVersionAndKind()
	data, err := json.Marshal(applied{
		APIVersion: version, Kind: name,
		Metadata: appliedMetadata{
			Name: object.GetName(), Namespace: object.GetNamespace(), UID: object.GetUID(), ResourceVersion: object.GetResourceVersion(),
		},
		Status: status,
	})
	if err == nil {
		err = json.Unmarshal(data, configuration)
	}
	if err != nil {
		return nil, fmt.Errorf("translating the status of a %s: %w", name, err)
	}
	return configuration, nil
}

// answered is what the API server answers to an apply of a status, as far as the writer reads it.
type answered[S any] struct {
	Metadata appliedMetadata `json:"metadata"`
	Status   S               `json:"status"`
}

// statusIn returns the version and the status in an apply configuration.
func statusIn[S any](configuration any) (answered[S], error) {
	var read answered[S]
	data, err := json.Marshal(configuration)
	if err == nil {
		err = json.Unmarshal(data, &read)
	}
	if err != nil {
		return read, fmt.Errorf("reading the status that was applied: %w", err)
	}
	return read, nil
}
