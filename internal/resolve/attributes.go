// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"encoding/json"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// maxAttributeBytes bounds the JSON of one attribute, so that no attribute makes a document large by itself.
const maxAttributeBytes = 4096

// attributeFits tells whether the value of an attribute is within its bound.
func attributeFits(value any) bool {
	switch v := value.(type) {
	case nil, bool, float64:
		return true
	case string:
		return len(v) <= maxAttributeBytes
	}
	encoded, err := json.Marshal(value)
	return err == nil && len(encoded) <= maxAttributeBytes
}

// validAttributes returns the attributes that are within bounds.
func validAttributes(attributes model.Attributes) map[string]any {
	if len(attributes) == 0 {
		return nil
	}
	valid := make(map[string]any, len(attributes))
	for name, value := range attributes {
		if attributeFits(value) {
			valid[name] = value
		}
	}
	return valid
}

// checkAttributes finds the attributes that are out of bounds.
func checkAttributes(attributes model.Attributes, object model.Ref, field string, found *findings) {
	var large []string
	for name, value := range attributes {
		if !attributeFits(value) {
			large = append(large, name)
		}
	}
	slices.Sort(large)
	for _, name := range large {
		found.reject(object, field+"."+name, ReasonInvalidAttribute,
			"attribute %q is larger than %d bytes of JSON and is left out: make it smaller", name, maxAttributeBytes)
	}
}
