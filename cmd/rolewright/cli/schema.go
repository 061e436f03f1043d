// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	documents "github.com/rolewright/rolewright/docs/schema"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/suggest"
)

const schemaHelp = `Print the JSON Schema of a kind, of test suites or, without an argument, of all kinds together, for an editor
that completes and checks what you write. The schema has every field with its description, its type and its bounds. What a field
may say of another, and names that do not exist, are for validate.`

// suiteKind is what suites are called, which no cluster knows.
const suiteKind = "Suite"

// schemaOptions are the arguments of schema.
type schemaOptions struct {
	streams genericiooptions.IOStreams
	kind    string
}

func newSchema(f *factory) *cobra.Command {
	o := &schemaOptions{streams: f.streams}
	return &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print JSON Schemas for editors",
		Long:  schemaHelp,
		Example: f.examples(`  %[1]s schema > .schema/rolewright.schema.json
  %[1]s schema Suite > .schema/suite.schema.json
  %[1]s schema UserAssignment`),
		Args: atMost(1, "one kind, or none for all"),
		RunE: run(o),
	}
}

// Complete implements options.
func (o *schemaOptions) Complete(_ *cobra.Command, args []string) error {
	o.kind = argument(args, 0)
	return nil
}

// Validate implements options.
func (o *schemaOptions) Validate() error { return nil }

// Run implements options.
func (o *schemaOptions) Run(context.Context) error {
	if strings.EqualFold(o.kind, suiteKind) {
		_, err := o.streams.Out.Write(documents.Suite)
		return err
	}
	schemas, err := crdschema.Load()
	if err != nil {
		return fmt.Errorf("the built-in schemas cannot be used: %w", err)
	}
	printed, err := schemas.AllJSONSchemas()
	if o.kind != "" {
		printed, err = o.ofKind(schemas)
	}
	if err != nil {
		return err
	}
	return writeJSON(o.streams.Out, printed)
}

// ofKind returns the schema of the kind, whatever the case in which it is written.
func (o *schemaOptions) ofKind(schemas *crdschema.Schemas) (map[string]any, error) {
	kinds := schemas.Kinds()
	names := make([]string, len(kinds), len(kinds)+1)
	for i, kind := range kinds {
		if strings.EqualFold(kind.Kind, o.kind) {
			return schemas.JSONSchema(kind)
		}
		names[i] = kind.Kind
	}
	names = append(names, suiteKind)
	if closest := suggest.Closest(o.kind, names); closest != "" {
		return nil, usagef("there is no kind %q: did you mean %q?", o.kind, closest)
	}
	return nil, usagef("there is no kind %q: write %s", o.kind, orList(names))
}
