// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/resolve"
)

// TestTwoMistakes: beside something that cannot be read, or that belongs to nothing, what is wrong for itself is found all the same.
func TestTwoMistakes(t *testing.T) {
	const (
		object       = "apiVersion: rolewright.dev/v1alpha1\nkind: "
		catalog      = object + "PermissionCatalog\nmetadata: {name: shop}\nspec:\n  sections: [{name: s}]\n  permissions: [{name: s.do, section: s}%s]\n%s---\n"
		organization = object + "Organization\nmetadata: {name: acme, namespace: %s}\nspec: {catalogRef: {name: shop}}\n---\n"
		role         = object + "Role\nmetadata: {name: %s, namespace: one}\nspec: {organizationRef: {name: %s}, rules: [{permissions: [s.%s]}]%s}\n---\n"
	)
	whole := fmt.Sprintf(catalog, "", "")
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"a name that the broken object itself misspells": {
			fmt.Sprintf(catalog, ", {name: s.all, section: s, implies: [s.dO]}", "  features: 7\n") + fmt.Sprintf(organization, "one"),
			[]string{"PermissionCatalog/shop FieldValueTypeInvalid spec.features", "PermissionCatalog/shop UnknownPermission spec.permissions[1].implies[0]"},
		},
		"a name that a broken object names, too": {
			whole + fmt.Sprintf(organization, "one") + fmt.Sprintf(role, "a", "acme", "dO", ", inherits: 7") + fmt.Sprintf(role, "b", "acme", "dO", ""),
			[]string{
				"Role/a FieldValueTypeInvalid spec.inherits", "Role/a UnknownPermission spec.rules[0].permissions[0]",
				"Role/b UnknownPermission spec.rules[0].permissions[0]",
			},
		},
		"two objects of an organization that does not exist": {
			whole + fmt.Sprintf(organization, "one") + fmt.Sprintf(role, "a", "amce", "do", "") + fmt.Sprintf(role, "b", "amce", "do", ""),
			[]string{"Role/a UnknownOrganization spec.organizationRef.name", "Role/b UnknownOrganization spec.organizationRef.name"},
		},
		"an object in another namespace than an organization without objects": {
			whole + fmt.Sprintf(organization, "two") + fmt.Sprintf(role, "a", "acme", "do", ""),
			[]string{"Role/a UnknownOrganization spec.organizationRef.name"},
		},
		"several objects in another namespace than their organization": {
			whole + fmt.Sprintf(organization, "two") + fmt.Sprintf(role, "a", "acme", "do", "") + fmt.Sprintf(role, "b", "acme", "do", ""),
			[]string{"Organization/acme UnknownOrganization metadata.namespace"},
		},
		"objects without organization where another namespace has one of the name": {
			whole + fmt.Sprintf(organization, "two") + fmt.Sprintf(role, "a", "acme", "do", "") + fmt.Sprintf(role, "b", "acme", "do", "") +
				object + "Role\nmetadata: {name: c, namespace: two}\nspec: {organizationRef: {name: acme}, rules: [{permissions: [s.do]}]}\n",
			[]string{"Role/a UnknownOrganization spec.organizationRef.name", "Role/b UnknownOrganization spec.organizationRef.name"},
		},
	} {
		var got []string
		for _, f := range found(t, test.text) {
			if f.Severity == resolve.Error {
				got = append(got, fmt.Sprintf("%s %s %s", f.Object, f.Reason, f.Field))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, test.want)
		}
	}
}
