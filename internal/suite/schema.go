// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/rolewright/rolewright/docs/schema"
	"github.com/rolewright/rolewright/internal/suggest"
)

// compiled is the schema of suites.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Suite))
	if err != nil {
		return nil, err
	}
	const name = "suite.schema.json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, text); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
})

// mistake is something that is wrong with the field at a path.
type mistake struct{ path, message string }

// mistakesIn returns what the schema finds wrong with a suite. The error is that of the schema itself.
func mistakesIn(value map[string]any) ([]mistake, error) {
	checker, err := compiled()
	if err != nil {
		return nil, fmt.Errorf("the built-in schema of suites cannot be used: %w", err)
	}
	invalid, is := errors.AsType[*jsonschema.ValidationError](checker.Validate(value))
	if !is {
		return nil, nil
	}
	found := map[mistake]struct{}{}
	collect(value, invalid, found)
	return slices.SortedFunc(maps.Keys(found), func(a, b mistake) int {
		return strings.Compare(a.path+" "+a.message, b.path+" "+b.message)
	}), nil
}

// collect adds what an error of the schema means to what is found.
func collect(value map[string]any, invalid *jsonschema.ValidationError, found map[mistake]struct{}) {
	path, at := pathOf(value, invalid.InstanceLocation)
	if missing := alternatives(invalid); missing != "" {
		found[mistake{path, missing}] = struct{}{}
		return
	}
	if unknown, is := invalid.ErrorKind.(*kind.AdditionalProperties); is {
		for _, key := range unknown.Properties {
			known := knownKeys(invalid.SchemaURL)
			message := fmt.Sprintf("there is no key %q here", key)
			if closest := suggest.Closest(key, known); closest != "" {
				message += fmt.Sprintf(": did you mean %q?", closest)
			} else {
				message += ": write " + strings.Join(known, ", ")
			}
			found[mistake{joined(path, key), message}] = struct{}{}
		}
		return
	}
	if len(invalid.Causes) == 0 {
		found[mistake{path, explained(invalid.ErrorKind, at)}] = struct{}{}
	}
	for _, cause := range invalid.Causes {
		collect(value, cause, found)
	}
}

// alternatives says which of several keys must be there; empty if an error is about something else.
func alternatives(invalid *jsonschema.ValidationError) string {
	switch k := invalid.ErrorKind.(type) {
	case *kind.AnyOf:
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			return "it has keys of which only one may be there: remove one"
		}
	default:
		return ""
	}
	var keys []string
	for _, cause := range invalid.Causes {
		if required, is := cause.ErrorKind.(*kind.Required); is {
			keys = append(keys, required.Missing...)
		}
	}
	return "one of these keys is missing: " + strings.Join(keys, ", ")
}

// explained says in our words what is wrong.
func explained(what jsonschema.ErrorKind, value any) string {
	switch k := what.(type) {
	case *kind.Type:
		return fmt.Sprintf("it is %s: write %s", written(k.Got, value), strings.Join(articles(k.Want), " or "))
	case *kind.Required:
		return "it lacks " + strings.Join(k.Missing, ", ")
	case *kind.DependentRequired:
		return fmt.Sprintf("%s needs %s", k.Prop, strings.Join(k.Missing, ", "))
	case *kind.Enum:
		return fmt.Sprintf("%v is none of the words that may stand here: %v", k.Got, k.Want)
	case *kind.Const:
		return fmt.Sprintf("it is %v: write %v", k.Got, k.Want)
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		return "it is empty: fill it in, or leave the key out"
	case *kind.UniqueItems:
		return "it has an item twice: remove one"
	default:
		return "it is not as the schema says: " + strings.Join(what.KeywordPath(), " ")
	}
}

// written names a value of a wrong type. YAML reads some words without quotes as something else than text.
func written(got string, value any) string {
	switch value.(type) {
	case bool, int64, float64:
		return fmt.Sprintf("read as the %s %v", got, value)
	}
	return strings.Join(articles([]string{got}), "")
}

var article = map[string]string{
	"string": "text", "array": "a list", "object": "keys with values", "boolean": "true or false", "null": "empty",
	"integer": "a whole number", "number": "a number",
}

func articles(types []string) []string {
	words := make([]string, len(types))
	for i, name := range types {
		words[i] = article[name]
	}
	return words
}

// pathOf returns the path of a location in a suite, and what stands there.
func pathOf(value any, location []string) (path string, at any) {
	at = value
	for _, part := range location {
		if items, is := at.([]any); is {
			index, _ := strconv.Atoi(part)
			path, at = fmt.Sprintf("%s[%d]", path, index), items[index]
			continue
		}
		path = joined(path, part)
		keys, _ := at.(map[string]any)
		at = keys[part]
	}
	return path, at
}

func joined(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// knownKeys returns the keys that a part of the schema has, in order.
func knownKeys(url string) []string {
	_, pointer, _ := strings.Cut(url, "#")
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Suite))
	if err != nil {
		return nil
	}
	for part := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		if keys, is := text.(map[string]any); is && part != "" {
			text = keys[part]
		}
	}
	part, _ := text.(map[string]any)
	keys, _ := part["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(keys))
}
