// SPDX-License-Identifier: Apache-2.0

package house

import (
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestEveryModuleIsKeptUpToDate: dependabot looks after every module, and verify checks that each is tidy.
func TestEveryModuleIsKeptUpToDate(t *testing.T) {
	var config struct {
		Updates []struct {
			Ecosystem   string   `json:"package-ecosystem"`
			Directories []string `json:"directories"`
		} `json:"updates"`
	}
	if err := yaml.Unmarshal([]byte(read(t, ".github/dependabot.yml")), &config); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, update := range config.Updates {
		if update.Ecosystem == "gomod" {
			kept = append(kept, update.Directories...)
		}
	}
	_, list, _ := strings.Cut(read(t, "hack/verify.sh"), "for module in ")
	list, _, found := strings.Cut(list, ";")
	if !found {
		t.Fatal("hack/verify.sh has no list of modules")
	}
	checked := strings.Fields(list)
	for _, folder := range modules(t) {
		if !slices.Contains(kept, path.Join("/", folder)) {
			t.Errorf(".github/dependabot.yml lacks the module %s", folder)
		}
		if !slices.Contains(checked, folder) {
			t.Errorf("hack/verify.sh does not check the module %s", folder)
		}
	}
}

// modules returns the folders with a go.mod.
func modules(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "go.mod" {
			folder, failed := filepath.Rel(root, filepath.Dir(name))
			all, err = append(all, folder), failed
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestWorkflows: GitHub runs what everybody runs.
func TestWorkflows(t *testing.T) {
	for file, commands := range map[string][]string{
		"ci.yml": {".ci/run"}, "vulnerabilities.yml": {"make vulnerabilities"}, "release.yml": {"make release PUSH=true", "hack/changelog.sh"},
	} {
		for _, command := range commands {
			if !strings.Contains(read(t, path.Join(".github/workflows", file)), command) {
				t.Errorf("%s does not run %s", file, command)
			}
		}
	}
}

// TestChangelog: what a release says of itself is in CHANGELOG.md, and a release without a word is refused.
func TestChangelog(t *testing.T) {
	notes := func(version string) (string, error) {
		command := exec.Command("hack/changelog.sh", version)
		command.Dir = root
		out, err := command.CombinedOutput()
		return string(out), err
	}
	if text, err := notes("Unreleased"); err != nil || strings.Contains(text, "## ") || len(text) < 20 {
		t.Errorf("of what is not released it says %v, %s", err, text)
	}
	if text, err := notes("v99.0.0"); err == nil || !strings.Contains(text, `add "## 99.0.0"`) {
		t.Errorf("of a version that is not there it says %v, %s", err, text)
	}
}
