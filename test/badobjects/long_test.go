// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// numbered is a list of n items, each written by one format with its number.
func numbered(n int, format string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(format, i)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// spec writes an object of a kind around its spec. The object lies in the world, and refers to its organization.
func spec(kind, name, world, fields string) *unstructured.Unstructured {
	GinkgoHelper()
	reference := "organizationRef: {name: " + world + "}\n  "
	switch kind {
	case "Organization":
		reference = "catalogRef: {name: " + world + "}\n  "
	case "PermissionCatalog":
		reference = ""
	}
	text := fmt.Sprintf("kind: %s\nmetadata: {name: %s}\nspec:\n  %s%s", kind, name, reference, fields)
	made, err := object(text, world)
	Expect(err).NotTo(HaveOccurred())
	made.SetAPIVersion(v1alpha1.GroupVersion.String())
	if kind != "PermissionCatalog" {
		made.SetNamespace(world)
	}
	return made
}

// expectResolved waits until an object has a Ready condition, whatever it is.
func expectResolved(world *clustertest.World, object string) {
	GinkgoHelper()
	Eventually(world.Condition).WithArguments(object, v1alpha1.ConditionReady).ShouldNot(BeZero())
}

// What is one longer than allowed is refused; the longest that is allowed is taken, so that no rule is too costly for
// it, and its status can be written.
var _ = DescribeTable("Lists and texts have bounds",
	func(ctx SpecContext, kind string, limit int, fields func(int) string, message string) {
		world := newWorld(ctx)
		name := world.Namespace
		Expect(cluster.Create(ctx, spec(kind, "over-"+name, name, fields(limit+1)))).To(MatchError(ContainSubstring(message)))
		Expect(cluster.Create(ctx, spec(kind, "full-"+name, name, fields(limit)))).To(Succeed())
		expectResolved(world, kind+"/full-"+name)
		expectGoodUserUnaffected(ctx, world)
	},
	Entry("units", "OrganizationStructure", 512, func(n int) string {
		return "units: [{name: root}, " + numbered(n-1, "{name: unit-%d, parent: root}")[1:]
	}, "spec.units: Too many: 513: must have at most 512 items"),
	Entry("unit groups", "OrganizationStructure", 256, func(n int) string {
		return "unitGroups: " + numbered(n, "{name: group-%d, units: [root]}")
	}, "spec.unitGroups: Too many: 257: must have at most 256 items"),
	Entry("permissions", "PermissionCatalog", 1024, func(n int) string {
		return "sections: " + numbered(64, "{name: section-%d}") + "\n  permissions: " + numbered(n, "{name: p-%d, section: section-63}")
	}, "spec.permissions: Too many: 1025: must have at most 1024 items"),
	Entry("the name of a permission", "PermissionCatalog", 128, func(n int) string {
		return "sections: [{name: s}]\n  permissions: [{name: " + strings.Repeat("p", n) + ", section: s}]"
	}, "spec.permissions[0].name: Too long: may not be more than 128"),
	Entry("an expression", "PermissionCatalog", 2048, func(n int) string {
		return "qualifiers: [{name: q, expression: 'true" + strings.Repeat(" ", n-len("true")) + "'}]"
	}, "spec.qualifiers[0].expression: Too long: may not be more than 2048"),
	Entry("a description", "Role", 1024, func(n int) string {
		return "description: " + strings.Repeat("ö", n)
	}, "spec.description: Too long: may not be more than 1024"),
	Entry("rules", "Role", 256, func(n int) string {
		return "rules: " + numbered(n, "{permissions: [orders.view], requiredEntitlements: [e-%d]}")
	}, "spec.rules: Too many: 257: must have at most 256 items"),
	Entry("inherited roles", "Role", 32, func(n int) string {
		return "inherits: " + numbered(n, "{roleRef: {name: role-%d}}")
	}, "spec.inherits: Too many: 33: must have at most 32 items"),
	Entry("grants", "UserAssignment", 64, func(n int) string {
		return "user: many@example.org\n  grants: " + numbered(n, "{name: grant-%[1]d, roleRef: {name: role-%[1]d}, scope: {everywhere: true}}")
	}, "spec.grants: Too many: 65: must have at most 64 items"),
	Entry("units of a grant", "UserAssignment", 256, func(n int) string {
		return "user: many@example.org\n  grants: [{name: worker, roleRef: {name: worker}, scope: {units: " + numbered(n, "unit-%d") + "}}]"
	}, "spec.grants[0].scope.units: Too many: 257: must have at most 256 items"),
	Entry("attributes", "UserAssignment", 64, func(n int) string {
		fields := numbered(n, "attribute-%d: 1")
		return "user: many@example.org\n  profile: {attributes: {" + fields[1:len(fields)-1] + "}}"
	}, "spec.profile.attributes: Too many: 65: must have at most 64 items"),
	// OpenID Connect allows 255 characters in a subject identifier. A prefix for the issuer comes before it.
	Entry("a user id", "UserAssignment", 512, func(n int) string {
		return "user: " + strings.Repeat("u", n)
	}, "spec.user: Too long: may not be more than 512"),
	Entry("a user id in another script", "UserAssignment", 512, func(n int) string {
		return "user: " + strings.Repeat("𝐦", n)
	}, "spec.user: Too long: may not be more than 512"),
	Entry("a manager's id", "UserAssignment", 512, func(n int) string {
		return "user: many@example.org\n  profile: {manager: " + strings.Repeat("𝐦", n) + "}"
	}, "spec.profile.manager: Too long: may not be more than 512"),
	Entry("a member's id", "UserGroup", 512, func(n int) string {
		return "members: [" + strings.Repeat("𝐦", n) + "]"
	}, "spec.members[0]: Too long: may not be more than 512"),
	Entry("an approver's id", "ApprovalChain", 512, func(n int) string {
		return "requestType: t\n  steps: [{name: s, approvers: [{type: Users, users: [" + strings.Repeat("𝐦", n) + "]}]}]"
	}, "spec.steps[0].approvers[0].users[0]: Too long: may not be more than 512"),
	Entry("the id of a waiver's user", "OrganizationStructure", 512, func(n int) string {
		return "waivers: [{name: w, constraintRef: {name: c}, owner: o, reason: r, endTime: '2099-01-01T00:00:00Z', users: [" + strings.Repeat("𝐦", n) + "]}]"
	}, "spec.waivers[0].users[0]: Too long: may not be more than 512"),
	Entry("a requester's id", "ApprovalRequest", 512, func(n int) string {
		return "requestType: t\n  requester: " + strings.Repeat("𝐦", n)
	}, "spec.requester: Too long: may not be more than 512"),
)

// The fields of an object that is created, not applied, are checked only when the client asks for it, as kubectl does.
var _ = DescribeTable("Strict validation refuses on create",
	func(ctx SpecContext, kind, fields, message string) {
		bad := spec(kind, "bad", newWorld(ctx).Namespace, fields)
		strict := client.FieldValidation(metav1.FieldValidationStrict)
		Expect(cluster.Create(ctx, bad, strict)).To(MatchError(ContainSubstring(message)))
	},
	Entry("an unknown field of an organization", "Organization", "tier: gold", `unknown field "spec.tier"`),
	Entry("an unknown field of a unit", "OrganizationStructure", "units: [{name: root, above: nothing}]", `unknown field "spec.units[0].above"`),
	Entry("an unknown field of a catalog", "PermissionCatalog", "tiers: [{name: gold}]", `unknown field "spec.tiers"`),
	Entry("an unknown field of a rule", "Role", "rules: [{permissions: [orders.view], unless: [own]}]", `unknown field "spec.rules[0].unless"`),
	Entry("an unknown field of a scope", "UserAssignment",
		"user: bad@example.org\n  grants: [{name: worker, roleRef: {name: worker}, scope: {anywhere: true}}]", `unknown field "spec.grants[0].scope.anywhere"`),
)
