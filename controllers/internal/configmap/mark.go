// SPDX-License-Identifier: Apache-2.0

package configmap

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Annotations of a published ConfigMap that list the keys of the labels and annotations that the organization asks for, so that one
// that it no longer asks for can be distinguished from one that another writer added.
const (
	annotationLabels      = "rolewright.dev/publishing-labels"
	annotationAnnotations = "rolewright.dev/publishing-annotations"
)

// Labels are the fixed ones of the ConfigMap in which an organization is published.
func Labels(organization string) map[string]string {
	return map[string]string{document.LabelManagedBy: document.ManagedBy, document.LabelOrganization: organization}
}

// Mark sets the owner of a ConfigMap, its fixed labels, and the labels and annotations that the organization asks for; it removes
// those that the organization asked for before, and other owners, who would keep the ConfigMap when the owner is deleted. It
// leaves what others added. It reports whether anything changed.
func Mark(configMap *corev1.ConfigMap, owner metav1.OwnerReference, asked *v1alpha1.Publishing, fixed map[string]string) bool {
	labels, _ := intake.Labels(asked)
	annotations, _ := intake.Annotations(asked)
	formerLabels, formerAnnotations, formerOwners := configMap.Labels, configMap.Annotations, configMap.OwnerReferences
	configMap.OwnerReferences = []metav1.OwnerReference{owner}
	configMap.Labels = replaced(formerLabels, formerAnnotations[annotationLabels], labels)
	// Readers take what has this label for a shard.
	delete(configMap.Labels, document.LabelPart)
	maps.Copy(configMap.Labels, fixed)
	configMap.Annotations = replaced(formerAnnotations, formerAnnotations[annotationAnnotations], annotations)
	record(configMap.Annotations, annotationLabels, labels)
	record(configMap.Annotations, annotationAnnotations, annotations)
	return !maps.Equal(formerLabels, configMap.Labels) || !maps.Equal(formerAnnotations, configMap.Annotations) ||
		!equality.Semantic.DeepEqual(formerOwners, configMap.OwnerReferences)
}

// OrganizationOwner lets garbage collection remove a ConfigMap with an organization.
func OrganizationOwner(organization *v1alpha1.Organization) metav1.OwnerReference {
	return owner(organization, "Organization")
}

// CatalogOwner lets garbage collection remove a ConfigMap with a catalog.
func CatalogOwner(catalog *v1alpha1.PermissionCatalog) metav1.OwnerReference {
	return owner(catalog, "PermissionCatalog")
}

// owner refers to an object whose deletion it does not block: that would take the right to change the object's finalizers.
func owner(object metav1.Object, kind string) metav1.OwnerReference {
	reference := *metav1.NewControllerRef(object, v1alpha1.GroupVersion.WithKind(kind))
	reference.BlockOwnerDeletion = nil
	return reference
}

// replaced returns values with requested ones in place of those that were requested before.
func replaced(values map[string]string, before string, requested map[string]string) map[string]string {
	next := make(map[string]string, len(values)+len(requested))
	maps.Copy(next, values)
	for key := range strings.SplitSeq(before, ",") {
		delete(next, key)
	}
	maps.Copy(next, requested)
	return next
}

// record keeps the keys that are requested in an annotation.
func record(annotations map[string]string, annotation string, requested map[string]string) {
	delete(annotations, annotation)
	if len(requested) > 0 {
		annotations[annotation] = strings.Join(slices.Sorted(maps.Keys(requested)), ",")
	}
}
