// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// An object that refers to what does not exist yet says so, and says when it does.
var _ = Describe("References", func() {
	var w *world
	missing := func(object, reason, part string) {
		GinkgoHelper()
		w.Expect(object, v1alpha1.ConditionResolvedRefs, metav1.ConditionFalse, reason, part)
	}
	resolved := func(objects ...string) {
		GinkgoHelper()
		for _, object := range objects {
			w.Expect(object, v1alpha1.ConditionResolvedRefs, metav1.ConditionTrue, "ResolvedRefs", "")
		}
	}
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Published()
	})

	It("resolve as soon as a role, a group and a unit exist", func() {
		resolved("Organization/clinic", "OrganizationStructure/sites", "Role/clerk", "UserAssignment/anna")
		w.Apply(holding("otto", "chief"), role("boss", "  inherits: [{roleRef: {name: chief}}]"),
			group("night", "  members: [gail]\n  grants: [{name: chief, roleRef: {name: chief}, scope: {units: [attic]}}]"))
		missing("UserAssignment/otto", "UnknownRole", "chief")
		missing("Role/boss", "UnknownRole", "chief")
		missing("UserGroup/night", "UnknownRole", "chief")
		w.Apply(role("chief", "  rules: [{permissions: [staff.hire]}]"))
		resolved("UserAssignment/otto", "Role/boss")
		missing("UserGroup/night", "UnknownUnit", "attic")
	})

	It("resolve as soon as the catalog exists, for every object", func() {
		w.Delete("PermissionCatalog")
		missing("Organization/clinic", "UnknownCatalog", w.Namespace)
		missing("UserAssignment/anna", "UnknownCatalog", w.Namespace)
		w.Apply(catalogYAML)
		resolved("Organization/clinic", "UserAssignment/anna", "Role/clerk")
	})

	It("of the platform resolve as soon as the role exists", func() {
		w.Apply(platformAssignment("petra", "  grants: [{name: auditor, roleRef: {name: $world-auditor}, organizations: {all: true}}]"))
		missing("PlatformAssignment/$world-petra", "UnknownRole", "auditor")
		w.Apply(auditor)
		resolved("PlatformAssignment/$world-petra", "PlatformRole/$world-auditor")
	})
})
