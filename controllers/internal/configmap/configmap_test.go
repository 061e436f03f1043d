// SPDX-License-Identifier: Apache-2.0

package configmap_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
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
	shard := publish.NewShard("clinic", "users", text)
	return configmap.Shard(key, &shard)
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
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			configMap = reduced.(*corev1.ConfigMap)
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

func TestReduceLeavesOtherKindsAlone(t *testing.T) {
	for _, object := range []any{&corev1.Secret{Data: map[string][]byte{"x": {1}}}, "gone"} {
		if reduced, err := configmap.Reduce(object); err != nil || !reflect.DeepEqual(reduced, object) {
			t.Errorf("%v became %v (%v)", object, reduced, err)
		}
	}
}

// publishing is an organization that asks for labels and annotations.
func publishing(asked *v1alpha1.Publishing) *v1alpha1.Organization {
	return &v1alpha1.Organization{
		ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "clinic", UID: "1"}, Spec: v1alpha1.OrganizationSpec{Publishing: asked},
	}
}

// mark marks a ConfigMap as that of an organization.
func mark(configMap *corev1.ConfigMap, organization *v1alpha1.Organization, fixed map[string]string) bool {
	return configmap.Mark(configMap, configmap.OrganizationOwner(organization), organization.Spec.Publishing, fixed)
}

func TestMark(t *testing.T) {
	type values = map[string]string
	configMap := &corev1.ConfigMap{}
	fixed := configmap.Labels("clinic")
	for _, step := range []struct {
		publishing          *v1alpha1.Publishing
		labels, annotations values
	}{
		{nil, values{}, nil},
		{&v1alpha1.Publishing{}, values{}, nil},
		{&v1alpha1.Publishing{
			Labels:      map[string]v1alpha1.LabelValue{"team": "red", "app": "orders", "not a label!": "x", document.LabelManagedBy: "me", document.LabelPart: "roles"},
			Annotations: map[string]v1alpha1.AnnotationValue{"example.com/to": "all", "team": "red", "rolewright.dev/publishing-labels": "x", "a b": "x"},
		}, values{"team": "red", "app": "orders"}, values{
			"example.com/to": "all", "team": "red",
			"rolewright.dev/publishing-labels": "app,team", "rolewright.dev/publishing-annotations": "example.com/to,team",
		}},
		{&v1alpha1.Publishing{
			Labels: map[string]v1alpha1.LabelValue{"team": "blue"}, Annotations: map[string]v1alpha1.AnnotationValue{"team": ""},
		}, values{"team": "blue"}, values{
			"team": "", "rolewright.dev/publishing-labels": "team", "rolewright.dev/publishing-annotations": "team",
		}},
		{&v1alpha1.Publishing{Annotations: map[string]v1alpha1.AnnotationValue{"team": ""}}, values{}, values{
			"team": "", "rolewright.dev/publishing-annotations": "team",
		}},
		{nil, values{}, nil},
	} {
		mark(configMap, publishing(step.publishing), fixed)
		maps.Copy(step.labels, fixed)
		if !maps.Equal(configMap.Labels, step.labels) || !maps.Equal(configMap.Annotations, step.annotations) {
			t.Errorf("labels %v and annotations %v, want %v and %v", configMap.Labels, configMap.Annotations, step.labels, step.annotations)
		}
		if mark(configMap, publishing(step.publishing), fixed) {
			t.Error("what is there already is marked again")
		}
	}
}

func TestMarkLeavesWhatOthersAdded(t *testing.T) {
	configMap := shard()
	configMap.Labels["theirs"], configMap.Labels[document.LabelPart] = "stays", "roles"
	configMap.Annotations = map[string]string{"theirs": "stays"}
	asked := &v1alpha1.Publishing{Labels: map[string]v1alpha1.LabelValue{"team": "red"}}
	if !mark(configMap, publishing(asked), shard().Labels) || configMap.Labels["theirs"] != "stays" ||
		configMap.Labels[document.LabelPart] != "users" || configMap.Annotations["theirs"] != "stays" {
		t.Errorf("labels are %v, annotations %v", configMap.Labels, configMap.Annotations)
	}
	before := configMap.Labels
	if !mark(configMap, publishing(nil), shard().Labels) || configMap.Labels["theirs"] != "stays" || len(configMap.Labels) != 4 || len(configMap.Annotations) != 1 {
		t.Errorf("labels are %v, annotations %v", configMap.Labels, configMap.Annotations)
	}
	if before["team"] != "red" {
		t.Error("marking changed the labels of the object that it was copied from")
	}
	configMap.Labels = nil
	if !mark(configMap, publishing(nil), shard().Labels) || len(configMap.Labels) != 3 {
		t.Errorf("labels are %v", configMap.Labels)
	}
}

// TestMarkSetsTheOwner, and no other: another would keep the ConfigMap when the organization is deleted.
func TestMarkSetsTheOwner(t *testing.T) {
	organization := publishing(nil)
	want := &corev1.ConfigMap{}
	mark(want, organization, nil)
	if !metav1.IsControlledBy(want, organization) || len(want.OwnerReferences) != 1 || want.OwnerReferences[0].BlockOwnerDeletion != nil {
		t.Fatalf("owners are %v", want.OwnerReferences)
	}
	for name, owners := range map[string][]metav1.OwnerReference{
		"none":             nil,
		"one more":         append(slices.Clone(want.OwnerReferences), metav1.OwnerReference{UID: "2"}),
		"an earlier one":   {{APIVersion: "rolewright.dev/v1alpha1", Kind: "Organization", Name: "clinic", UID: "0", Controller: new(true)}},
		"not a controller": {{APIVersion: "rolewright.dev/v1alpha1", Kind: "Organization", Name: "clinic", UID: "1"}},
		"blocking": {{
			APIVersion: "rolewright.dev/v1alpha1", Kind: "Organization", Name: "clinic", UID: "1", Controller: new(true), BlockOwnerDeletion: new(true),
		}},
	} {
		configMap := want.DeepCopy()
		configMap.OwnerReferences = owners
		if !mark(configMap, organization, nil) || !reflect.DeepEqual(configMap.OwnerReferences, want.OwnerReferences) {
			t.Errorf("%s: owners are %v", name, configMap.OwnerReferences)
		}
	}
}
