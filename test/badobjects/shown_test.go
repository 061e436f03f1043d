// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/rolewright/rolewright/test/clustertest"
)

// shown matches an expectation: the object, the reason, and part of the message.
var shown = regexp.MustCompile(`^shown on (\w+)/([^:]+): (\w+): (.+)$`)

var _ = Describe("The status reports", func() {
	cases, err := readCases("shown")
	It("reads the cases", func() { Expect(err).NotTo(HaveOccurred()) })
	for _, c := range cases {
		It(c.title, func(ctx SpecContext) {
			world := newWorld(ctx)
			bad, err := object(c.text, world.Namespace)
			Expect(err).NotTo(HaveOccurred())
			Expect(applyAll(ctx, bad)).To(Succeed())
			for _, want := range c.wants {
				expectShown(world, strings.ReplaceAll(want, placeholder, world.Namespace))
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

// expectShown waits until an object is not Ready for the reason, and its message has the part.
func expectShown(world *clustertest.World, want string) {
	GinkgoHelper()
	parts := shown.FindStringSubmatch(want)
	Expect(parts).NotTo(BeNil(), "%q must read: shown on <Kind>/<name>: <Reason>: <part of the message>", want)
	world.NotReady(parts[1]+"/"+parts[2], parts[3], parts[4])
}
