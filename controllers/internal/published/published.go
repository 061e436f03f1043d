// SPDX-License-Identifier: Apache-2.0

package published

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// Labels that every published ConfigMap carries.
const (
	// LabelManagedBy is the well-known label of whoever manages an object; its value here is ManagedBy. The manager's
	// cache holds only ConfigMaps that carry it.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of LabelManagedBy.
	ManagedBy = "rolewright"
	// LabelOrganization names the organization that is published.
	LabelOrganization = "rolewright.dev/organization"
)

// maxRevision is the largest revision that is believed: greater whole numbers do not survive every reader of JSON.
const maxRevision = 1 << 53

// Name is that of the ConfigMap in which an organization is published.
func Name(organization string) string { return organization + permissions.ConfigMapSuffix }

// OrganizationOf returns the organization that a ConfigMap would belong to by its name.
func OrganizationOf(configMap *corev1.ConfigMap) (types.NamespacedName, bool) {
	name, named := strings.CutSuffix(configMap.Name, permissions.ConfigMapSuffix)
	return types.NamespacedName{Namespace: configMap.Namespace, Name: name}, named
}

// Read returns what a ConfigMap publishes, nil when nobody could read it: its index is not valid, or its document is not
// the one that the index names.
func Read(configMap *corev1.ConfigMap) *v1alpha1.Publication {
	var index permissions.Publication
	if json.Unmarshal([]byte(configMap.Data[permissions.PublicationKey]), &index) != nil {
		return nil
	}
	if index.Schema != permissions.PublicationSchemaV1 || index.Revision < 1 || index.Revision > maxRevision || len(index.Parts) != 1 {
		return nil
	}
	part := index.Parts[0]
	if part.Digest != permissions.Digest([]byte(configMap.Data[part.Name])) {
		return nil
	}
	return &v1alpha1.Publication{
		ConfigMapName: configMap.Name,
		Revision:      index.Revision,
		Digest:        part.Digest,
		Bytes:         int64(part.Bytes),
		PublishedAt:   metav1.NewTime(index.PublishedAt),
	}
}
