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

// TestUnknownWordsNeverWiden: a state, an effect or an enforcement that is not known takes rather than gives.
func TestUnknownWordsNeverWiden(t *testing.T) {
	for state, suspended := range map[v1alpha1.UserState]bool{"": false, "Active": false, "Suspended": true, "OnLeave": true, "active": true} {
		assignment := &v1alpha1.UserAssignment{Spec: v1alpha1.UserAssignmentSpec{State: state}}
		platform := &v1alpha1.PlatformAssignment{Spec: v1alpha1.PlatformAssignmentSpec{State: state}}
		if intake.Assignment(assignment).Suspended != suspended || intake.PlatformAssignment(platform, nil).Suspended != suspended {
			t.Errorf("state %q: suspended should be %t", state, suspended)
		}
	}
	for effect, deny := range map[v1alpha1.OverrideEffect]bool{"Allow": false, "Deny": true, "": true, "Limit": true, "allow": true} {
		assignment := &v1alpha1.UserAssignment{Spec: v1alpha1.UserAssignmentSpec{Overrides: []v1alpha1.Override{{Effect: effect}}}}
		if intake.Assignment(assignment).Overrides[0].Deny != deny {
			t.Errorf("effect %q: deny should be %t", effect, deny)
		}
	}
	for enforcement, enforce := range map[v1alpha1.Enforcement]bool{"Audit": false, "Enforce": true, "": true, "Warn": true, "audit": true} {
		structure := &v1alpha1.OrganizationStructure{Spec: v1alpha1.OrganizationStructureSpec{
			Constraints: []v1alpha1.Constraint{{Enforcement: enforcement}},
		}}
		if intake.Structure(structure).Constraints[0].Enforce != enforce {
			t.Errorf("enforcement %q: it should be enforced: %t", enforcement, enforce)
		}
	}
}
