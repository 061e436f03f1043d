// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
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

// sortAttributes returns the valid attributes, and the names of the others, sorted.
func sortAttributes(written model.Attributes) (valid map[string]any, invalid []string) {
	for name, value := range written {
		if !attributeName.MatchString(name) || !attributeFits(value) {
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

// rejectAttributes finds the attributes that are not valid.
func rejectAttributes(names []string, object model.Ref, field string, found *findings) {
	for _, name := range names {
		if !attributeName.MatchString(name) {
			found.reject(object, field, ReasonInvalidAttribute,
				"attribute %q is unknown: rename it, to at most 63 letters, digits, underscores, hyphens and dots, "+
					"the first a letter or an underscore",
				name)
			continue
		}
		found.reject(object, field+"."+name, ReasonInvalidAttribute,
			"attribute %q is larger than %d bytes of JSON, so it is unknown: make it smaller", name, maxAttributeBytes)
	}
}
