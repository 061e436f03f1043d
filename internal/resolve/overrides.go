// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// override reads one override. A giving one becomes an entry for the permission and for each that it implies; a taking
// one becomes a single entry.
func (s *scene) override(a *model.Assignment, place int) []permissions.Override {
	written := &a.Overrides[place]
	field := fmt.Sprintf("spec.overrides[%d]", place)
	p, known := s.permissions[written.Permission]
	if !known {
		s.found.reject(a.Ref, field+".permission", ReasonUnknownPermission,
			"catalog %q has no permission %q, so the override does nothing: correct the name, or add it to the catalog",
			s.catalog.Name, written.Permission)
	}
	if written.Revoke {
		scope := s.revokedScope(&written.Scope, a.Ref, field)
		if !known {
			return nil
		}
		return []permissions.Override{{
			Permission: p.Name, Revoke: true, Scope: scope, Window: window(written.Window), Source: source(a.Ref, place),
		}}
	}
	scope := s.scope(&written.Scope, a.Ref, field, giveEffect)
	if known && p.Platform {
		known = false
		s.found.reject(a.Ref, field+".permission", ReasonPlatformLevel,
			"permission %q is of level Platform, which an override cannot give: take it out", p.Name)
	}
	if !known || !scope.covers || !scope.valid {
		return nil
	}
	return s.given(p.Name, permissions.Override{Scope: scope.Scope, Window: window(written.Window), Source: source(a.Ref, place)})
}

// given returns an entry like the given one for the permission and for each that it implies, under the features required.
func (s *scene) given(name string, like permissions.Override) []permissions.Override {
	reach := s.reachOf(name)
	entries := make([]permissions.Override, 0, len(reach))
	for _, reached := range reach {
		entry := like
		entry.Permission, entry.Features = reached.name, reached.features
		entries = append(entries, entry)
	}
	return entries
}

// revokedScope reads the scope of a revoking override, which takes what it does not limit. One that names something
// unknown takes everywhere.
func (s *scene) revokedScope(written *model.Scope, object model.Ref, field string) permissions.Scope {
	named := *written
	if len(named.Units) == 0 && len(named.Groups) == 0 {
		named.Everywhere = true
	}
	named.Dimensions = append([]model.DimensionScope(nil), named.Dimensions...)
	for _, dimension := range s.catalog.Dimensions {
		if !namesDimension(named.Dimensions, dimension.Name) {
			named.Dimensions = append(named.Dimensions, model.DimensionScope{Name: dimension.Name, All: true})
		}
	}
	scope := s.scope(&named, object, field, revokeEffect)
	if scope.valid && scope.covers {
		return scope.Scope
	}
	return s.wholeScope()
}

// wholeScope covers every unit and every value.
func (s *scene) wholeScope() permissions.Scope {
	whole := permissions.Scope{Everywhere: true}
	for _, dimension := range s.catalog.Dimensions {
		if whole.Dimensions == nil {
			whole.Dimensions = map[string]permissions.Values{}
		}
		whole.Dimensions[dimension.Name] = permissions.Values{All: true}
	}
	return whole
}

func namesDimension(dimensions []model.DimensionScope, name string) bool {
	for _, d := range dimensions {
		if d.Name == name {
			return true
		}
	}
	return false
}
