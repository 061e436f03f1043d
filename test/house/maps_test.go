// SPDX-License-Identifier: Apache-2.0

package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// folders returns the folders that hold Go files written by hand.
func folders(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "bin" || name == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !generated(t, path) {
			folder, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			all = append(all, filepath.ToSlash(folder))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func generated(t *testing.T, path string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return ast.IsGenerated(file)
}

// named returns the folders that the house and the table of tests name.
func named(t *testing.T) []string {
	t.Helper()
	page := read(t, "CONTRIBUTING.md")
	_, house, ok := strings.Cut(page, "## The house\n\n```text\n")
	if !ok {
		t.Fatal("CONTRIBUTING.md has no house")
	}
	house, _, _ = strings.Cut(house, "```")
	var all []string
	for _, match := range regexp.MustCompile(`(?m)^(\S+)/ `).FindAllStringSubmatch(house, -1) {
		all = append(all, match[1])
	}
	for _, match := range regexp.MustCompile("(?m)^\\| `(\\S+)` ").FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(match[1], "test/") {
			all = append(all, match[1])
		}
	}
	return all
}

func TestContributingNamesEveryFolder(t *testing.T) {
	listed := named(t)
	present := folders(t)
	for _, folder := range present {
		if !slices.Contains(listed, folder) {
			t.Errorf("CONTRIBUTING.md does not name %s: add it to the house, or to the table of tests", folder)
		}
	}
	for i, folder := range listed {
		if info, err := os.Stat(filepath.Join(root, folder)); err != nil || !info.IsDir() {
			t.Errorf("CONTRIBUTING.md names %s, which is not there: remove it", folder)
		}
		if slices.Contains(listed[:i], folder) {
			t.Errorf("CONTRIBUTING.md names %s twice", folder)
		}
	}
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	for _, folder := range folders(t) {
		switch base := folder[strings.LastIndexByte(folder, '/')+1:]; base {
		case "util", "utils", "common", "helper", "helpers", "misc", "shared":
			t.Errorf("%s: name the package for what it does", folder)
		}
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	for _, folder := range folders(t) {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !documented(t, files) {
			t.Errorf("%s has no package comment: add a doc.go that says what comes in, what goes out and what it must not do", folder)
		}
	}
}

func documented(t *testing.T, files []string) bool {
	t.Helper()
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if file.Doc != nil {
			return true
		}
	}
	return false
}

// project is what is read of PROJECT.
type project struct {
	Resources []struct {
		API struct {
			Namespaced bool `json:"namespaced"`
		} `json:"api"`
		Kind string `json:"kind"`
	} `json:"resources"`
}

// definition is what is read of a CustomResourceDefinition.
type definition struct {
	Spec struct {
		Scope string `json:"scope"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
	} `json:"spec"`
}

func TestProjectListsEveryKind(t *testing.T) {
	var listed project
	if err := yaml.Unmarshal([]byte(read(t, "PROJECT")), &listed); err != nil {
		t.Fatal(err)
	}
	scopes := map[string]string{}
	for _, resource := range listed.Resources {
		scopes[resource.Kind] = "Cluster"
		if resource.API.Namespaced {
			scopes[resource.Kind] = "Namespaced"
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no CRDs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd definition
		if err := yaml.Unmarshal(text, &crd); err != nil {
			t.Fatal(err)
		}
		kind := crd.Spec.Names.Kind
		if scopes[kind] != crd.Spec.Scope {
			t.Errorf("PROJECT says %q of the scope of %s, the CRD %q", scopes[kind], kind, crd.Spec.Scope)
		}
		delete(scopes, kind)
	}
	for kind := range scopes {
		t.Errorf("PROJECT lists %s, which has no CRD", kind)
	}
}
