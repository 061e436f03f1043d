// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// attributes decodes attributes.
func attributes(written v1alpha1.Attributes) model.Attributes {
	if len(written) == 0 {
		return nil
	}
	decoded := make(model.Attributes, len(written))
	for name, raw := range written {
		decoded[name] = attribute(raw.Raw)
	}
	return decoded
}

// maxExact is 2^53: doubles do not hold every whole number beyond it.
const maxExact = 1 << 53

// attribute decodes the value of an attribute. What is not JSON, which no API server stores, is null. Numbers from maxExact on stay
// as they are written.
func attribute(raw []byte) any {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	if !hasLargeNumber(value) {
		return value
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	// It was valid just now.
	_ = decoder.Decode(&value)
	return doubles(value)
}

// hasLargeNumber reports whether a value contains a number of maxExact or more.
func hasLargeNumber(value any) bool {
	switch v := value.(type) {
	case float64:
		return math.Abs(v) >= maxExact
	case []any:
		return slices.ContainsFunc(v, hasLargeNumber)
	case map[string]any:
		for _, member := range v {
			if hasLargeNumber(member) {
				return true
			}
		}
	}
	return false
}

// doubles turns the numbers in a value that are below maxExact into doubles. It changes the value.
func doubles(value any) any {
	switch v := value.(type) {
	case json.Number:
		if number, err := v.Float64(); err == nil && math.Abs(number) < maxExact {
			return number
		}
	case []any:
		for i := range v {
			v[i] = doubles(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = doubles(v[name])
		}
	}
	return value
}
