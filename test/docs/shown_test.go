// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

var (
	inline     = regexp.MustCompile("`([^`\n]+(?:\n[^`\n]+)?)`")
	subcommand = regexp.MustCompile(`(?:^|[$|(] ?)rolewright ([a-z]\S*)([^|)]*)`)
	target     = regexp.MustCompile(`(?:^|\s)make ([a-z][a-z-]*)`)
	flagOf     = regexp.MustCompile(`(?:^|\s)(--?[a-zA-Z][a-zA-Z-]*)`)
	object     = regexp.MustCompile(`\brolewright-[a-z]+(?:-[a-z]+)*\b`)
	named      = regexp.MustCompile(`(?m)\bname: "?([a-z0-9.-]+)"?\s*$`)
)

// TestShownCommands: a subcommand or a flag that a page shows is one that the command has, wherever it is shown.
func TestShownCommands(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	help := map[string]string{}
	seen := 0
	for _, page := range pages(t) {
		for _, text := range code(&page) {
			for _, found := range subcommand.FindAllStringSubmatch(text, -1) {
				name := found[1]
				if _, asked := help[name]; !asked {
					help[name] = helpOf(t, name)
				}
				if help[name] == "" {
					t.Errorf("%s: %s: there is no subcommand %s", page.name, text, name)
					continue
				}
				seen++
				for _, flag := range flagOf.FindAllStringSubmatch(found[2], -1) {
					if !regexp.MustCompile(`(?m)^\s+(-\w, )?` + regexp.QuoteMeta(flag[1]) + `\b|^\s+` + regexp.QuoteMeta(flag[1]) + `, `).MatchString(help[name]) {
						t.Errorf("%s: %s: %s has no flag %s", page.name, text, name, flag[1])
					}
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d commands were looked at: the pages show more than that", seen)
	}
}

// code returns what a page shows as code: the lines of blocks, and what is within lines.
func code(p *page) []string {
	var all []string
	for _, block := range p.blocks {
		if block.language == "sh" || block.language == "console" {
			for _, line := range block.lines {
				if block.language == "sh" || strings.HasPrefix(line, "$ ") {
					all = append(all, strings.TrimPrefix(line, "$ "))
				}
			}
		}
	}
	for _, found := range inline.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, "\n"), -1) {
		all = append(all, strings.ReplaceAll(found[1], "\n", " "))
	}
	return all
}

// helpOf returns the help of a subcommand, empty if there is none.
func helpOf(t *testing.T, name string) string {
	t.Helper()
	var out bytes.Buffer
	code := cli.Run(t.Context(), []string{"rolewright", name, "--help"},
		genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
	if code != 0 || !strings.Contains(out.String(), "rolewright "+name) && name != "help" {
		return ""
	}
	return out.String()
}

// TestShownTargets: a target that a page has a reader make is one of the Makefile.
func TestShownTargets(t *testing.T) {
	known := file(t, "Makefile")
	seen := 0
	for _, page := range pages(t) {
		for _, text := range code(&page) {
			for _, found := range target.FindAllStringSubmatch(text, -1) {
				seen++
				if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(found[1]) + `:`).MatchString(known) {
					t.Errorf("%s: %s: the Makefile has no such target", page.name, text)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d targets were looked at", seen)
	}
}

// TestShownObjects: an object of ours that a page about running Rolewright names is one that is installed.
func TestShownObjects(t *testing.T) {
	installed := []string{vocabulary.Name} // the manager makes it
	err := filepath.WalkDir(filepath.Join(root, "config"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".yaml" {
			for _, found := range named.FindAllStringSubmatch(file(t, relative(t, path)), -1) {
				installed = append(installed, found[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range []string{"docs/troubleshooting.md", "docs/identity.md", "docs/operations.md", "docs/tutorial.md"} {
		for _, found := range object.FindAllString(file(t, name), -1) {
			seen++
			if !slices.Contains(installed, found) {
				t.Errorf("%s names %s, which nothing in config/ installs", name, found)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d names were looked at", seen)
	}
}

func relative(t *testing.T, path string) string {
	t.Helper()
	name, err := filepath.Rel(root, path)
	if err != nil {
		t.Fatal(err)
	}
	return name
}
