// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"bytes"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Read compiles the schema in a file.
func Read(tb testing.TB, file string) *jsonschema.Schema {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return Compile(tb, text)
}

// Compile compiles a schema that refers to no other.
func Compile(tb testing.TB, text []byte) *jsonschema.Schema {
	tb.Helper()
	const name = "schema.json"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, Value(tb, text)); err != nil {
		tb.Fatal(err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return compiled
}

// Value returns a value in JSON as schemas validate it.
func Value(tb testing.TB, text []byte) any {
	tb.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		tb.Fatalf("%v:\n%s", err, text)
	}
	return value
}
