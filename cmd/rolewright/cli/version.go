// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// version is set when a release is built.
var version string

// build is what version prints.
type build struct {
	Version   string `json:"version"`
	Commit    string `json:"commit,omitempty"`
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

func newVersion(streams genericiooptions.IOStreams) *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "version",
		Short: "Print the command's version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			switch output {
			case "json":
				return writeJSON(streams.Out, b)
			case "text":
				_, err := fmt.Fprintln(streams.Out, b)
				return err
			}
			return usagef("-o %s: write text or json", output)
		},
	}
	command.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	return command
}

func readBuild() build {
	b := build{Version: version, GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
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

// String is the build on one line.
func (b build) String() string {
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
