// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Field managers. The second writer takes over the fields that it sets and leaves the rest, as another pipeline would.
const (
	goodWriter = client.FieldOwner("good")
	badWriter  = client.FieldOwner("bad")
)

// goodUser is the user of testdata/good.yaml. The user may make goodRequest, whatever errors other objects have.
const goodUser = "good@example.org"

var goodRequest = access.Request{
	Subject:  access.Subject{Type: access.SubjectTypeUser, ID: goodUser},
	Action:   access.Action{Name: "orders.view"},
	Resource: access.Resource{Type: "order", ID: "1", Properties: map[string]any{"unit": "north", "shift": "day"}},
}

// worlds counts the worlds, for their names.
var worlds int

// newWorld creates a valid organization, with its own catalog and namespace.
func newWorld(ctx SpecContext) string {
	GinkgoHelper()
	worlds++
	world := fmt.Sprintf("world-%d", worlds)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: world}}
	Expect(cluster.Create(ctx, namespace)).To(Succeed())
	for _, good := range goodObjects(world) {
		Expect(apply(ctx, good, goodWriter)).To(Succeed())
	}
	return world
}

// goodObjects returns the objects of a valid world. The last one is the good user's assignment.
func goodObjects(world string) []*unstructured.Unstructured {
	GinkgoHelper()
	documents, err := readDocuments(filepath.Join("testdata", "good.yaml"))
	Expect(err).NotTo(HaveOccurred())
	objects := make([]*unstructured.Unstructured, 0, len(documents))
	for _, doc := range documents {
		good, err := object(doc, world)
		Expect(err).NotTo(HaveOccurred())
		objects = append(objects, good)
	}
	return objects
}

// expectGoodUserUnaffected changes the good user of a world, and waits until readers see the change and the user's permission.
func expectGoodUserUnaffected(ctx SpecContext, world string) {
	GinkgoHelper()
	const round = 1
	objects := goodObjects(world)
	good := objects[len(objects)-1]
	Expect(unstructured.SetNestedField(good.Object, int64(round), "spec", "attributes", "round")).To(Succeed())
	Expect(apply(ctx, good, goodWriter)).To(Succeed())
	Eventually(func(g Gomega) {
		published := &corev1.ConfigMap{}
		key := client.ObjectKey{Namespace: world, Name: world + document.ConfigMapSuffix}
		g.Expect(cluster.Get(ctx, key, published)).To(Succeed())
		_, doc, err := document.ReadPublication(published.Data)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(doc.Users[goodUser].Attributes).To(HaveKeyWithValue("round", BeEquivalentTo(round)))
		index, err := engine.NewIndex(doc)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(index.Check(&goodRequest)).To(BeTrue())

		assignment := &v1alpha1.UserAssignment{}
		g.Expect(cluster.Get(ctx, client.ObjectKeyFromObject(good), assignment)).To(Succeed())
		seen := meta.FindStatusCondition(assignment.Status.Conditions, v1alpha1.ConditionPublished)
		g.Expect(seen).NotTo(BeNil())
		g.Expect(seen.Status).To(Equal(metav1.ConditionTrue))
		g.Expect(seen.ObservedGeneration).To(Equal(assignment.Generation))
	}).WithContext(ctx).Should(Succeed())
}

func apply(ctx SpecContext, object *unstructured.Unstructured, writer client.FieldOwner) error {
	return cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), writer, client.ForceOwnership)
}
