// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestEffectiveAgreesWithCheck: what status says of a user is what the index answers, wherever no condition and no
// prohibition has a say.
func TestEffectiveAgreesWithCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := resolve.Organization(drawWorld(t)).Document
		index := indexed(t, doc)
		if len(doc.Units) == 0 || len(doc.Users) == 0 {
			return
		}
		user := rapid.SampledFrom(slices.Sorted(maps.Keys(doc.Users))).Draw(t, "user")
		byRole := resolve.EffectiveByRole(doc, user)
		for range requestsPerWorld {
			place := drawPlace(t, doc)
			for _, effective := range [][]resolve.EffectiveScope{resolve.Effective(doc, user), withRoles(doc, byRole)} {
				for name, permission := range doc.Permissions {
					always, never := told(doc, effective, place, name)
					if len(permission.Prohibitions) > 0 || (!always && !never) {
						continue
					}
					request := &access.Request{
						Subject:  access.Subject{Type: "user", ID: user},
						Action:   access.Action{Name: name},
						Resource: access.Resource{Type: "doc", Properties: place},
					}
					if got := index.Check(request); got != always {
						t.Fatalf("status says %v, check %v, to\n%s\nof\n%s\nin\n%s", always, got, written(request), written(effective), encoded(t, doc))
					}
				}
			}
		}
	})
}

// withRoles reads what is held by role as a person does, with the statuses of the roles, of the organization and of the catalog.
func withRoles(doc *document.Document, byRole []resolve.EffectiveScope) []resolve.EffectiveScope {
	lacks := func(has []string) func(string) bool {
		return func(required string) bool { return !slices.Contains(has, required) }
	}
	var read []resolve.EffectiveScope
	for _, scope := range byRole {
		for _, role := range scope.Roles {
			for name, alternatives := range doc.Roles[role.Role].Permissions {
				held := resolve.EffectivePermission{Name: name}
				for _, a := range alternatives {
					if slices.ContainsFunc(a.RequiredFeatures, lacks(doc.Features)) || slices.ContainsFunc(a.RequiredEntitlements, lacks(role.Entitlements)) {
						continue
					}
					held.Alternatives = append(held.Alternatives, a)
				}
				if len(held.Alternatives) == 0 || doc.Permissions[name].Refused != "" {
					continue
				}
				if slices.ContainsFunc(held.Alternatives, func(a document.Alternative) bool { return len(a.Qualifiers) == 0 }) {
					held.Alternatives = nil
				}
				scope.Permissions = append(scope.Permissions, held)
			}
		}
		read = append(read, scope)
	}
	return read
}

// drawPlace draws a unit of a document and values of its dimensions, as properties of a resource.
func drawPlace(t *rapid.T, doc *document.Document) map[string]any {
	place := map[string]any{"unit": rapid.SampledFrom(slices.Sorted(maps.Keys(doc.Units))).Draw(t, "unit")}
	for _, name := range slices.Sorted(maps.Keys(doc.Dimensions)) {
		if rapid.Bool().Draw(t, "has "+name) {
			place[name] = rapid.SampledFrom(doc.Dimensions[name]).Draw(t, name)
		}
	}
	return place
}

// told reads from status whether a permission is always held in a place at the moment of the clock, or never.
func told(doc *document.Document, effective []resolve.EffectiveScope, place map[string]any, name string) (always, never bool) {
	never = true
	for _, scope := range effective {
		if !covers(doc, scope, place) {
			continue
		}
		if slices.Contains(scope.Denied, name) {
			return false, true
		}
		for _, held := range scope.Permissions {
			if held.Name == name {
				never = false
				always = always || len(held.Alternatives) == 0
			}
		}
	}
	return always, never
}

// covers reports whether a scope of status is live and covers a place.
func covers(doc *document.Document, effective resolve.EffectiveScope, place map[string]any) bool {
	scope, window := effective.Scope, effective.Window
	if (window.StartTime != nil && clock.Before(*window.StartTime)) || (window.EndTime != nil && !clock.Before(*window.EndTime)) {
		return false
	}
	for name := range doc.Dimensions {
		value, given := place[name].(string)
		if covered := scope.Dimensions[name]; !covered.All && (!given || !slices.Contains(covered.Values, value)) {
			return false
		}
	}
	units := slices.Clone(scope.Units)
	for _, group := range scope.UnitGroups {
		units = append(units, doc.UnitGroups[group]...)
	}
	covered := scope.Everywhere
	for unit := place["unit"].(string); unit != ""; unit = doc.Units[unit].Parent {
		covered = covered || slices.Contains(units, unit)
	}
	return covered
}
