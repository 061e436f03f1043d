// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestNames checks that pages document all reasons, metrics and flags.
func TestNames(t *testing.T) {
	for _, documented := range []struct {
		page, folder string
		// names are the names in the source of the folder.
		names []string
	}{
		{findingsPage, "internal/resolve", reasons(t, "internal/resolve")},
		{"docs/status.md", "internal/status", reasons(t, "internal/status")},
		{"docs/status.md", "internal/approval", reasons(t, "internal/approval")},
		{"docs/command.md", "internal/manifests", reasons(t, "internal/manifests")},
		{"docs/command.md", "internal/crdschema", reasons(t, "internal/crdschema")},
		{"docs/command.md", "pkg/permissions/access", reasons(t, "pkg/permissions/access")},
		{"docs/operations.md", "internal/metrics", metrics(t, "internal/metrics")},
		{"docs/decision-service.md", "internal/serve/metrics", metrics(t, "internal/serve/metrics")},
		{"docs/decision-service.md", "internal/telemetry", metrics(t, "internal/telemetry")},
		{"docs/operations.md", "cmd/manager", flags(t)},
	} {
		if len(documented.names) == 0 {
			t.Errorf("%s has no name that %s could document", documented.folder, documented.page)
		}
		known := words(file(t, documented.page))
		for _, name := range documented.names {
			if _, found := slices.BinarySearch(known, name); !found {
				t.Errorf("%s does not document %s, which %s has", documented.page, name, documented.folder)
			}
		}
	}
}

// source parses the files of a folder, except tests.
func source(t *testing.T, folder string) []*ast.File {
	t.Helper()
	var files []*ast.File
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		files = append(files, parsed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// reasons returns the reasons that a folder declares in constants.
func reasons(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	for _, parsed := range source(t, folder) {
		ast.Inspect(parsed, func(node ast.Node) bool {
			spec, is := node.(*ast.ValueSpec)
			for i := 0; is && i < len(spec.Values); i++ {
				if strings.HasPrefix(spec.Names[i].Name, "Reason") {
					found = append(found, literal(spec.Values[i]))
				}
			}
			return true
		})
	}
	return found
}

// metrics returns the names of the metrics in a folder.
func metrics(t *testing.T, folder string) []string {
	t.Helper()
	name := regexp.MustCompile(`^rolewright_[a-z_]+$`)
	var found []string
	for _, parsed := range source(t, folder) {
		ast.Inspect(parsed, func(node ast.Node) bool {
			if expression, is := node.(ast.Expr); is && name.MatchString(literal(expression)) {
				found = append(found, literal(expression))
			}
			return true
		})
	}
	return found
}

// flags returns the flags that the manager registers, by calls such as flags.StringVar(&value, "name", ...).
func flags(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, parsed := range source(t, "cmd/manager") {
		ast.Inspect(parsed, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is {
				return true
			}
			if method, is := call.Fun.(*ast.SelectorExpr); is && strings.HasSuffix(method.Sel.Name, "Var") && len(call.Args) > 1 {
				found = append(found, literal(call.Args[1]))
			}
			return true
		})
	}
	return found
}

// literal returns the value of a string literal, or an empty string.
func literal(expression ast.Expr) string {
	written, is := expression.(*ast.BasicLit)
	if !is || written.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(written.Value)
	return text
}
