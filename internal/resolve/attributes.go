// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"encoding/json"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// maxAttributeBytes bounds the JSON of one attribute, so that no attribute makes a document large by itself.
const maxAttributeBytes = 4096

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

// sortAttributes returns the attributes that are within bounds, and the names of the others, sorted.
func sortAttributes(written model.Attributes) (valid map[string]any, large []string) {
	for name, value := range written {
		if !attributeFits(value) {
			large = append(large, name)
			continue
		}
		if valid == nil {
			valid = make(map[string]any, len(written))
		}
		valid[name] = value
	}
	slices.Sort(large)
	return valid, large
}

// rejectLarge finds attributes that are out of bounds.
func rejectLarge(names []string, object model.Ref, field string, found *findings) {
	for _, name := range names {
		found.reject(object, field+"."+name, ReasonInvalidAttribute,
			"attribute %q is larger than %d bytes of JSON, so it is unknown: make it smaller", name, maxAttributeBytes)
	}
}
