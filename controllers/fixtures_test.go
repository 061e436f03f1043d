// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// The names of objects that belong to no organization begin with $world-, so that worlds do not meet in them.

// platformRole writes a PlatformRole of the world's catalog.
func platformRole(name, scope, rest string) string {
	return "kind: PlatformRole\nmetadata: {name: $world-" + name + "}\nspec:\n  catalogRef: {name: $world}\n  assignableScope: " + scope + "\n" +
		strings.TrimPrefix(rest, "\n")
}

// platformAssignment writes a PlatformAssignment of the name of its user.
func platformAssignment(id, rest string) string {
	return "kind: PlatformAssignment\nmetadata: {name: $world-" + id + "}\nspec:\n  user: " + id + "\n" + strings.TrimPrefix(rest, "\n")
}

// group writes a UserGroup.
func group(name, rest string) string {
	return "kind: UserGroup\nmetadata: {name: " + name + "}\nspec:\n  organizationRef: {name: clinic}\n" + strings.TrimPrefix(rest, "\n")
}

// clinic writes the organization with more of a spec.
func clinic(rest string) string { return organizationYAML + strings.TrimPrefix(rest, "\n") }

// sites is the structure with something more in its spec.
func sites(rest string) string { return structureYAML + strings.TrimPrefix(rest, "\n") }

// catalog writes the catalog with more of a spec.
func catalog(rest string) string { return catalogYAML + strings.TrimPrefix(rest, "\n") }

// label sets the labels of the organization.
func (w *world) label(labels map[string]string) {
	GinkgoHelper()
	object := w.Get("Organization/clinic")
	object.SetLabels(labels)
	Expect(api.Update(w.Ctx, object)).To(Succeed())
}

// own are the alternatives of what is held under the qualifier own.
var own = []v1alpha1.PermissionAlternative{{Qualifiers: []v1alpha1.Observed{"own"}}}
