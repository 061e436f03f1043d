// SPDX-License-Identifier: Apache-2.0

package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	// prose is what people would read: several words in a row.
	prose = regexp.MustCompile(`[\pL)][,.:;]? [\pL(%]`)
	// title is one word as it would stand above something.
	title = regexp.MustCompile(`^\p{Lu}\p{Ll}+$`)
)

// notRead are words that no page shows: those of headers, of keys, of actions in templates and of the console's own log.
var notRead = []string{
	"text/csv; charset=utf-8", "text/plain; charset=utf-8", "text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8",
	`attachment; filename="`, "public, max-age=31536000, immutable", "rolewright console form\x00", "rolewright console ", "rolewright console cookies", "rolewright console forms",
	"want an object, got %T", "%s: %w", "fetching keys ", "camera=(), geolocation=(), microphone=()",
	// Events by the names that the audit log has for them, a field of objects, and a header.
	"Created", "Applied", "Updated", "Deleting", "Published", "Status", "Refresh",
	"{{define %q}}", "{{%s eq .Template %q}}{{template %q .}}", "else if",
}

// TestTextsAreInOnePlace: what people read is in the templates and in package texts. What these packages write in Go is for machines, or
// for the log.
func TestTextsAreInOnePlace(t *testing.T) {
	var files []string
	for _, folder := range []string{".", "view", "history", "fromcluster", "impersonation", "login", "revocation", "state", "fromfiles"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(found) == 0 {
			t.Fatal(folder, err)
		}
		files = append(files, found...)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range textsOf(file) {
			value, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			if (prose.MatchString(value) || title.MatchString(value)) && !slices.Contains(notRead, value) {
				t.Errorf("%s: %q belongs into package texts, or into a template", set.Position(text.Pos()), value)
			}
		}
	}
}

// textsOf returns the texts of a file, but paths of imports and what goes to the log.
func textsOf(file *ast.File) []*ast.BasicLit {
	var found []*ast.BasicLit
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			return !isLog(node)
		case *ast.BasicLit:
			if node.Kind == token.STRING {
				found = append(found, node)
			}
		}
		return true
	})
	return found
}

// isLog reports whether a call writes to the console's log.
func isLog(call *ast.CallExpr) bool {
	method, is := call.Fun.(*ast.SelectorExpr)
	if !is || method.Sel.Name != "Error" && method.Sel.Name != "Info" {
		return false
	}
	receiver := method.X
	if level, is := receiver.(*ast.CallExpr); is {
		if of, is := level.Fun.(*ast.SelectorExpr); is && of.Sel.Name == "V" {
			receiver = of.X
		}
	}
	log, is := receiver.(*ast.SelectorExpr)
	return is && strings.EqualFold(log.Sel.Name, "log")
}
