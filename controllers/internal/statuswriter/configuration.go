// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	metav1apply "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// configuration is the apply configuration of a status, whatever the kind: what is sent is what the generated one of the kind would
// be as JSON, without the way through it, which costs as much as all else that the manager does to write a status.
type configuration struct {
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

// IsApplyConfiguration implements runtime.ApplyConfiguration.
func (*configuration) IsApplyConfiguration() {}

// configurationOf returns the apply configuration of an object with a status.
func configurationOf(object client.Object, kind schema.GroupVersionKind, status any) *configuration {
	version, name := kind.ToAPIVersionAndKind()
	return &configuration{
		APIVersion: version, Kind: name,
		Metadata: appliedMetadata{
			Name: object.GetName(), Namespace: object.GetNamespace(), UID: object.GetUID(), ResourceVersion: object.GetResourceVersion(),
		},
		Status: status,
	}
}

// answer is what the API server answers to an apply of a status, as far as the writer reads it: see NewClient.
type answer struct {
	metav1apply.TypeMetaApplyConfiguration `json:"-"`
	answeredMetadata                       `json:"metadata"`
}

// answeredMetadata has the fields by which the client finds an object, its version, and who manages its fields.
type answeredMetadata struct {
	Name            *string        `json:"name"`
	Namespace       *string        `json:"namespace"`
	ResourceVersion *string        `json:"resourceVersion"`
	ManagedFields   []fieldManager `json:"managedFields"`
}

// fieldManager is who manages fields, and how.
type fieldManager struct {
	Manager     string                            `json:"manager"`
	Operation   metav1.ManagedFieldsOperationType `json:"operation"`
	Subresource string                            `json:"subresource"`
}

// answerFor returns what the answer to an apply of the status of an object is decoded into.
func answerFor(object client.Object, kind schema.GroupVersionKind) *answer {
	a := &answer{answeredMetadata: answeredMetadata{Name: new(object.GetName())}}
	a.WithKind(kind.Kind).WithAPIVersion(kind.GroupVersion().String())
	if namespace := object.GetNamespace(); namespace != "" {
		a.Namespace = &namespace
	}
	return a
}

// isOfOthers reports whether anything of the status may be there that was not applied. What only the writer's applies manage is what the
// last of them said.
func (a *answer) isOfOthers() bool {
	own := fieldManager{FieldManager, metav1.ManagedFieldsOperationApply, "status"}
	return !slices.Contains(a.ManagedFields, own) || slices.ContainsFunc(a.ManagedFields, func(of fieldManager) bool {
		return of != own && of.Subresource != ""
	})
}

// IsApplyConfiguration implements runtime.ApplyConfiguration.
func (*answer) IsApplyConfiguration() {}

// GetName returns the name of the object.
func (m *answeredMetadata) GetName() *string { return m.Name }

// GetNamespace returns the namespace of the object, nil if it has none.
func (m *answeredMetadata) GetNamespace() *string { return m.Namespace }
