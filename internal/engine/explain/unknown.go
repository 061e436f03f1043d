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

// unlocated says why a resource is nowhere.
func unlocated(x *compiled.Index, r *access.Resource) (reason access.Reason, message string) {
	if x.Types.Of(r.Type) != compiled.OfUsers {
		return access.ReasonUnknownUnit, unknownUnit(x, r)
	}
	user, known := x.FindUser(r.ID)
	if !known {
		return access.ReasonUnknownResourceUser, fmt.Sprintf("resource.id is %s, which is not a user of %s: "+
			"a resource of type %q is the user that its id names", quoted(r.ID), x.Whole(), r.Type)
	}
	home, known := x.HomeOf(user)
	if known && home != "" {
		return access.ReasonUnknownUnit, fmt.Sprintf("the home unit of user %s is %s, which is not a unit of %s",
			quoted(r.ID), quoted(home), x.Whole())
	}
	if known {
		return access.ReasonUnknownUnit, withoutUnits(x)
	}
	return access.ReasonUnknownUnit, fmt.Sprintf("the home unit of user %s is unknown, so the resource is nowhere", quoted(r.ID))
}

// alternatives names some types, one of which is meant.
func alternatives(types []string) string {
	names := make([]string, len(types))
	for i, name := range types {
		names[i] = quoted(name)
	}
	return strings.Join(names, " or ")
}

// unknownUnit says why a resource that is no user is nowhere.
func unknownUnit(x *compiled.Index, r *access.Resource) string {
	if x.Types.Of(r.Type) == compiled.OfUnits {
		if !slices.ContainsFunc(x.UnitTable, func(unit compiled.Unit) bool { return unit.Kind == r.Type }) {
			return fmt.Sprintf("resource.type is %q, the kind of units of which none is in the tree, so the resource is no unit", r.Type)
		}
		return fmt.Sprintf("resource.id is %s, which is not a unit of kind %q: "+
			"a resource of that type is the unit that its id names", quoted(r.ID), r.Type)
	}
	property, present := r.Properties[access.PropertyUnit]
	if !present {
		return withoutUnits(x)
	}
	return fmt.Sprintf("resource.properties.unit is %s, which is not a unit of %s", quoted(property), x.Whole())
}

func withoutUnits(x *compiled.Index) string {
	return x.Whole() + " has no units, so the resource is nowhere"
}

// unknownValue names the properties of the resource that are not values of their dimension.
func (e *explainer) unknownValue() string {
	x, sent := e.decision.Index, e.decision.Request.Resource.Properties
	var unknown []string
	for i := range x.Dimensions {
		name := x.Dimensions[i].Name
		property, state := e.decision.Property(name, sent)
		text, isText := property.(string)
		_, known := x.Dimensions[i].Values[text]
		switch {
		case state == compiled.Unknown:
			unknown = append(unknown, fmt.Sprintf("attribute %q of %s is unknown", name, e.resource()))
		case state == compiled.Given && (!known || !isText):
			where := "resource.properties." + name
			if self := e.decision.Self; self != nil {
				if _, set := self.Known[name]; set {
					where = fmt.Sprintf("attribute %q of %s", name, e.resource())
				}
			}
			values := strings.Join(slices.Sorted(maps.Keys(x.Dimensions[i].Values)), ", ")
			unknown = append(unknown, fmt.Sprintf("%s is %s, which is not one of %s", where, quoted(property), values))
		}
	}
	return strings.Join(unknown, "; ")
}

// value returns the resource's value of a dimension.
func (e *explainer) value(dimension string) any {
	value, _ := e.decision.Property(dimension, e.decision.Request.Resource.Properties)
	return value
}

// resource names a resource that the directory knows.
func (e *explainer) resource() string {
	what := "user"
	if e.decision.IsUnit {
		what = "unit"
	}
	return fmt.Sprintf("%s %q", what, e.decision.Request.Resource.ID)
}

// quoted writes a value as JSON, which is how callers sent it.
func quoted(value any) string {
	if text, err := json.Marshal(value); err == nil {
		return string(text)
	}
	return fmt.Sprintf("%v", value)
}
