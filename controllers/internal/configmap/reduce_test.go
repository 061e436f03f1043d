// SPDX-License-Identifier: Apache-2.0

package configmap_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// index is the ConfigMap of an organization that publishes a text.
func index(t *testing.T, organization string) *corev1.ConfigMap {
	t.Helper()
	publication, err := json.Marshal(document.Publication{
		Schema: document.PublicationSchema, Namespace: "town", Organization: organization, UID: "1", Revision: 7,
		PublishTime: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC),
		Parts:       []document.Part{{Name: document.DocumentKey, Digest: digest, Bytes: len(text)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "clinic-permissions", Labels: configmap.Labels("clinic")},
		Data:       map[string]string{document.PublicationKey: string(publication), document.DocumentKey: text},
	}
}

func reduce(t *testing.T, configMap *corev1.ConfigMap) *corev1.ConfigMap {
	t.Helper()
	reduced, err := configmap.Reduce(configMap.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}
	return reduced.(*corev1.ConfigMap)
}

// TestAReducedIndexSaysTheSame: what it publishes, and whether it has exactly some data.
func TestAReducedIndexSaysTheSame(t *testing.T) {
	data := index(t, "clinic").Data
	for name, test := range map[string]struct {
		change     func(c *corev1.ConfigMap)
		read, same bool
	}{
		"as it should be":             {func(*corev1.ConfigMap) {}, true, true},
		"another document":            {func(c *corev1.ConfigMap) { c.Data[document.DocumentKey] += " " }, false, false},
		"no document":                 {func(c *corev1.ConfigMap) { delete(c.Data, document.DocumentKey) }, false, false},
		"no data":                     {func(c *corev1.ConfigMap) { c.Data = nil }, false, false},
		"not JSON":                    {func(c *corev1.ConfigMap) { c.Data[document.PublicationKey] = "{" }, false, false},
		"one more key":                {func(c *corev1.ConfigMap) { c.Data["more"] = "" }, true, false},
		"binary data":                 {func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"more": nil} }, true, false},
		"another revision":            {func(c *corev1.ConfigMap) { replace(c, `"revision":7`, `"revision":8`) }, true, false},
		"a revision that cannot be":   {func(c *corev1.ConfigMap) { replace(c, `"revision":7`, `"revision":0`) }, false, false},
		"another organization's":      {func(c *corev1.ConfigMap) { c.Data = index(t, "other").Data }, false, false},
		"another namespace's":         {func(c *corev1.ConfigMap) { c.Namespace = "city" }, false, true},
		"keys that run together":      {func(c *corev1.ConfigMap) { c.Data = map[string]string{"index.jsondocument.json": text} }, false, false},
		"labels and owners are gone":  {func(c *corev1.ConfigMap) { c.Labels, c.OwnerReferences = nil, nil }, true, true},
		"a fraction of a second more": {func(c *corev1.ConfigMap) { replace(c, "08:00:00Z", "08:00:00.5Z") }, true, false},
	} {
		configMap := index(t, "clinic")
		test.change(configMap)
		cached := reduce(t, configMap)
		read, readCached := configmap.Read(configMap), configmap.Read(cached)
		if (read != nil) != test.read || (readCached != nil) != test.read {
			t.Errorf("%s: read as %v, reduced %v", name, read, readCached)
		}
		if test.read && !strings.Contains(name, "fraction") && (read.Revision != readCached.Revision || read.Digest != readCached.Digest ||
			read.Bytes != readCached.Bytes || !read.PublishTime.Equal(&readCached.PublishTime)) {
			t.Errorf("%s: read as %v, reduced %v", name, read, readCached)
		}
		if configmap.HasData(configMap, data) != test.same || configmap.HasData(cached, data) != test.same {
			t.Errorf("%s: it has the data %v, reduced %v", name, configmap.HasData(configMap, data), configmap.HasData(cached, data))
		}
		if again := reduce(t, cached); !reflect.DeepEqual(again, cached) {
			t.Errorf("%s: reduced twice it is %v", name, again)
		}
	}
}

func replace(c *corev1.ConfigMap, old, with string) {
	c.Data[document.PublicationKey] = strings.Replace(c.Data[document.PublicationKey], old, with, 1)
}

// TestReducedConfigMapsAreSmall: whatever others put into a ConfigMap with our label, the cache holds some hundred bytes of one that
// is not named like ours, and a few kilobytes at most of one that is.
func TestReducedConfigMapsAreSmall(t *testing.T) {
	big := strings.Repeat("x", 1<<20)
	forged := index(t, "clinic")
	var parts strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&parts, `{"configMap":"c%d","name":"part.json","digest":%q,"bytes":1},`, i, digest)
	}
	replace(forged, `"parts":[`, `"parts":[`+parts.String())
	many := map[string]string{document.LabelManagedBy: document.ManagedBy, document.LabelOrganization: "clinic"}
	owners := make([]metav1.OwnerReference, 2000)
	for i := range owners {
		many[fmt.Sprintf("label-%d", i)] = strings.Repeat("x", 63)
		owners[i] = metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: big[:200], UID: "2"}
	}
	for name, test := range map[string]struct {
		configMap *corev1.ConfigMap
		most      int
	}{
		"settings":                  {&corev1.ConfigMap{Data: map[string]string{"settings": big}}, 600},
		"clinic-permissions":        {&corev1.ConfigMap{Data: map[string]string{"settings": big}}, 600},
		"clinic-permissions ":       {&corev1.ConfigMap{Data: forged.Data}, 900},
		shard().Name:                {&corev1.ConfigMap{Data: map[string]string{"part.json": big}}, 600},
		"binary":                    {&corev1.ConfigMap{BinaryData: map[string][]byte{"x": []byte(big)}}, 600},
		"other":                     {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Labels: many, OwnerReferences: owners}}, 600},
		"clinic-permissions  ":      {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Labels: many, OwnerReferences: owners}}, 900},
		"clinic-permissions   ":     {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"a": big}}}, 600},
		"other ":                    {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"a": big}, Finalizers: []string{big}}}, 600},
		"clinic-permissions     ":   {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Finalizers: []string{big}, GenerateName: big}}, 600},
		strings.Repeat("long.", 50): {&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{ManagedFields: make([]metav1.ManagedFieldsEntry, 1000)}}, 700},
	} {
		test.configMap.Namespace, test.configMap.Name, test.configMap.UID = "town", strings.TrimSpace(name), "11111111-1111-1111-1111-111111111111"
		if test.configMap.Labels == nil {
			test.configMap.Labels = configmap.Labels("clinic")
		}
		kept, err := json.Marshal(reduce(t, test.configMap))
		if err != nil || len(kept) > test.most {
			t.Errorf("%s: %d bytes are kept, at most %d should be (%v): %.300s", name, len(kept), test.most, err, kept)
		}
	}
}

// TestReduceKeepsWhatDecidesWhetherToWrite: the owner, labels and annotations of a ConfigMap of ours, and that it is immutable.
func TestReduceKeepsWhatDecidesWhetherToWrite(t *testing.T) {
	for _, configMap := range []*corev1.ConfigMap{index(t, "clinic"), shard()} {
		organization, labels := publishing(nil), configMap.Labels
		mark(configMap, organization, labels)
		configMap.ResourceVersion = "7"
		cached := reduce(t, configMap)
		if mark(cached, organization, labels) || !reflect.DeepEqual(cached.Immutable, configMap.Immutable) || cached.ResourceVersion != "7" {
			t.Errorf("%s is reduced to %v", configMap.Name, cached)
		}
	}
}

// TestAReducedVocabularySaysTheSame: whether it is as it should be, its owner included.
func TestAReducedVocabularySaysTheSame(t *testing.T) {
	organization := &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "clinic", UID: "1"}}
	desired := configmap.Vocabulary(organization, map[string][]byte{"v": []byte("1")}, nil)
	for name, test := range map[string]struct {
		change func(c *corev1.ConfigMap)
		same   bool
	}{
		"as it should be":              {func(*corev1.ConfigMap) {}, true},
		"with a label of others":       {func(c *corev1.ConfigMap) { c.Labels["theirs"] = "stays" }, true},
		"with other data":              {func(c *corev1.ConfigMap) { c.BinaryData["v"] = []byte("2") }, false},
		"with more data":               {func(c *corev1.ConfigMap) { c.Data = map[string]string{"more": ""} }, false},
		"without data":                 {func(c *corev1.ConfigMap) { c.BinaryData = nil }, false},
		"of nobody":                    {func(c *corev1.ConfigMap) { c.OwnerReferences = nil }, false},
		"of an earlier owner":          {func(c *corev1.ConfigMap) { c.OwnerReferences[0].UID = "0" }, false},
		"of an owner with a long name": {func(c *corev1.ConfigMap) { c.OwnerReferences[0].Name = strings.Repeat("x", 1<<12) }, false},
	} {
		configMap := desired.DeepCopy()
		test.change(configMap)
		for _, read := range []*corev1.ConfigMap{configMap, reduce(t, configMap)} {
			if same := configmap.IsVocabulary(read, desired); same != test.same {
				t.Errorf("%s: it is as it should be: %v", name, same)
			}
		}
	}
}
