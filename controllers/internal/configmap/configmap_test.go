// SPDX-License-Identifier: Apache-2.0

package configmap_test

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const text = `{"users":{"ann":{}}}`

var (
	key    = types.NamespacedName{Namespace: "town", Name: "clinic"}
	digest = document.Digest([]byte(text))
)

func shard() *corev1.ConfigMap {
	return configmap.Shard(key, &publish.Shard{
		Part:    document.Part{ConfigMap: publish.ShardName("clinic", digest), Name: document.PartKey, Digest: digest, Bytes: len(text)},
		Section: "users", Text: text,
	})
}

func TestWhoseConfigMapItIs(t *testing.T) {
	hex := strings.Repeat("0a", 16)
	for name, want := range map[string]struct{ index, shard string }{
		"clinic-permissions":                           {"clinic", ""},
		"clinic-permissions-" + hex:                    {"", "clinic"},
		"a.b-permissions-" + hex:                       {"", "a.b"},
		"a-permissions-" + hex + "-permissions":        {"a-permissions-" + hex, ""},
		"a-permissions-" + hex + "-permissions-" + hex: {"", "a-permissions-" + hex},
		"clinic-permissions-" + hex[:31]:               {"", ""},
		"clinic-permissions-" + hex + "0":              {"", ""},
		"clinic-permissions-" + strings.ToUpper(hex):   {"", ""},
		"-permissions-" + hex:                          {"", ""},
		"settings":                                     {"", ""},
	} {
		configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: name}}
		if of, is := configmap.OrganizationOf(configMap); is != (want.index != "") || (is && of.Name != want.index) {
			t.Errorf("%s is the index of %q, %v; want %q", name, of.Name, is, want.index)
		}
		if of, is := configmap.ShardOf(configMap); is != (want.shard != "") || of.Name != want.shard || (is && of.Namespace != "town") {
			t.Errorf("%s is a shard of %q, %v; want %q", name, of, is, want.shard)
		}
	}
}

// TestReduce: the cache tells a shard from anything else as the API server's object does, without its bytes.
func TestReduce(t *testing.T) {
	for name, test := range map[string]struct {
		change func(c *corev1.ConfigMap)
		holds  bool
	}{
		"as it should be":           {func(*corev1.ConfigMap) {}, true},
		"with another text":         {func(c *corev1.ConfigMap) { c.Data["part.json"] += " " }, false},
		"with nothing":              {func(c *corev1.ConfigMap) { c.Data = nil }, false},
		"with another key":          {func(c *corev1.ConfigMap) { c.Data = map[string]string{"part": text} }, false},
		"with one more key":         {func(c *corev1.ConfigMap) { c.Data["more"] = "" }, false},
		"with binary data":          {func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"more": nil} }, false},
		"with the digest as a text": {func(c *corev1.ConfigMap) { c.Data["part.json"] = digest }, false},
		"with labels that are gone": {func(c *corev1.ConfigMap) { c.Labels = nil }, true},
	} {
		configMap := shard()
		test.change(configMap)
		if configmap.Holds(configMap, digest) != test.holds {
			t.Errorf("%s: the object is taken for the shard: %v", name, !test.holds)
		}
		for range 2 {
			reduced, err := configmap.Reduce(configMap)
			if err != nil || reduced != any(configMap) {
				t.Fatalf("%s: %v", name, err)
			}
			if configmap.Holds(configMap, digest) != test.holds {
				t.Errorf("%s: reduced, it is taken for the shard: %v", name, !test.holds)
			}
			for key, value := range configMap.Data {
				if key != "" || len(value) > len(digest) {
					t.Errorf("%s: %s still holds %q", name, key, value)
				}
			}
		}
	}
}

func TestReduceLeavesOthersAlone(t *testing.T) {
	index := shard()
	index.Name = "clinic-permissions"
	for _, object := range []any{index, &corev1.Secret{}, "gone"} {
		reduced, err := configmap.Reduce(object)
		if err != nil || !reflect.DeepEqual(reduced, object) {
			t.Errorf("%v became %v (%v)", object, reduced, err)
		}
	}
	if index.Data["part.json"] != text {
		t.Error("what is no shard has lost its data")
	}
}

func TestRelabel(t *testing.T) {
	configMap := shard()
	if configmap.Relabel(configMap, shard()) {
		t.Error("labels that are there are put back")
	}
	configMap.Labels = map[string]string{"theirs": "stays", document.LabelPart: "roles"}
	if !configmap.Relabel(configMap, shard()) || configMap.Labels["theirs"] != "stays" || configMap.Labels[document.LabelPart] != "users" {
		t.Errorf("labels are %v", configMap.Labels)
	}
	configMap.Labels = nil
	if !configmap.Relabel(configMap, shard()) || len(configMap.Labels) != 3 {
		t.Errorf("labels are %v", configMap.Labels)
	}
}
