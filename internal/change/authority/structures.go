// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readStructure judges what is done to units, and to constraints.
func (j *judge) readStructure(was, is *v1alpha1.OrganizationStructure) {
	specs := [states]v1alpha1.OrganizationStructureSpec{}
	for state, o := range [states]*v1alpha1.OrganizationStructure{was, is} {
		if o != nil {
			specs[state] = *o.Spec.DeepCopy()
		}
	}
	if !reflect.DeepEqual(specs[before].Constraints, specs[after].Constraints) {
		writes(j, model.KindStructure, was, is, document.ResourceConstraints, "spec.constraints")
	}
	if !reflect.DeepEqual(specs[before].Waivers, specs[after].Waivers) {
		writes(j, model.KindStructure, was, is, document.ResourceConstraints, "spec.waivers")
	}
	for state := range specs {
		specs[state].Constraints, specs[state].Waivers = nil, nil
	}
	if !reflect.DeepEqual(specs[before], specs[after]) {
		j.readUnits(was, is, specs)
	}
}

// readUnits judges what is done to units one by one. All else of a structure is for those who hold a role everywhere.
func (j *judge) readUnits(was, is *v1alpha1.OrganizationStructure, specs [states]v1alpha1.OrganizationStructureSpec) {
	ref, acts := refOf(model.KindStructure, was, is), len(j.verdict.Acts)
	units := func(state int) []*v1alpha1.Unit { return pointers(specs[state].Units) }
	for was, is := range pairs(units(before), units(after), func(u *v1alpha1.Unit) string { return string(u.Name) }) {
		j.readUnit(ref, was, is)
	}
	for state := range specs {
		specs[state].Units = nil
	}
	if !reflect.DeepEqual(specs[before], specs[after]) || len(j.verdict.Acts) == acts {
		writes(j, model.KindStructure, was, is, document.ResourceUnits, "spec")
	}
}

// readUnit judges what is done to a unit: those who hold a role above it may add, change and remove it.
func (j *judge) readUnit(ref model.Ref, was, is *v1alpha1.Unit) {
	name, what := "", map[string]string{"create": "add", "delete": "remove", "change": "change"}[verb(was, is)]+" unit "
	for _, unit := range [states]*v1alpha1.Unit{was, is} {
		if unit != nil {
			name = string(unit.Name)
		}
	}
	j.act(ref, "spec.units["+name+"]", what+name, func(h *held) refusal {
		if !slices.Contains(h.Rule.Resources, document.ResourceUnits) {
			return administration.Refuse(administration.LacksWord, "%s in resources", document.ResourceUnits)
		}
		for _, unit := range [states]*v1alpha1.Unit{was, is} {
			if unit != nil && !j.isAboveUnit(h, string(unit.Parent)) {
				return administration.Refuse(administration.LacksPlace, "the role is not held above unit %s", name)
			}
		}
		return refusal{}
	})
}

// isAboveUnit reports whether a rule is held in the unit that is the parent of another; the root has none.
func (j *judge) isAboveUnit(h *held, parent string) bool {
	if parent == "" {
		return h.Place.CoversAll()
	}
	return j.actor.ReachesUnit(h, parent)
}
