// SPDX-License-Identifier: Apache-2.0

package buildinfo

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestRead(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: "true"}}
	tail := " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	for name, c := range map[string]struct {
		version  string
		recorded debug.BuildInfo
		want     string
	}{
		"a release":                  {"v0.1.0", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "v0.1.0" + tail},
		"a release, Git was asked":   {"v0.1.0", debug.BuildInfo{Settings: settings}, "v0.1.0 (" + commit + ", modified)" + tail},
		"go install":                 {"", debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}}, "v0.1.0" + tail},
		"go build in a working tree": {"", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings}, commit + tail},
		"nothing recorded":           {"", debug.BuildInfo{}, "unknown" + tail},
		"without Git":                {"", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "unknown" + tail},
	} {
		if got := read(c.version, &c.recorded).String(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
