// SPDX-License-Identifier: Apache-2.0

package vocabulary_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

func catalog(name, permission string) v1alpha1.PermissionCatalog {
	return v1alpha1.PermissionCatalog{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: "1", Generation: 3, CreationTimestamp: metav1.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC).Rfc3339Copy(),
			Annotations: map[string]string{"who": "ann"},
		},
		Spec: v1alpha1.PermissionCatalogSpec{Permissions: []v1alpha1.Permission{{Name: v1alpha1.PermissionName(permission)}}},
	}
}

func role(name string) v1alpha1.PlatformRole {
	return v1alpha1.PlatformRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.PlatformRoleSpec{CatalogRef: v1alpha1.CatalogReference{Name: "shop"}},
	}
}

func configMap(t *testing.T, catalogs []v1alpha1.PermissionCatalog, roles []v1alpha1.PlatformRole) *corev1.ConfigMap {
	t.Helper()
	binary, text, err := vocabulary.Data(catalogs, roles)
	if err != nil {
		t.Fatal(err)
	}
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: vocabulary.Name}, BinaryData: binary, Data: text}
}

func TestVocabulary(t *testing.T) {
	catalogs := []v1alpha1.PermissionCatalog{catalog("shop", "sell"), catalog("lab", "test")}
	roles := []v1alpha1.PlatformRole{role("clerk"), role("boss")}
	written := configMap(t, catalogs, roles)
	read, err := vocabulary.Read(written)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Catalogs) != 2 || read.Catalogs[0].Name != "lab" || !reflect.DeepEqual(read.Catalogs[1].Spec, catalogs[0].Spec) {
		t.Errorf("the catalogs are %+v", read.Catalogs)
	}
	if meta := read.Catalogs[1].ObjectMeta; meta.UID != "1" || meta.Generation != 3 || !meta.CreationTimestamp.Equal(&catalogs[0].CreationTimestamp) || meta.Annotations != nil {
		t.Errorf("the metadata is %+v", meta)
	}
	if len(read.PlatformRoles) != 2 || read.PlatformRoles[0].Name != "boss" || read.PlatformRoles[0].Spec.CatalogRef.Name != "shop" {
		t.Errorf("the roles are %+v", read.PlatformRoles)
	}
	slices.Reverse(catalogs)
	slices.Reverse(roles)
	if again := configMap(t, catalogs, roles); !reflect.DeepEqual(again, written) {
		t.Error("the order of the objects makes a difference")
	}
}

// TestTooLarge: what does not fit is not written in part.
func TestTooLarge(t *testing.T) {
	random := make([]byte, 2<<20)
	_, _ = rand.Read(random)
	written := configMap(t, []v1alpha1.PermissionCatalog{catalog("shop", hex.EncodeToString(random))}, nil)
	if len(written.BinaryData) > 0 {
		t.Error("it is written")
	}
	if _, err := vocabulary.Read(written); err == nil || !strings.Contains(err.Error(), "more than the 921600 that fit") {
		t.Errorf("got %v", err)
	}
}

// TestReadRefuses: anyone who may write ConfigMaps in a namespace may have written this one.
func TestReadRefuses(t *testing.T) {
	compressed := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return b.Bytes()
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":        {nil, "EOF"},
		"other bytes":    {[]byte("0123456789abcdef"), "invalid header"},
		"half":           {compressed(strings.Repeat("{}", 99))[:20], "unexpected EOF"},
		"no JSON":        {compressed("{"), "unexpected end of JSON"},
		"another schema": {compressed(`{"schema": "rolewright.dev/vocabulary/v9"}`), `has the schema "rolewright.dev/vocabulary/v9"`},
		"a bomb":         {compressed(strings.Repeat(" ", 129<<20)), "more than 134217728 bytes"},
	} {
		read := &corev1.ConfigMap{BinaryData: map[string][]byte{"vocabulary.json.gz": test.data}}
		if _, err := vocabulary.Read(read); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
