// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// labelManagedBy is the label by which the manager tells its ConfigMaps from others.
const labelManagedBy = "app.kubernetes.io/managed-by"

// Labels returns the labels that the ConfigMaps of an organization get, and the fields of those that they cannot have: the key
// is none that Kubernetes knows, or it is reserved.
func Labels(publishing *v1alpha1.Publishing) (usable map[string]string, unusable []string) {
	if publishing == nil {
		return nil, nil
	}
	return usableKeys("labels", publishing.Labels)
}

// Annotations returns the annotations that the ConfigMaps of an organization get, and the fields of those that they cannot have.
func Annotations(publishing *v1alpha1.Publishing) (usable map[string]string, unusable []string) {
	if publishing == nil {
		return nil, nil
	}
	return usableKeys("annotations", publishing.Annotations)
}

func usableKeys[V ~string](field string, written map[string]V) (usable map[string]string, unusable []string) {
	usable = make(map[string]string, len(written))
	for _, key := range slices.Sorted(maps.Keys(written)) {
		if isReserved(key) || len(validation.IsQualifiedName(key)) > 0 {
			unusable = append(unusable, fmt.Sprintf("spec.publishing.%s[%s]", field, key))
			continue
		}
		usable[key] = string(written[key])
	}
	return usable, unusable
}

// isReserved reports whether a key is one that the manager itself sets.
func isReserved(key string) bool {
	return key == labelManagedBy || strings.HasPrefix(key, v1alpha1.GroupVersion.Group+"/")
}

// unusableKeys returns the fields of what an organization asks for and cannot be published.
func unusableKeys(publishing *v1alpha1.Publishing) []string {
	_, labels := Labels(publishing)
	_, annotations := Annotations(publishing)
	return append(annotations, labels...)
}

// form returns the form that an organization asks to be published in.
func form(publishing *v1alpha1.Publishing) string {
	if publishing == nil {
		return ""
	}
	return string(publishing.Form)
}
