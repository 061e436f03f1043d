// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/clustertest"
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

// newWorld creates a valid organization, with its own catalog and namespace, all of one name.
func newWorld(ctx SpecContext) *clustertest.World {
	GinkgoHelper()
	world := clustertest.NewWorld(cluster, "")
	world.Organization = world.Namespace
	for _, good := range goodObjects(world.Namespace) {
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
func expectGoodUserUnaffected(ctx SpecContext, world *clustertest.World) {
	GinkgoHelper()
	const round = 1
	objects := goodObjects(world.Namespace)
	good := objects[len(objects)-1]
	Expect(unstructured.SetNestedField(good.Object, int64(round), "spec", "profile", "attributes", "round")).To(Succeed())
	Expect(apply(ctx, good, goodWriter)).To(Succeed())
	world.Settled()
	_, read := world.Read()
	Expect(read.Users[goodUser].Attributes).To(HaveKeyWithValue("round", BeEquivalentTo(round)))
	Expect(world.Index().Check(&goodRequest)).To(BeTrue())
	world.Expect("UserAssignment/"+good.GetName(), v1alpha1.ConditionPublished, metav1.ConditionTrue, "Published", "")
}

func apply(ctx SpecContext, object *unstructured.Unstructured, writer client.FieldOwner) error {
	return cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), writer, client.ForceOwnership)
}
