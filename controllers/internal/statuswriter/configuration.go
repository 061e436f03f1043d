// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	metav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

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

// configurationOf returns the generated apply configuration of an object's kind, with the status. It goes through JSON, in
// which the fields of a kind and of its apply configuration have the same names.
func configurationOf(object client.Object, kind schema.GroupVersionKind, status any) (runtime.ApplyConfiguration, error) {
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

// answer is what the API server answers to an apply of a status, as far as the writer reads it. Decoding all of it would cost more
// than the status: an object carries an entry for each field and manager.
type answer[S any] struct {
	metav1.TypeMetaApplyConfiguration `json:",inline"`
	answeredMetadata                  `json:"metadata"`
	Status                            S `json:"status"`
}

// answeredMetadata has the fields by which the client finds an object, and its version.
type answeredMetadata struct {
	Name            *string `json:"name"`
	Namespace       *string `json:"namespace"`
	ResourceVersion *string `json:"resourceVersion"`
}

// answerFor returns what the answer to an apply of the status of an object is decoded into.
func answerFor[S any](object client.Object, kind schema.GroupVersionKind) *answer[S] {
	a := &answer[S]{answeredMetadata: answeredMetadata{Name: new(object.GetName())}}
	a.WithKind(kind.Kind).WithAPIVersion(kind.GroupVersion().String())
	if namespace := object.GetNamespace(); namespace != "" {
		a.Namespace = &namespace
	}
	return a
}

// IsApplyConfiguration implements runtime.ApplyConfiguration.
func (*answer[S]) IsApplyConfiguration() {}

// GetName returns the name of the object.
func (m *answeredMetadata) GetName() *string { return m.Name }

// GetNamespace returns the namespace of the object, nil if it has none.
func (m *answeredMetadata) GetNamespace() *string { return m.Namespace }
