// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// version is set when a release is built.
var version string

// buildInfo is what version prints.
type buildInfo struct {
	Version   string `json:"version"`
	Commit    string `json:"commit,omitempty"`
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

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
	info := readBuildInfo()
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, info)
	}
	_, err := fmt.Fprintln(o.streams.Out, info)
	return err
}

func readBuildInfo() buildInfo {
	b := buildInfo{Version: version, GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.Version == "" {
		b.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// String returns the build on one line.
func (b buildInfo) String() string {
	text := "rolewright " + b.Version
	if b.Commit != "" {
		text += " (" + b.Commit
		if b.Modified {
			text += ", modified"
		}
		text += ")"
	}
	return text + " " + b.GoVersion + " " + b.Platform
}
