// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/vocabulary"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Vocabulary returns the ConfigMap with the vocabulary of a namespace, which goes with an organization that is there.
func Vocabulary(organization *v1alpha1.Organization, binary map[string][]byte, text map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: organization.Namespace, Name: vocabulary.Name, OwnerReferences: []metav1.OwnerReference{OrganizationOwner(organization)},
			Labels: map[string]string{document.LabelManagedBy: document.ManagedBy},
		},
		Data: text, BinaryData: binary,
	}
}

// IsVocabulary reports whether a ConfigMap, reduced or not, is as it should be. Labels that others added do not count.
func IsVocabulary(configMap, desired *corev1.ConfigMap) bool {
	return vocabularyDigest(configMap) == vocabularyDigest(desired)
}

// IsOwnVocabulary reports whether the manager made a ConfigMap: it has the manager's label, or the owner that it should have.
func IsOwnVocabulary(configMap, desired *corev1.ConfigMap) bool {
	return configMap.Labels[document.LabelManagedBy] == document.ManagedBy ||
		slices.ContainsFunc(configMap.OwnerReferences, func(o metav1.OwnerReference) bool { return o.UID == desired.OwnerReferences[0].UID })
}

// vocabularyDigest is that of all data and all owners.
func vocabularyDigest(configMap *corev1.ConfigMap) string {
	if isReduced(configMap) {
		return configMap.Data[digestKey]
	}
	all := sha256.New()
	_, _ = fmt.Fprintln(all, dataDigest(&corev1.ConfigMap{Data: configMap.Data}))
	for _, key := range slices.Sorted(maps.Keys(configMap.BinaryData)) {
		_, _ = fmt.Fprintf(all, "%d %d\n%s%s", len(key), len(configMap.BinaryData[key]), key, configMap.BinaryData[key])
	}
	for i := range configMap.OwnerReferences {
		_, _ = fmt.Fprintln(all, configMap.OwnerReferences[i].String())
	}
	return hex.EncodeToString(all.Sum(nil))
}
