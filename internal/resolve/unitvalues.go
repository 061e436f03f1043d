// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"encoding/json"
	"fmt"
	"slices"
)

// checkUnitValues finds units of a kind that set a dimension to what is not one of its values: a request about such a unit has no value
// that a scope could cover.
func (r *reader) checkUnitValues() {
	for _, unit := range r.env.structure.units.list {
		valid, invalid := sortAttributes(unit.spec.Attributes)
		for _, dimension := range r.env.catalog.spec.Dimensions {
			field := unit.field + ".attributes." + dimension.Name
			value, set := valid[dimension.Name]
			text, isText := value.(string)
			switch {
			case unit.spec.Kind == "":
			case slices.Contains(invalid, dimension.Name):
				r.found.reject(unit.in.Ref, field, ReasonUnknownDimensionValue,
					"every request about unit %q itself is denied, because its attribute %q is unknown, which is also a dimension: mend the attribute",
					unit.spec.Name, dimension.Name)
			case set && (!isText || !slices.Contains(dimension.Values, text)):
				r.found.reject(unit.in.Ref, field, ReasonUnknownDimensionValue,
					"every request about unit %q itself is denied, because its attribute %q is %s, which dimension %q does not have: "+
						"fix the value, or add it to the catalog",
					unit.spec.Name, dimension.Name, jsonOf(value), dimension.Name)
			}
		}
	}
}

// jsonOf is a value as it is written in JSON, cut where it is long.
func jsonOf(value any) string {
	text, _ := json.Marshal(value) // valid attributes were read from JSON
	return fmt.Sprintf("%.40s", text)
}
