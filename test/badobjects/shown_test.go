// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"encoding/json"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// shown matches an expectation: the object, the reason, and part of the message.
var shown = regexp.MustCompile(`^shown on (\w+)/([^:]+): (\w+): (.+)$`)

var _ = Describe("The status reports", func() {
	cases, err := readCases("shown")
	It("reads the cases", func() { Expect(err).NotTo(HaveOccurred()) })
	for _, c := range cases {
		It(c.title, func(ctx SpecContext) {
			world := newWorld(ctx)
			bad, err := object(c.text, world)
			Expect(err).NotTo(HaveOccurred())
			Expect(applyAll(ctx, bad)).To(Succeed())
			for _, want := range c.wants {
				expectShown(ctx, world, strings.ReplaceAll(want, placeholder, world))
			}
			expectGoodUserUnaffected(ctx, world)
		})
	}
})

// applyAll applies an object, or each of a list.
func applyAll(ctx SpecContext, object *unstructured.Unstructured) error {
	if !object.IsList() {
		return apply(ctx, object, badWriter)
	}
	list, err := object.ToList()
	if err != nil {
		return err
	}
	for i := range list.Items {
		if err := apply(ctx, &list.Items[i], badWriter); err != nil {
			return err
		}
	}
	return nil
}

// expectShown waits until an object is not Ready for the reason, at its present generation, and says so in its message.
func expectShown(ctx SpecContext, world, want string) {
	GinkgoHelper()
	parts := shown.FindStringSubmatch(want)
	Expect(parts).NotTo(BeNil(), "%q must read: shown on <Kind>/<name>: <Reason>: <part of the message>", want)
	kind, name, reason, message := parts[1], parts[2], parts[3], parts[4]
	Eventually(func(g Gomega) {
		ready, generation := readyOf(ctx, g, kind, world, name)
		g.Expect(ready).NotTo(BeNil())
		g.Expect(ready.ObservedGeneration).To(Equal(generation))
		g.Expect(ready.Status).To(Equal(metav1.ConditionFalse))
		g.Expect(ready.Reason).To(Equal(reason))
		g.Expect(ready.Message).To(ContainSubstring(message))
	}).WithContext(ctx).Should(Succeed())
}

// readyOf reads the Ready condition of an object, and the object's generation.
func readyOf(ctx SpecContext, g Gomega, kind, world, name string) (*metav1.Condition, int64) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	key := client.ObjectKey{Namespace: world, Name: name}
	if kind == "PermissionCatalog" {
		key.Namespace = ""
	}
	g.Expect(cluster.Get(ctx, key, object)).To(Succeed())
	text, err := json.Marshal(object.Object["status"])
	g.Expect(err).NotTo(HaveOccurred())
	var status struct {
		Conditions []metav1.Condition `json:"conditions"`
	}
	g.Expect(json.Unmarshal(text, &status)).To(Succeed())
	return meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady), object.GetGeneration()
}
