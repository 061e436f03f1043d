// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Name is that of the ConfigMap in which an organization is published.
func Name(organization string) string { return organization + document.ConfigMapSuffix }

// OrganizationOf returns the organization that a ConfigMap would belong to by its name.
func OrganizationOf(configMap *corev1.ConfigMap) (types.NamespacedName, bool) {
	name, named := strings.CutSuffix(configMap.Name, document.ConfigMapSuffix)
	return types.NamespacedName{Namespace: configMap.Namespace, Name: name}, named
}

// Read returns what a ConfigMap, reduced or not, publishes for the organization that it is named after; nil if nobody could read
// it: its index is not valid, or what lies beside it is not what the index names. It does not look at shards.
func Read(configMap *corev1.ConfigMap) *v1alpha1.Publication {
	if isReduced(configMap) {
		return summaryOf(configMap)
	}
	index := Index(configMap)
	if index == nil {
		return nil
	}
	publication := &v1alpha1.Publication{
		ConfigMapName: configMap.Name,
		Revision:      index.Revision,
		Digest:        index.Digest(),
		PublishTime:   metav1.NewTime(index.PublishTime),
	}
	for _, part := range index.Parts {
		if part.ConfigMap == "" && part.Digest != document.Digest([]byte(configMap.Data[part.Name])) {
			return nil
		}
		publication.Bytes += int64(part.Bytes)
	}
	return publication
}

// Index returns the index that a ConfigMap holds of the organization that it is named after, nil if it holds none that readers
// would take. Of a reduced ConfigMap it is nil.
func Index(configMap *corev1.ConfigMap) *document.Publication {
	key, named := OrganizationOf(configMap)
	index, err := document.ParsePublication([]byte(configMap.Data[document.PublicationKey]))
	if err != nil || !named || index.Namespace != key.Namespace || index.Organization != key.Name {
		return nil
	}
	return index
}

// Standing returns how a ConfigMap, reduced or not, publishes its document; the zero value if it publishes none.
func Standing(configMap *corev1.ConfigMap) publish.Standing {
	publication := Read(configMap)
	if publication == nil {
		return publish.Standing{}
	}
	_, inShards := configMap.Data[shardsKey]
	return publish.Standing{Bytes: int(publication.Bytes), Shards: inShards || namesShards(Index(configMap))}
}

// namesShards reports whether an index, nil for none, names ConfigMaps beside its own.
func namesShards(index *document.Publication) bool {
	return index != nil && slices.ContainsFunc(index.Parts, func(part document.Part) bool { return part.ConfigMap != "" })
}
