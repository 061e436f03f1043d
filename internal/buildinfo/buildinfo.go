// SPDX-License-Identifier: Apache-2.0

package buildinfo

import (
	"runtime"
	"runtime/debug"
)

// version is the tag of a release, as v0.1.0. The linker sets it: see hack/version.sh.
var version string

// Info is what is known of a build. Its JSON is what "rolewright version -o json" prints.
type Info struct {
	// Version is a tag, or a tag with what came after it as "git describe" writes it; "unknown" if it was not recorded.
	Version string `json:"version"`
	// Commit is the revision that was built, and Modified whether files differed from it; empty if Git was not asked.
	Commit    string `json:"commit,omitempty"`
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// Read returns the build of the program that runs.
func Read() Info {
	recorded, known := debug.ReadBuildInfo()
	if !known {
		recorded = &debug.BuildInfo{}
	}
	return read(version, recorded)
}

func read(version string, recorded *debug.BuildInfo) Info {
	info := Info{Version: version, GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	for _, setting := range recorded.Settings {
		switch setting.Key {
		case "vcs.revision":
			info.Commit = setting.Value
		case "vcs.modified":
			info.Modified = setting.Value == "true"
		}
	}
	for _, candidate := range []string{recorded.Main.Version, info.Commit, "unknown"} {
		if info.Version == "" && candidate != "(devel)" {
			info.Version = candidate
		}
	}
	return info
}

// String returns the build on one line, without the name of the program.
func (i Info) String() string {
	text := i.Version
	if i.Commit != "" && i.Commit != i.Version {
		text += " (" + i.Commit
		if i.Modified {
			text += ", modified"
		}
		text += ")"
	}
	return text + " " + i.GoVersion + " " + i.Platform
}
