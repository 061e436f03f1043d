// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Every list of this role is within its bounds, and what they multiply to fits neither a ConfigMap nor a status.
var _ = It("survives a role whose alternatives multiply", func(ctx SpecContext) {
	const permissions, ways, gates = 100, 32, 16
	world := newWorld(ctx)
	expectGoodUserUnaffected(ctx, world)
	long := strings.Repeat("x", 50)
	catalog := spec("PermissionCatalog", world, world, "permissions: "+numbered(permissions, "{name: huge-%d, section: orders}"))
	Expect(apply(ctx, catalog, badWriter)).To(Succeed())
	rules := make([]string, ways)
	for i := range rules {
		rules[i] = fmt.Sprintf("{sections: [orders], entitlements: %s}", numbered(gates, fmt.Sprintf("e-%d-%%d-%s", i, long)))
	}
	Expect(apply(ctx, spec("Role", "huge", world, "rules: ["+strings.Join(rules, ", ")+"]"), badWriter)).To(Succeed())

	By("saying that it does not fit, and keeping what was published")
	Eventually(func(g Gomega) {
		organization := &v1alpha1.Organization{}
		g.Expect(cluster.Get(ctx, client.ObjectKey{Namespace: world, Name: world}, organization)).To(Succeed())
		published := meta.FindStatusCondition(organization.Status.Conditions, v1alpha1.ConditionPublished)
		g.Expect(published).NotTo(BeNil())
		g.Expect(published.Status).To(Equal(metav1.ConditionFalse))
		g.Expect(published.Reason).To(Equal("TooLarge"))
		ready, generation := readyOf(ctx, g, "Role", world, "huge")
		g.Expect(ready).NotTo(BeNil())
		g.Expect(ready.ObservedGeneration).To(Equal(generation))
	}).WithContext(ctx).Should(Succeed())

	By("publishing again once the role is gone")
	Expect(cluster.Delete(ctx, spec("Role", "huge", world, ""))).To(Succeed())
	expectGoodUserUnaffected(ctx, world)
})
