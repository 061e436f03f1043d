// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxAttributeBytes bounds the JSON of one attribute, so that no attribute makes a document large by itself.
const maxAttributeBytes = 4096

// attributeName matches the names that attributes may have. A schema cannot say it of a map whose values may be anything.
var attributeName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,62}$`)

// attributeFits reports whether the value of an attribute is within its bound.
func attributeFits(value any) bool {
	switch v := value.(type) {
	case nil, bool, float64:
		return true
	case string:
		// A byte takes six at most, as in \u0000, and the quotes two: most texts need not be written out.
		if 6*len(v)+2 <= maxAttributeBytes {
			return true
		}
	}
	encoded, err := json.Marshal(value)
	return err == nil && len(encoded) <= maxAttributeBytes
}

// inexact returns a number in a value that cannot be kept as it is written; empty if there is none.
func inexact(value any) string {
	switch v := value.(type) {
	case json.Number:
		if _, exact := document.ParseNumber(v.String()); !exact {
			return v.String()
		}
	case []any:
		for _, element := range v {
			if found := inexact(element); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if found := inexact(v[name]); found != "" {
				return found
			}
		}
	}
	return ""
}

// sortAttributes returns the valid attributes, and the names of the others, sorted.
func sortAttributes(written model.Attributes) (valid map[string]any, invalid []string) {
	for name, value := range written {
		if !attributeName.MatchString(name) || !attributeFits(value) || inexact(value) != "" {
			invalid = append(invalid, name)
			continue
		}
		if valid == nil {
			valid = make(map[string]any, len(written))
		}
		valid[name] = value
	}
	slices.Sort(invalid)
	return valid, invalid
}

// rejectAttributes finds the attributes that are not valid, whose names are given.
func rejectAttributes(written model.Attributes, names []string, object model.Ref, field string, found *findings) {
	for _, name := range names {
		if !attributeName.MatchString(name) {
			found.reject(object, field, ReasonInvalidAttribute,
				"attribute %q is unknown: rename it, to at most 63 letters, digits, underscores, hyphens and dots, "+
					"the first a letter or an underscore",
				name)
			continue
		}
		if number := inexact(written[name]); number != "" && attributeFits(written[name]) {
			found.reject(object, field+"."+name, ReasonInvalidAttribute,
				"attribute %q is unknown, because %.40s cannot be kept exactly as a number: write it as text, in quotes", name, number)
			continue
		}
		found.reject(object, field+"."+name, ReasonInvalidAttribute,
			"attribute %q is larger than %d bytes of JSON, so it is unknown: make it smaller", name, maxAttributeBytes)
	}
}
