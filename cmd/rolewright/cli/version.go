// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/buildinfo"
)

// versionOptions are the flags of version.
type versionOptions struct {
	streams genericiooptions.IOStreams
	output  outputFlags
}

func newVersion(f *factory) *cobra.Command {
	o := &versionOptions{streams: f.streams, output: newOutputFlags("text", "json")}
	command := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the command",
		Args:  noArguments,
		RunE:  run(o),
	}
	o.output.addFlags(command.Flags())
	return command
}

// Complete implements options.
func (*versionOptions) Complete(*cobra.Command, []string) error { return nil }

// Validate implements options.
func (o *versionOptions) Validate() error { return o.output.validate() }

// Run implements options.
func (o *versionOptions) Run(context.Context) error {
	info := buildinfo.Read()
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, info)
	}
	_, err := fmt.Fprintln(o.streams.Out, "rolewright", info)
	return err
}
