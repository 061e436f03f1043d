// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	suitereport "github.com/rolewright/rolewright/internal/suite/report"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	schemaFolder   = "../../docs/schema"
	indexSchema    = "index.schema.json"
	documentSchema = "document.schema.json"
	partSchema     = "part.schema.json"
	auditSchema    = "audit.schema.json"
	// differenceSchema is that of what diff prints.
	differenceSchema = "difference.schema.json"
	// authorizationSchema is that of what authorize prints, and testSchema of what test does.
	authorizationSchema = "authorization.schema.json"
	testSchema          = "test.schema.json"
)

// readSchema reads a file as plain JSON.
func readSchema(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(schemaFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return schema
}

// publishedSchemas compiles the three, which refer to each other.
func publishedSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	compiled := map[string]*jsonschema.Schema{}
	for _, name := range []string{documentSchema, partSchema, indexSchema} {
		read := readSchema(t, name)
		id, _ := read["$id"].(string)
		if err := compiler.AddResource(id, read); err != nil {
			t.Fatal(err)
		}
		schema, err := compiler.Compile(id)
		if err != nil {
			t.Fatal(err)
		}
		compiled[name] = schema
	}
	return compiled
}

// TestSchemaFields compares the schemas with the Go types, field by field, both ways.
func TestSchemaFields(t *testing.T) {
	for _, told := range []struct {
		name string
		of   any
	}{
		{documentSchema, document.Document{}}, {indexSchema, document.Publication{}}, {auditSchema, audit.Record{}}, {differenceSchema, report.JSON{}},
		{authorizationSchema, report.Authorization{}}, {testSchema, suitereport.JSON{}},
	} {
		root := readSchema(t, told.name)
		sameType(t, told.name, root, root, reflect.TypeOf(told.of))
	}
	doc, part := readSchema(t, documentSchema), readSchema(t, partSchema)
	want := slices.Sorted(maps.Keys(doc["properties"].(map[string]any)))
	fields := part["properties"].(map[string]any)
	if got := slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
		t.Errorf("%s has %v; a document has %v", partSchema, got, want)
	}
	for name, field := range fields {
		if ref := field.(map[string]any)["$ref"]; ref != documentSchema+"#/properties/"+name {
			t.Errorf("%s: %s is %v", partSchema, name, ref)
		}
	}
}

// sameType compares a schema, references followed, with a type.
func sameType(t *testing.T, at string, root, schema map[string]any, of reflect.Type) {
	t.Helper()
	if ref, is := schema["$ref"].(string); is {
		definitions := root["$defs"].(map[string]any)
		definition, known := definitions[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		if !known {
			t.Errorf("%s: %s is not defined", at, ref)
			return
		}
		schema = definition
	}
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer", reflect.Float64: "number",
		reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of == reflect.TypeFor[document.Set]() {
		of = reflect.TypeFor[[]string]()
	}
	switch {
	case of == reflect.TypeFor[time.Time]():
		if schema["type"] != "string" || schema["format"] != "date-time" {
			t.Errorf("%s: want a string of format date-time", at)
		}
		return
	case of.Kind() == reflect.Interface:
		return
	case schema["type"] != want[of.Kind()]:
		t.Errorf("%s: type is %v; the Go type %s wants %s", at, schema["type"], of, want[of.Kind()])
		return
	}
	switch of.Kind() {
	case reflect.Slice:
		items, _ := schema["items"].(map[string]any)
		sameType(t, at+"[]", root, items, of.Elem())
	case reflect.Map:
		members, _ := schema["additionalProperties"].(map[string]any)
		sameType(t, at+".*", root, members, of.Elem())
	case reflect.Struct:
		sameFields(t, at, root, schema, of)
	default:
	}
}

func sameFields(t *testing.T, at string, root, schema map[string]any, of reflect.Type) {
	t.Helper()
	properties, _ := schema["properties"].(map[string]any)
	var required []string
	fields := map[string]bool{}
	for _, field := range reflect.VisibleFields(of) {
		if field.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields[name] = true
		if !strings.Contains(options, "omitempty") {
			required = append(required, name)
		}
		property, known := properties[name].(map[string]any)
		if !known {
			t.Errorf("%s: field %s of %s is not in the schema", at, name, of)
			continue
		}
		sameType(t, at+"."+name, root, property, field.Type)
	}
	for name := range properties {
		if !fields[name] {
			t.Errorf("%s: property %s is no field of %s", at, name, of)
		}
	}
	var said []string
	for _, name := range list(schema["required"]) {
		said = append(said, name.(string))
	}
	slices.Sort(said)
	slices.Sort(required)
	if !slices.Equal(said, required) {
		t.Errorf("%s: %v are required; of %s, %v are always there", at, said, of, required)
	}
}

func list(value any) []any {
	all, _ := value.([]any)
	return all
}

// schemaOf is the schema of what lies at a key.
func schemaOf(key string) string { return strings.TrimSuffix(key, ".json") + ".schema.json" }

// validate holds all that a publication consists of against the schemas.
func (p *publication) validate(t fataler, compiled map[string]*jsonschema.Schema) {
	t.Helper()
	for name, data := range p.configMaps {
		for key, text := range data {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatalf("%s %s: %v", name, key, err)
			}
			if err := compiled[schemaOf(key)].Validate(value); err != nil {
				t.Fatalf("%s %s: %v\n%s", name, key, err, text)
			}
		}
	}
}

// TestSchemaTakes: what is published is valid.
func TestSchemaTakes(t *testing.T) {
	compiled := publishedSchemas(t)
	for _, sample := range samples {
		for _, doc := range documents(t, sample) {
			published(t, doc).validate(t, compiled)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		published(t, doc).validate(t, compiled)
		spread(t, doc, 3, func(_, _ string) int { return rapid.IntRange(0, 2).Draw(t, "part") }).validate(t, compiled)
	})
}

// TestSchemaRefuses: a schema that takes everything would be of no use.
func TestSchemaRefuses(t *testing.T) {
	compiled := publishedSchemas(t)
	p := published(t, small())
	for _, test := range []struct{ name, key, old, new string }{
		{"another schema of the index", document.PublicationKey, "publication/v2", "publication/v3"},
		{"revision 0", document.PublicationKey, `"revision": 7`, `"revision": 0`},
		{"a revision that is a text", document.PublicationKey, `"revision": 7`, `"revision": "7"`},
		{"a moment that is none", document.PublicationKey, "2026-03-01T", "2026-03-41T"},
		{"a digest of another kind", document.PublicationKey, "sha256:", "md5:"},
		{"a path for a key", document.PublicationKey, `"document.json"`, `"../document.json"`},
		{"no counts", document.PublicationKey, `"counts"`, `"count"`},
		{"another schema of the document", document.DocumentKey, "permissions/v2", "permissions/v4"},
		{"no units", document.DocumentKey, `"units"`, `"unit"`},
		{"alternatives that are no list", document.DocumentKey, `"p1":[{}]`, `"p1":{}`},
		{"a grant without role", document.DocumentKey, `"role":`, `"rule":`},
		{"everywhere that is a text", document.DocumentKey, `"everywhere":true`, `"everywhere":"true"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := p.configMaps[""][test.key]
			broken := strings.Replace(text, test.old, test.new, 1)
			if broken == text {
				t.Fatalf("%s holds no %s:\n%s", test.key, test.old, text)
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
			if err != nil {
				t.Fatal(err)
			}
			if err := compiled[schemaOf(test.key)].Validate(value); err == nil {
				t.Errorf("this is taken:\n%s", broken)
			}
		})
	}
	if err := compiled[partSchema].Validate(map[string]any{"users": []any{}}); err == nil {
		t.Error("a part whose users are a list is taken")
	}
	if err := compiled[partSchema].Validate(map[string]any{}); err == nil {
		t.Error("an empty part is taken")
	}
}
