// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// TestUnknownWords: a word of a later API is neither what is absent nor any word that is known.
func TestUnknownWords(t *testing.T) {
	for level, want := range map[v1alpha1.PermissionLevel]struct {
		platform bool
		unknown  string
	}{
		"": {}, "Organization": {}, "Platform": {platform: true}, "Galaxy": {unknown: "Galaxy"}, "platform": {unknown: "platform"},
	} {
		catalog := &v1alpha1.PermissionCatalog{Spec: v1alpha1.PermissionCatalogSpec{Permissions: []v1alpha1.Permission{{Name: "view", Level: level}}}}
		if got := intake.Catalog(catalog).Permissions[0]; got.Platform != want.platform || got.UnknownLevel != want.unknown {
			t.Errorf("level %q: platform %t, unknown %q", level, got.Platform, got.UnknownLevel)
		}
		role := &v1alpha1.PlatformRole{Spec: v1alpha1.PlatformRoleSpec{AssignableScope: v1alpha1.AssignableScope(level)}}
		if got := intake.PlatformRole(role); got.Platform != want.platform || got.UnknownScope != want.unknown {
			t.Errorf("scope %q: platform %t, unknown %q", level, got.Platform, got.UnknownScope)
		}
	}
}
