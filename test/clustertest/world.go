// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// World is a namespace with one organization, whose catalog has the namespace's name.
type World struct {
	// API is an administrator's client, without a cache.
	API client.Client
	// Ctx ends with the spec.
	Ctx                     context.Context
	Namespace, Organization string
	// Clock decides what is asked of the world; nil stands for the machine's.
	Clock *Clock
}

// NewWorld creates the namespace of a world. The organization is the spec's to create.
func NewWorld(api client.Client, organization string) *World {
	ginkgo.GinkgoHelper()
	return NewWorldIn(api, "", organization)
}

// NewWorldIn is NewWorld with the name of the namespace, for what people are shown; an empty one stands for any.
func NewWorldIn(api client.Client, name, organization string) *World {
	ginkgo.GinkgoHelper()
	// The context of a BeforeEach ends with it; a world lives as long as the spec.
	ctx, cancel := context.WithCancel(context.Background())
	ginkgo.DeferCleanup(cancel)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if name == "" {
		namespace.GenerateName = "world-"
	}
	gomega.Expect(api.Create(ctx, namespace)).To(gomega.Succeed())
	return &World{API: api, Ctx: ctx, Namespace: namespace.Name, Organization: organization}
}

// Apply creates or changes objects that are written in YAML, in the order given. $world stands for the namespace. The
// apiVersion, the namespace, the catalog's name and the reference to the organization need not be written.
func (w *World) Apply(documents ...string) {
	ginkgo.GinkgoHelper()
	for _, document := range documents {
		for text := range strings.SplitSeq(document, "\n---\n") {
			w.apply(text)
		}
	}
}

func (w *World) apply(text string) {
	ginkgo.GinkgoHelper()
	object := &unstructured.Unstructured{}
	gomega.Expect(yaml.UnmarshalStrict([]byte(w.expand(text)), &object.Object)).To(gomega.Succeed(), text)
	object.SetAPIVersion(v1alpha1.GroupVersion.String())
	switch object.GetKind() {
	case "PermissionCatalog":
		object.SetName(w.Namespace)
	case "PlatformRole", "PlatformAssignment":
		w.deleteAfterSpec(object)
	case "Organization", "ApprovalDecision":
		object.SetNamespace(w.Namespace)
	default:
		object.SetNamespace(w.Namespace)
		if _, written, _ := unstructured.NestedString(object.Object, "spec", "organizationRef", "name"); !written {
			gomega.Expect(unstructured.SetNestedField(object.Object, w.Organization, "spec", "organizationRef", "name")).To(gomega.Succeed())
		}
	}
	gomega.Expect(w.API.Apply(w.Ctx, client.ApplyConfigurationFromUnstructured(object),
		client.FieldOwner("test"), client.ForceOwnership)).To(gomega.Succeed(), text)
}

// deleteAfterSpec removes an object that belongs to no namespace once the spec is over: a PlatformAssignment affects every
// organization of the cluster.
func (w *World) deleteAfterSpec(object *unstructured.Unstructured) {
	ginkgo.DeferCleanup(func(ctx context.Context) {
		gomega.Expect(client.IgnoreNotFound(w.API.Delete(ctx, object.DeepCopy()))).To(gomega.Succeed())
	})
}

func (w *World) expand(text string) string { return strings.ReplaceAll(text, "$world", w.Namespace) }

// Get reads an object, which is named as Kind/name. $world stands for the namespace, and the world's catalog needs no name.
func (w *World) Get(object string) client.Object {
	ginkgo.GinkgoHelper()
	kind, name, _ := strings.Cut(object, "/")
	key := client.ObjectKey{Namespace: w.Namespace, Name: w.expand(name)}
	version := v1alpha1.GroupVersion
	switch kind {
	case "PermissionCatalog":
		key = client.ObjectKey{Name: cmp.Or(key.Name, w.Namespace)}
	case "PlatformRole", "PlatformAssignment":
		key.Namespace = ""
	case "ConfigMap":
		version = corev1.SchemeGroupVersion
	}
	empty, err := w.API.Scheme().New(version.WithKind(kind))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	found := empty.(client.Object)
	gomega.Expect(w.API.Get(w.Ctx, key, found)).To(gomega.Succeed(), object)
	return found
}

// Delete deletes an object, which is named as for Get.
func (w *World) Delete(object string) {
	ginkgo.GinkgoHelper()
	gomega.Expect(w.API.Delete(w.Ctx, w.Get(object))).To(gomega.Succeed())
}

// AwaitNextSecond waits until an object that is created now is newer than one that exists: creation times are in whole
// seconds.
func (w *World) AwaitNextSecond(object string) {
	ginkgo.GinkgoHelper()
	created := w.Get(object).GetCreationTimestamp()
	gomega.Eventually(func() int64 { return time.Now().Unix() }).Should(gomega.BeNumerically(">", created.Unix()))
}
