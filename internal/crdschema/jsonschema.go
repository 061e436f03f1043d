// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	dialect = "https://json-schema.org/draft/2020-12/schema"
	// schemaID begins the identifiers of schemas, which is where nothing has to be found.
	schemaID = "https://rolewright.dev/schema/"
)

// JSONSchema returns the JSON Schema of a kind, for editors: fields with their descriptions, types, bounds and words. Unlike the API
// server, which drops unknown fields, it refuses them; the CEL rules are not in it.
func (s *Schemas) JSONSchema(kind schema.GroupVersionKind) (map[string]any, error) {
	k, known := s.kinds[kind]
	if !known {
		return nil, fmt.Errorf("there is no kind %s", kind)
	}
	object, err := k.definition(kind)
	if err != nil {
		return nil, err
	}
	object["$schema"] = dialect
	object["$id"] = schemaID + kind.Version + "/" + strings.ToLower(kind.Kind) + ".schema.json"
	object["title"] = kind.Kind
	return object, nil
}

// AllJSONSchemas returns one JSON Schema of objects of all kinds. It says nothing about objects of other groups, so that it fits
// files in which both are.
func (s *Schemas) AllJSONSchemas() (map[string]any, error) {
	definitions := map[string]any{}
	var choices []any
	versions, kinds := map[string]struct{}{}, map[string]struct{}{}
	var group string
	for _, kind := range s.Kinds() {
		object, err := s.kinds[kind].definition(kind)
		if err != nil {
			return nil, err
		}
		definitions[kind.Kind] = object
		group = kind.Group
		versions[kind.GroupVersion().String()], kinds[kind.Kind] = struct{}{}, struct{}{}
		choices = append(choices, map[string]any{
			"if":   objectWith(map[string]any{"apiVersion": constant(kind.GroupVersion().String()), "kind": constant(kind.Kind)}),
			"then": map[string]any{"$ref": "#/$defs/" + kind.Kind},
		})
	}
	ours := map[string]any{"pattern": "^" + strings.ReplaceAll(group, ".", `\.`) + "/"}
	choices = append(choices, map[string]any{
		"if": objectWith(map[string]any{"apiVersion": ours}),
		"then": map[string]any{"required": []any{"kind"}, "properties": map[string]any{
			"apiVersion": map[string]any{"enum": sorted(versions)}, "kind": map[string]any{"enum": sorted(kinds)},
		}},
	})
	return map[string]any{
		"$schema": dialect, "$id": schemaID + "rolewright.schema.json", "$comment": "SPDX-License-Identifier: Apache-2.0",
		"title": "Objects of Rolewright", "description": "Made by rolewright schema. Objects of other groups may be beside them.",
		"type": "object", "allOf": choices, "$defs": definitions,
	}, nil
}

// objectWith is the schema of an object for which some fields have to be there and be so.
func objectWith(properties map[string]any) map[string]any {
	return map[string]any{"properties": properties, "required": anys(slices.Sorted(maps.Keys(properties)))}
}

func constant(value string) map[string]any { return map[string]any{"const": value} }

func sorted(words map[string]struct{}) []any { return anys(slices.Sorted(maps.Keys(words))) }

func anys(words []string) []any {
	all := make([]any, len(words))
	for i, word := range words {
		all[i] = word
	}
	return all
}

// definition is the schema of an object, without what only a whole document has.
func (k *kindSchema) definition(kind schema.GroupVersionKind) (map[string]any, error) {
	text, err := json.Marshal(k.written)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	forEditors(object)
	fields, _ := object["properties"].(map[string]any)
	fields["apiVersion"] = described("The version of the API.", constant(kind.GroupVersion().String()))
	fields["kind"] = described("The kind of the object.", constant(kind.Kind))
	fields["metadata"] = k.metadata()
	if status, is := fields["status"].(map[string]any); is {
		// The manager writes it, and it may be in what kubectl prints.
		fields["status"] = described(fmt.Sprint(status["description"]), map[string]any{"type": "object"})
	}
	required, _ := object["required"].([]any)
	object["required"] = append([]any{"apiVersion", "kind", "metadata"}, slices.DeleteFunc(required, func(field any) bool {
		return field == "metadata"
	})...)
	return object, nil
}

// metadata is the schema of what people write of metadata.
func (k *kindSchema) metadata() map[string]any {
	text := map[string]any{"type": "string"}
	texts := map[string]any{"type": "object", "additionalProperties": text}
	fields := map[string]any{
		"name":        described("The name of the object.", map[string]any{"type": "string", "minLength": 1}),
		"labels":      described("Labels, by which objects are selected.", texts),
		"annotations": described("Annotations, which nothing is selected by.", texts),
	}
	if k.namespaced {
		fields["namespace"] = described("The namespace, which is that of the organization.", text)
	}
	return map[string]any{
		"description": "Name, namespace and labels.", "type": "object", "properties": fields,
		"anyOf": []any{map[string]any{"required": []any{"name"}}, map[string]any{"required": []any{"generateName"}}},
	}
}

func described(description string, of map[string]any) map[string]any {
	result := maps.Clone(of)
	result["description"] = description
	return result
}

// forEditors makes JSON Schema of what the API server understands: a schema that lists fields has no others, what may be null says so,
// and what Kubernetes adds goes.
func forEditors(of map[string]any) {
	fields, listed := of["properties"].(map[string]any)
	_, extends := of["additionalProperties"]
	if open, _ := of["x-kubernetes-preserve-unknown-fields"].(bool); listed && !extends && !open {
		of["additionalProperties"] = false
	}
	if nullable, _ := of["nullable"].(bool); nullable {
		of["type"] = []any{of["type"], "null"}
	}
	delete(of, "nullable")
	// It stands for what is absent, and an editor would write it.
	delete(of, "default")
	maps.DeleteFunc(of, func(key string, _ any) bool { return strings.HasPrefix(key, "x-kubernetes-") })
	for _, field := range fields {
		if child, is := field.(map[string]any); is {
			forEditors(child)
		}
	}
	for _, key := range []string{"items", "additionalProperties", "not"} {
		if child, is := of[key].(map[string]any); is {
			forEditors(child)
		}
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		all, _ := of[key].([]any)
		for _, one := range all {
			if child, is := one.(map[string]any); is {
				forEditors(child)
			}
		}
	}
}
