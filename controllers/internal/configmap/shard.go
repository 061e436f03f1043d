// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ShardOf returns the organization that a ConfigMap would be a shard of by its name.
func ShardOf(configMap *corev1.ConfigMap) (types.NamespacedName, bool) {
	organization, is := publish.OrganizationOfShard(configMap.Name)
	if !is {
		return types.NamespacedName{}, false
	}
	return types.NamespacedName{Namespace: configMap.Namespace, Name: organization}, true
}

// IsShardOf reports whether a ConfigMap with the name of a shard is one of an organization: it is controlled by it, or holds what
// its name says.
func IsShardOf(configMap *corev1.ConfigMap, organization *v1alpha1.Organization) bool {
	digest := digestOf(configMap)
	return metav1.IsControlledBy(configMap, organization) ||
		(digest != "" && configMap.Name == publish.ShardName(organization.Name, digest))
}

// Shard returns the ConfigMap of a shard, without an owner.
func Shard(key types.NamespacedName, shard *publish.Shard) *corev1.ConfigMap {
	immutable := true
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: shard.Part.ConfigMap, Labels: ShardLabels(key, shard),
		},
		Immutable: &immutable,
		Data:      map[string]string{shard.Part.Name: shard.Text()},
	}
}

// ShardLabels returns the labels of the ConfigMap of a shard.
func ShardLabels(key types.NamespacedName, shard *publish.Shard) map[string]string {
	return map[string]string{
		document.LabelManagedBy: document.ManagedBy, document.LabelOrganization: key.Name, document.LabelPart: shard.Section,
	}
}
