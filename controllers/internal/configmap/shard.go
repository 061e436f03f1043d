// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// shardName is the form of what publish.ShardName returns.
var shardName = regexp.MustCompile(`^(.+)` + regexp.QuoteMeta(document.ConfigMapSuffix) + `-[0-9a-f]{32}$`)

// ShardOf returns the organization that a ConfigMap would be a shard of by its name.
func ShardOf(configMap *corev1.ConfigMap) (types.NamespacedName, bool) {
	match := shardName.FindStringSubmatch(configMap.Name)
	if match == nil {
		return types.NamespacedName{}, false
	}
	return types.NamespacedName{Namespace: configMap.Namespace, Name: match[1]}, true
}

// Shard returns the ConfigMap of a shard, without an owner.
func Shard(key types.NamespacedName, shard *publish.Shard) *corev1.ConfigMap {
	immutable := true
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: shard.Part.ConfigMap,
			Labels: map[string]string{
				document.LabelManagedBy: document.ManagedBy, document.LabelOrganization: key.Name, document.LabelPart: shard.Section,
			},
		},
		Immutable: &immutable,
		Data:      map[string]string{shard.Part.Name: shard.Text},
	}
}

// digestKey holds, in the cache, the digest of what a shard holds. The API server takes no ConfigMap with such a key.
const digestKey = ""

// Reduce leaves of a shard what the cache needs of it: the digest in place of the bytes, which may be many. It is for an
// object that nobody else holds yet, and returns any other, and one that is reduced already, as it is.
func Reduce(object any) (any, error) {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return object, nil
	}
	if _, is := ShardOf(configMap); is {
		configMap.Data, configMap.BinaryData = map[string]string{digestKey: digestOf(configMap)}, nil
	}
	return configMap, nil
}

// Holds reports whether a ConfigMap, reduced or not, holds exactly what a shard should.
func Holds(configMap *corev1.ConfigMap, digest string) bool { return digestOf(configMap) == digest }

// digestOf is that of a shard's text, empty when it holds anything else.
func digestOf(configMap *corev1.ConfigMap) string {
	if digest, reduced := configMap.Data[digestKey]; reduced {
		return digest
	}
	text, there := configMap.Data[document.PartKey]
	if !there || len(configMap.Data) != 1 || len(configMap.BinaryData) != 0 {
		return ""
	}
	return document.Digest([]byte(text))
}
