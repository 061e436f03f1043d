// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// unknownUnit says why a resource is nowhere.
func unknownUnit(x *compiled.Index, r *access.Resource) string {
	if x.Kinds.Has(r.Type) {
		if !slices.ContainsFunc(x.UnitTable, func(unit compiled.Unit) bool { return unit.Kind == r.Type }) {
			return fmt.Sprintf("resource.type is %q, the kind of units of which none is in the tree, so the resource is no unit", r.Type)
		}
		return fmt.Sprintf("resource.id is %s, which is not a unit of kind %q: "+
			"a resource of that type is the unit that its id names", quoted(r.ID), r.Type)
	}
	property, present := r.Properties[access.PropertyUnit]
	if !present {
		return "the organization has no units, so the resource is nowhere"
	}
	return fmt.Sprintf("resource.properties.unit is %s, which is not a unit of the organization", quoted(property))
}

// unknownValue names the properties of the resource that are not values of their dimension.
func (e *explainer) unknownValue() string {
	x, sent := e.decision.Index, e.decision.Request.Resource.Properties
	var unknown []string
	for i := range x.Dimensions {
		name := x.Dimensions[i].Name
		property, state := x.Property(name, sent, e.decision.Unit, e.decision.IsUnit)
		text, isText := property.(string)
		_, known := x.Dimensions[i].Values[text]
		switch {
		case state == compiled.Unknown:
			unknown = append(unknown, fmt.Sprintf("attribute %q of unit %q is unknown", name, x.UnitTable[e.decision.Unit].Name))
		case state == compiled.Given && (!known || !isText):
			where := "resource.properties." + name
			if _, set := x.UnitTable[e.decision.Unit].Attributes.Known[name]; set && e.decision.IsUnit {
				where = fmt.Sprintf("attribute %q of unit %q", name, x.UnitTable[e.decision.Unit].Name)
			}
			values := strings.Join(slices.Sorted(maps.Keys(x.Dimensions[i].Values)), ", ")
			unknown = append(unknown, fmt.Sprintf("%s is %s, which is not one of %s", where, quoted(property), values))
		}
	}
	return strings.Join(unknown, "; ")
}

// value returns the resource's value of a dimension.
func (e *explainer) value(dimension string) any {
	value, _ := e.decision.Index.Property(dimension, e.decision.Request.Resource.Properties, e.decision.Unit, e.decision.IsUnit)
	return value
}

// quoted writes a value as JSON, which is how callers sent it.
func quoted(value any) string {
	if text, err := json.Marshal(value); err == nil {
		return string(text)
	}
	return fmt.Sprintf("%v", value)
}
