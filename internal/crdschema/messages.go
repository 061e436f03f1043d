// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// typeError matches what the API server says of a value of a wrong type.
var typeError = regexp.MustCompile(`must be of type ([a-z0-9-]+): "`)

// types are the types of schemas, in words.
var types = map[string]string{
	"string": "text", "integer": "a whole number", "int32": "a whole number", "int64": "a whole number", "number": "a number",
	"boolean": "true or false", "array": "a list", "object": "a map of fields", "date-time": "a time such as 2030-01-31T08:00:00Z",
}

// mostShown is how many bytes of a value a message shows.
const mostShown = 60

// message says of an error what was written and what would be right. The API server says neither of a type, and repeats the type in
// place of the value.
func message(err *field.Error, path string, object map[string]any) string {
	if match := typeError.FindStringSubmatch(err.Detail); len(match) > 1 && types[match[1]] != "" {
		if written, known := valueAt(object, path); known {
			return fmt.Sprintf("%s stands where %s is expected", shown(written), types[match[1]])
		}
	}
	// The schema validator repeats the field, which is already given by the path, and Kubernetes shows expressions beside its words.
	body := strings.ReplaceAll(err.ErrorBody(), path+" in body ", "")
	return kubernetesPattern.ReplaceAllString(body, "")
}

// kubernetesPattern matches the regular expression that Kubernetes adds to what it says of names, labels and annotations.
var kubernetesPattern = regexp.MustCompile(`, regex used for validation is '[^']*'`)

// ruleMessage says what a rule says, with what was written if that is a single value.
func ruleMessage(err *field.Error) string {
	written, isText := err.BadValue.(string)
	switch {
	case isForm(err):
		return shown(written) + " " + err.Detail
	case isText:
		return shown(written) + ": " + err.Detail
	}
	return err.Detail
}

// isForm reports whether a rule is about the form of a single text.
func isForm(err *field.Error) bool {
	_, isText := err.BadValue.(string)
	return isText && strings.HasPrefix(err.Detail, "must ")
}

// shown is a value as it is written in JSON, cut where it is long. Invisible characters are escaped.
func shown(value any) string {
	text, _ := json.Marshal(value) // it was read from JSON
	if written, isText := value.(string); isText {
		text = []byte(strconv.QuoteToGraphic(written))
	}
	if len(text) > mostShown {
		return strings.ToValidUTF8(string(text[:mostShown]), "") + " …"
	}
	return string(text)
}

// valueAt returns the value at a path such as spec.rules[0].permissions.
func valueAt(object map[string]any, path string) (value any, known bool) {
	value = object
	for path != "" {
		path = strings.TrimPrefix(path, ".")
		switch v := value.(type) {
		case map[string]any:
			var key string
			key, path = keyOf(path)
			if value, known = v[key]; !known {
				return nil, false
			}
		case []any:
			inner, rest, is := strings.Cut(strings.TrimPrefix(path, "["), "]")
			index, err := strconv.Atoi(inner)
			if !is || err != nil || index < 0 || index >= len(v) {
				return nil, false
			}
			value, path = v[index], rest
		default:
			return nil, false
		}
	}
	return value, true
}

// keyOf returns the key that a path in a map begins with, and the rest of the path.
func keyOf(path string) (key, rest string) {
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		return path, ""
	}
	if inner, rest, is := strings.Cut(strings.TrimPrefix(path, "["), "]"); end == 0 && is {
		return inner, rest
	}
	return path[:end], path[end:]
}
