// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/vocabulary"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Keys of the data of a reduced ConfigMap. The API server takes no ConfigMap with such keys.
const (
	// digestKey holds the digest of what a shard holds, or of all data of an index.
	digestKey = ""
	// summaryKey holds what an index publishes.
	summaryKey = "/summary"
	// shardsKey is there if an index names shards.
	shardsKey = "/shards"
)

// maxMetadata is how many bytes of the labels, annotations and owners of a ConfigMap the cache holds, each.
const maxMetadata = 2 << 10

// Reduce returns of a ConfigMap what the cache needs of it, no matter who wrote it: digests in place of the bytes, which may be many,
// and nothing but the identity of one that has not the name of an index, a shard or the vocabulary. Any other object stays as it is.
// What is missing then looks as if it were not what it should be: it is read from the API server before anything is written.
func Reduce(object any) (any, error) {
	configMap, is := object.(*corev1.ConfigMap)
	if !is || isReduced(configMap) {
		return object, nil
	}
	reduced := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: configMap.Namespace, Name: configMap.Name, UID: configMap.UID, ResourceVersion: configMap.ResourceVersion,
			DeletionTimestamp: configMap.DeletionTimestamp,
		},
		Data: map[string]string{digestKey: ""},
	}
	_, isShard := ShardOf(configMap)
	_, isIndex := OrganizationOf(configMap)
	switch {
	case isShard:
		reduced.Data[digestKey] = digestOf(configMap)
	case isIndex:
		reduced.Data[digestKey] = dataDigest(configMap)
		if err := summarize(reduced, configMap); err != nil {
			return nil, fmt.Errorf("ConfigMap %s/%s: %w", configMap.Namespace, configMap.Name, err)
		}
	case configMap.Name == vocabulary.Name:
		reduced.Data[digestKey] = vocabularyDigest(configMap)
	default:
		return reduced, nil
	}
	reduced.Immutable = configMap.Immutable
	reduceMetadata(reduced, configMap)
	return reduced, nil
}

// summarize sets what an index publishes.
func summarize(reduced, configMap *corev1.ConfigMap) error {
	publication := Read(configMap)
	if publication == nil {
		return nil
	}
	summary, err := json.Marshal(publication)
	reduced.Data[summaryKey] = string(summary)
	if namesShards(Index(configMap)) {
		reduced.Data[shardsKey] = ""
	}
	return err
}

// reduceMetadata sets the labels, annotations and owners that the cache holds. Of many labels those stay by which it lists.
func reduceMetadata(reduced, configMap *corev1.ConfigMap) {
	reduced.Labels = configMap.Labels
	if sizeOf(configMap.Labels) > maxMetadata {
		reduced.Labels = map[string]string{}
		for _, label := range []string{document.LabelManagedBy, document.LabelOrganization, document.LabelPart} {
			if value, found := configMap.Labels[label]; found {
				reduced.Labels[label] = value
			}
		}
	}
	if sizeOf(configMap.Annotations) <= maxMetadata {
		reduced.Annotations = configMap.Annotations
	}
	size := 0
	for _, owner := range configMap.OwnerReferences {
		size += len(owner.APIVersion) + len(owner.Kind) + len(owner.Name) + len(owner.UID)
	}
	if size <= maxMetadata {
		reduced.OwnerReferences = configMap.OwnerReferences
	}
}

func sizeOf(values map[string]string) (size int) {
	for key, value := range values {
		size += len(key) + len(value)
	}
	return size
}

func isReduced(configMap *corev1.ConfigMap) bool {
	_, reduced := configMap.Data[digestKey]
	return reduced
}

// summaryOf returns what a reduced index publishes, nil if nobody could read it.
func summaryOf(configMap *corev1.ConfigMap) *v1alpha1.Publication {
	publication := &v1alpha1.Publication{}
	if err := json.Unmarshal([]byte(configMap.Data[summaryKey]), publication); err != nil {
		return nil
	}
	return publication
}

// HasData reports whether a ConfigMap, reduced or not, has exactly some data.
func HasData(configMap *corev1.ConfigMap, data map[string]string) bool {
	if isReduced(configMap) {
		return configMap.Data[digestKey] == dataDigest(&corev1.ConfigMap{Data: data})
	}
	return maps.Equal(configMap.Data, data) && len(configMap.BinaryData) == 0
}

// dataDigest is that of all data of a ConfigMap.
func dataDigest(configMap *corev1.ConfigMap) string {
	all := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(configMap.Data)) {
		_, _ = fmt.Fprintf(all, "%d %d\n%s%s", len(key), len(configMap.Data[key]), key, configMap.Data[key])
	}
	_, _ = fmt.Fprintf(all, "%d binary", len(configMap.BinaryData))
	return hex.EncodeToString(all.Sum(nil))
}

// Holds reports whether a ConfigMap, reduced or not, holds exactly what a shard should.
func Holds(configMap *corev1.ConfigMap, digest string) bool { return digestOf(configMap) == digest }

// digestOf is that of a shard's text, empty if it holds anything else.
func digestOf(configMap *corev1.ConfigMap) string {
	if isReduced(configMap) {
		return configMap.Data[digestKey]
	}
	text, there := configMap.Data[document.PartKey]
	if !there || len(configMap.Data) != 1 || len(configMap.BinaryData) != 0 {
		return ""
	}
	return document.Digest([]byte(text))
}
