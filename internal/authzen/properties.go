// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"encoding/json"
	"fmt"
	"strings"
)

// ParseProperties parses properties that people write as NAME=VALUE. A value that is valid JSON is decoded as in a request; any other
// value is text. No properties are nil. The error begins with the property that is wrong.
func ParseProperties(list []string) (map[string]any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	values := make(map[string]any, len(list))
	for _, property := range list {
		name, text, ok := strings.Cut(property, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%s: write NAME=VALUE", property)
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("%s is given twice: for a list, write %s='[\"a\", \"b\"]'", name, name)
		}
		var value any = text
		if json.Valid([]byte(text)) {
			var err error
			if value, err = ParseValue([]byte(text)); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		values[name] = value
	}
	return values, nil
}
