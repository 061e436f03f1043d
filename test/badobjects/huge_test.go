// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
)

// Every list of this role is within its bounds, and what they multiply to fits neither a ConfigMap nor a status.
var _ = It("survives a role whose alternatives multiply", func(ctx SpecContext) {
	const permissions, ways, gates, declared = 100, 32, 16, 128
	world := newWorld(ctx)
	expectGoodUserUnaffected(ctx, world)
	long := strings.Repeat("x", 50)
	name := world.Namespace
	catalog := spec("PermissionCatalog", name, name, "permissions: "+numbered(permissions, "{name: huge-%d, section: orders}")+
		"\n  entitlements: "+numbered(declared, "{name: e-%d-"+long+"}"))
	Expect(apply(ctx, catalog, badWriter)).To(Succeed())
	rules := make([]string, ways)
	for i := range rules {
		// No rule requires all that another one does: every rule is an alternative.
		required := make([]string, gates)
		for j := range required {
			required[j] = fmt.Sprintf("e-%d-%s", (i+j*(j+1)/2)%declared, long)
		}
		rules[i] = fmt.Sprintf("{sections: [orders], requiredEntitlements: [%s]}", strings.Join(required, ", "))
	}
	Expect(apply(ctx, spec("Role", "huge", name, "rules: ["+strings.Join(rules, ", ")+"]"), badWriter)).To(Succeed())

	By("saying that it does not fit, and keeping what was published")
	world.Expect("Organization/$world", v1alpha1.ConditionPublished, metav1.ConditionFalse, "TooLarge", "")
	expectResolved(world, "Role/huge")

	By("publishing again once the role is gone")
	Expect(cluster.Delete(ctx, spec("Role", "huge", name, ""))).To(Succeed())
	expectGoodUserUnaffected(ctx, world)
})

// Every list keeps its bound, and the object does not fit into etcd, or not into a request.
var _ = DescribeTable("refuses what is too large as a whole, as validate says", func(ctx SpecContext, groups int, message string) {
	world := newWorld(ctx)
	long := strings.Repeat("x", 40)
	structure := spec("OrganizationStructure", "large", world.Namespace, "units: [{name: root}]")
	var written []any
	for i := range groups {
		units := make([]any, 1024)
		for j := range units {
			units[j] = fmt.Sprintf("unit-%d-%s", j, long)
		}
		written = append(written, map[string]any{"name": fmt.Sprintf("group-%d", i), "units": units})
	}
	Expect(unstructured.SetNestedSlice(structure.Object, written, "spec", "unitGroups")).To(Succeed())
	Expect(cluster.Create(ctx, structure)).To(MatchError(ContainSubstring(message)))
	schemas, err := crdschema.Load()
	Expect(err).NotTo(HaveOccurred())
	found := schemas.Validate(structure.GroupVersionKind(), structure.Object)
	Expect(found).To(ConsistOf(HaveField("Reason", crdschema.ReasonObjectTooLarge)))
	expectGoodUserUnaffected(ctx, world)
},
	Entry("for etcd", 32, "etcdserver: request is too large"),
	Entry("for a message to etcd", 40, "trying to send message larger than max"),
	Entry("for a request", 80, "Request entity too large: limit is 3145728"),
)
