// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// parseScope parses the parts of a scope: everywhere, or NAME=VALUES.
func parseScope(parts []string) (*v1alpha1.Scope, error) {
	scope := &v1alpha1.Scope{}
	for _, part := range parts {
		name, list, hasValues := strings.Cut(part, "=")
		values := strings.Split(list, ",")
		switch {
		case part == "everywhere":
			scope.Everywhere = new(true)
		case !hasValues || name == "" || list == "":
			return nil, usagef("--scope %s: write everywhere, units=..., unitGroups=... or DIMENSION=...", part)
		case name == "units":
			scope.Units = append(scope.Units, convertAll[v1alpha1.Name](values)...)
		case name == "unitGroups":
			scope.UnitGroups = append(scope.UnitGroups, convertAll[v1alpha1.Name](values)...)
		case list == "*":
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{Name: v1alpha1.DimensionName(name), All: new(true)})
		default:
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{
				Name: v1alpha1.DimensionName(name), Values: convertAll[v1alpha1.DimensionValue](values),
			})
		}
	}
	return scope, nil
}

func convertAll[T ~string](texts []string) []T {
	converted := make([]T, 0, len(texts))
	for _, text := range texts {
		converted = append(converted, T(text))
	}
	return converted
}
