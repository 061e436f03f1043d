// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// overridden looks up the permission of an override.
func (r *reader) overridden(a *model.Assignment, written *model.Override) (*permission, string) {
	name, field := written.Permission, "spec.overrides["+written.Name+"]"
	p, known := r.env.catalog.permissions[name]
	if !known {
		r.found.reject(a.Ref, field+".permission", ReasonUnknownPermission,
			"catalog %q has no permission %q, so the override does nothing: %s",
			r.env.catalog.spec.Name, name, r.env.catalog.fixPermission(name, r.found))
	}
	return p, field
}

// overrideBinding reads an override that gives a permission, and with it what the permission implies. It is nil when the override
// gives nothing.
func (r *reader) overrideBinding(a *model.Assignment, written *model.Override) *binding {
	p, field := r.overridden(a, written)
	scope := r.scope(&written.Scope, a.Ref, field, giveEffect)
	if p != nil && p.spec.Platform {
		r.found.reject(a.Ref, field+".permission", ReasonLevelMismatch,
			"permission %q is of level Platform, which an override cannot give: remove it", p.spec.Name)
		return nil
	}
	if p != nil {
		r.env.catalog.reportRefused(p, a.Ref, field+".permission", "the override gives nothing", r.found)
	}
	if p == nil || len(p.reach) == 0 || !r.env.units.coversAny(&scope) || !scope.valid {
		return nil
	}
	given := &binding{object: a.Object, field: field, list: listOverrides, name: written.Name, window: written.Window}
	r.found.work.spend(stepsOfBinding * len(p.reach))
	for _, reached := range p.reach {
		given.overrides = append(given.overrides, document.Override{
			Permission: reached.name, Scope: scope.scope, RequiredFeatures: reached.features, Source: source(a.Ref, field),
		})
	}
	return given
}

// denial reads an override that takes a permission, which takes what it does not limit. One that names something
// unknown takes everywhere. It is nil when there is no such permission to take.
func (r *reader) denial(a *model.Assignment, written *model.Override) *document.Override {
	p, field := r.overridden(a, written)
	taken := written.Scope
	if len(taken.Units) == 0 && len(taken.Groups) == 0 {
		taken.Everywhere = true
	}
	taken.Dimensions = slices.Clone(taken.Dimensions)
	for _, dimension := range r.env.catalog.spec.Dimensions {
		if !namesDimension(taken.Dimensions, dimension.Name) {
			taken.Dimensions = append(taken.Dimensions, model.DimensionScope{Name: dimension.Name, All: true})
		}
	}
	scope := r.scope(&taken, a.Ref, field, denyEffect)
	if p == nil {
		return nil
	}
	if !scope.valid || !r.env.units.coversAny(&scope) {
		scope.scope = r.env.wholeScope()
	}
	return &document.Override{
		Permission: p.spec.Name, Deny: true, Scope: scope.scope, Window: window(written.Window), Source: source(a.Ref, field),
	}
}

// takesAll reports whether a denial takes its permission everywhere and always.
func takesAll(o *document.Override) bool {
	for _, values := range o.Dimensions {
		if !values.All {
			return false
		}
	}
	return o.Everywhere && o.Window == document.Window{}
}

// wholeScope covers every unit and every value.
func (e *environment) wholeScope() document.Scope {
	whole := document.Scope{Everywhere: true}
	for _, dimension := range e.catalog.spec.Dimensions {
		if whole.Dimensions == nil {
			whole.Dimensions = map[string]document.Values{}
		}
		whole.Dimensions[dimension.Name] = document.Values{All: true}
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
