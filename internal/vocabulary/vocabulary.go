// SPDX-License-Identifier: Apache-2.0

package vocabulary

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Name is that of the ConfigMap. It is the same in every namespace: a ClusterRole names what may be read.
const Name = "rolewright-vocabulary"

const (
	// schema is the format of the data.
	schema = "rolewright.dev/vocabulary/v1"
	// key is that of the data, and problemKey that of the reason why there is none.
	key, problemKey = "vocabulary.json.gz", "problem"
	// maxCompressed is how much fits into a ConfigMap, with its metadata.
	maxCompressed = 900 << 10
	// maxDecompressed bounds what a reader holds in memory: anyone who may write ConfigMaps may have written this one.
	maxDecompressed = 128 << 20
)

// Vocabulary is the specs of catalogs and platform roles by name.
type Vocabulary struct {
	Schema        string                       `json:"schema"`
	Catalogs      []v1alpha1.PermissionCatalog `json:"catalogs"`
	PlatformRoles []v1alpha1.PlatformRole      `json:"platformRoles"`
}

// Data returns the binary and the other data of the ConfigMap. The same objects in any order give the same bytes. What is too large
// for a ConfigMap is left out, and the data says so.
func Data(
	catalogs []v1alpha1.PermissionCatalog, roles []v1alpha1.PlatformRole,
) (binary map[string][]byte, text map[string]string, err error) {
	v := Vocabulary{Schema: schema, Catalogs: []v1alpha1.PermissionCatalog{}, PlatformRoles: []v1alpha1.PlatformRole{}}
	for i := range catalogs {
		v.Catalogs = append(v.Catalogs, v1alpha1.PermissionCatalog{
			TypeMeta: typeMeta("PermissionCatalog"), ObjectMeta: identity(&catalogs[i].ObjectMeta), Spec: catalogs[i].Spec,
		})
	}
	for i := range roles {
		v.PlatformRoles = append(v.PlatformRoles, v1alpha1.PlatformRole{
			TypeMeta: typeMeta("PlatformRole"), ObjectMeta: identity(&roles[i].ObjectMeta), Spec: roles[i].Spec,
		})
	}
	slices.SortFunc(v.Catalogs, func(a, b v1alpha1.PermissionCatalog) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(v.PlatformRoles, func(a, b v1alpha1.PlatformRole) int { return cmp.Compare(a.Name, b.Name) })
	compressed, err := v.compress()
	if err != nil {
		return nil, nil, err
	}
	if len(compressed) > maxCompressed {
		return nil, map[string]string{problemKey: fmt.Sprintf(
			"the catalogs and platform roles take %d bytes compressed, more than the %d that fit into a ConfigMap", len(compressed), maxCompressed,
		)}, nil
	}
	return map[string][]byte{key: compressed}, nil, nil
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: kind}
}

// identity returns the metadata by which objects are referred to and ordered.
func identity(meta *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: meta.Name, UID: meta.UID, Generation: meta.Generation, CreationTimestamp: meta.CreationTimestamp}
}

func (v *Vocabulary) compress() ([]byte, error) {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	if err := errors.Join(json.NewEncoder(writer).Encode(v), writer.Close()); err != nil {
		return nil, fmt.Errorf("encoding the vocabulary: %w", err)
	}
	return compressed.Bytes(), nil
}

// Read returns the vocabulary that a ConfigMap holds.
func Read(configMap *corev1.ConfigMap) (*Vocabulary, error) {
	if problem := configMap.Data[problemKey]; problem != "" {
		return nil, fmt.Errorf("ConfigMap %q holds no vocabulary: %q", configMap.Name, problem)
	}
	reader, err := gzip.NewReader(bytes.NewReader(configMap.BinaryData[key]))
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %q: binaryData[%s]: %w", configMap.Name, key, err)
	}
	text, err := io.ReadAll(io.LimitReader(reader, maxDecompressed+1))
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %q: binaryData[%s]: %w", configMap.Name, key, err)
	}
	if len(text) > maxDecompressed {
		return nil, fmt.Errorf("ConfigMap %q: binaryData[%s] holds more than %d bytes", configMap.Name, key, maxDecompressed)
	}
	v := &Vocabulary{}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, fmt.Errorf("ConfigMap %q: binaryData[%s]: %w", configMap.Name, key, err)
	}
	if v.Schema != schema {
		return nil, fmt.Errorf("ConfigMap %q: binaryData[%s] has the schema %q, and this program reads %q", configMap.Name, key, v.Schema, schema)
	}
	return v, nil
}
