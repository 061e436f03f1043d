// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Field managers. The second writer takes over what it names and leaves the rest, as a colleague's pipeline does.
const (
	goodWriter = client.FieldOwner("good")
	badWriter  = client.FieldOwner("bad")
)

// worlds counts the worlds, for their names.
var worlds int

// newWorld makes an organization in which all is well, with a catalog and a namespace of its own.
func newWorld(ctx SpecContext) string {
	GinkgoHelper()
	worlds++
	world := fmt.Sprintf("world-%d", worlds)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: world}}
	Expect(cluster.Create(ctx, namespace)).To(Succeed())
	documents, err := readDocuments(filepath.Join("testdata", "good.yaml"))
	Expect(err).NotTo(HaveOccurred())
	for _, document := range documents {
		good, err := object(document, world)
		Expect(err).NotTo(HaveOccurred())
		Expect(apply(ctx, good, goodWriter)).To(Succeed())
	}
	return world
}

func apply(ctx SpecContext, object *unstructured.Unstructured, writer client.FieldOwner) error {
	return cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), writer, client.ForceOwnership)
}
