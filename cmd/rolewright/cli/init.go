// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	documents "github.com/rolewright/rolewright/docs/schema"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/scaffold"
)

// initOptions are the arguments and flags of init.
type initOptions struct {
	streams genericiooptions.IOStreams
	name    string
	folder  string
	answers scaffold.Answers
}

func newInit(f *factory) *cobra.Command {
	o := &initOptions{streams: f.streams, name: f.name}
	command := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write the manifests of a first organization",
		Long: `Write the manifests of a first organization into a folder: a catalog, units, three roles, three users, and a suite.
They are valid as they are; replace what is an example. What no flag says is asked for. Nothing that exists is overwritten.`,
		Example: f.examples(`  %[1]s init
  %[1]s init acme --organization acme --application shop --administrator ann@acme.example`),
		Args: atMost(1, "one folder"),
		RunE: run(o),
	}
	command.Flags().StringVar(&o.answers.Organization, "organization", "", "name of the organization and its namespace")
	command.Flags().StringVar(&o.answers.Application, "application", "", "name of the application, and of its catalog")
	command.Flags().StringVar(&o.answers.Administrator, "administrator", "", "id of the first user, who may change everything")
	return command
}

// Complete implements options.
func (o *initOptions) Complete(_ *cobra.Command, args []string) error {
	answers := bufio.NewReader(o.streams.In)
	for _, question := range []struct {
		answer     *string
		flag, text string
	}{
		{&o.answers.Organization, "organization", "Name of the organization, such as acme: "},
		{&o.answers.Application, "application", "Name of the application that asks for decisions, such as shop: "},
		{&o.answers.Administrator, "administrator", "Id of its first administrator, as the application knows them, such as ann@acme.example: "},
	} {
		if *question.answer != "" {
			continue
		}
		_, _ = fmt.Fprint(o.streams.ErrOut, question.text)
		line, err := answers.ReadString('\n')
		if *question.answer = strings.TrimSpace(line); *question.answer == "" {
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			_, _ = fmt.Fprintln(o.streams.ErrOut)
			return usagef("there is no answer: give one, or use --%s", question.flag)
		}
	}
	o.folder = cmp.Or(argument(args, 0), o.answers.Organization)
	return nil
}

// Validate implements options.
func (o *initOptions) Validate() error {
	if err := o.answers.Validate(); err != nil {
		return &usageError{err}
	}
	return nil
}

// Run implements options.
func (o *initOptions) Run(context.Context) error {
	files, err := scaffold.Files(&o.answers)
	if err != nil {
		return err
	}
	if err := addSchemas(files); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		path := filepath.Join(o.folder, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists, and nothing was written: name another folder, or remove it", path)
		}
	}
	for _, name := range names {
		path := filepath.Join(o.folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o600); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(o.streams.Out, "wrote %s\n", path)
	}
	_, err = fmt.Fprintf(o.streams.Out, `
Try, without a cluster:
  %[1]s validate -f %[2]s
  %[1]s test %[2]s
  %[1]s matrix -f %[2]s
  %[1]s can member@example.com records.view --unit north -f %[2]s
and in a cluster with Rolewright:
  kubectl apply --server-side -f %[2]s
`, o.name, o.folder)
	return err
}

// addSchemas adds the JSON Schemas to which the manifests refer, so that an editor needs no network for them. No command reads a folder
// whose name begins with a dot as manifests.
func addSchemas(files map[string][]byte) error {
	schemas, err := crdschema.Load()
	if err != nil {
		return fmt.Errorf("the built-in schemas cannot be used: %w", err)
	}
	all, err := schemas.AllJSONSchemas()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := writeJSON(&text, all); err != nil {
		return err
	}
	files[".schema/rolewright.schema.json"] = text.Bytes()
	files[".schema/suite.schema.json"] = documents.Suite
	return nil
}
