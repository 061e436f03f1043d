// SPDX-License-Identifier: Apache-2.0

package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sourceChecks look at the source of a folder, tests left out.
var sourceChecks = map[string]func(t *testing.T, folder string){
	// What is now is an argument.
	"no-clock": func(t *testing.T, folder string) {
		forbidUses(t, folder, "time", "Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker")
	},
	// Nothing runs after a call has returned.
	"no-goroutines": func(t *testing.T, folder string) {
		forbidUses(t, folder, "time", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker")
		forbidGo(t, folder)
	},
	"no-io": func(t *testing.T, folder string) {
		forbidImports(t, folder, "os", "os/exec", "net", "net/http", "net/rpc", "syscall")
	},
	"no-files": func(t *testing.T, folder string) {
		forbidImports(t, folder, "os/exec", "path/filepath")
		forbidUses(t, folder, "os", "Open", "OpenFile", "Create", "ReadFile", "WriteFile", "ReadDir", "Stat", "DirFS")
	},
	"no-http": func(t *testing.T, folder string) { forbidUses(t, folder, "http", "Get", "Post", "DefaultClient") },
	"no-listening": func(t *testing.T, folder string) {
		forbidImports(t, folder, "net")
		forbidUses(t, folder, "http", "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS", "Server")
	},
	"no-network": func(t *testing.T, folder string) {
		forbidImports(t, folder, "net", "net/http", "net/rpc", "k8s.io/client-go", "sigs.k8s.io/controller-runtime")
	},
	"no-clients": func(t *testing.T, folder string) {
		forbidImports(t, folder, "k8s.io/client-go", "sigs.k8s.io/controller-runtime/pkg/client", "net/http")
	},
	"no-ours": func(t *testing.T, folder string) { forbidImports(t, folder, module) },
	// The programs are seen from outside alone.
	"no-manager": func(t *testing.T, folder string) {
		forbidImports(t, folder, module+"/controllers", module+"/internal/snapshot", module+"/internal/resolve")
	},
	"no-resolver": func(t *testing.T, folder string) {
		forbidUses(t, folder, "resolve", "Organization", "Resolve", "Cache", "NewCache")
	},
	"no-engine": func(t *testing.T, folder string) { forbidImports(t, folder, module+"/internal/engine") },
	// Nothing is asked of what decides.
	"no-judgment": func(t *testing.T, folder string) {
		forbidUses(t, folder, "resolve", "Organization", "Resolve", "Cache", "NewCache")
		forbidUses(t, folder, "engine", "New", "NewIndex")
	},
	// Nothing in a cluster is changed, except through the one writer of statuses.
	"no-writes": func(t *testing.T, folder string) {
		forbidMethods(t, folder, "Create", "Update", "Patch", "Delete", "DeleteAllOf", "Apply", "ApplyStatus", "UpdateStatus")
	},
	// Reviews of tokens and access, requests and decisions are created and never changed.
	"only-creates": func(t *testing.T, folder string) {
		forbidMethods(t, folder, "Update", "Patch", "Delete", "DeleteAllOf", "Apply", "ApplyStatus", "UpdateStatus")
	},
	// The source that is fed is updated, and nothing else.
	"only-reads": func(t *testing.T, folder string) {
		forbidMethods(t, folder, "Create", "Patch", "Delete", "DeleteCollection", "Apply", "ApplyStatus", "UpdateStatus")
	},
	// Objects are passed on to those who know what they mean.
	"no-translation": func(t *testing.T, folder string) {
		forbidImports(t, folder, module+"/internal/model", module+"/internal/intake")
	},
	"no-file-writes": func(t *testing.T, folder string) {
		forbidUses(t, folder, "os", "Create", "CreateTemp", "WriteFile", "OpenFile", "Remove", "RemoveAll", "Rename", "Mkdir", "MkdirAll",
			"Symlink", "Link", "Chmod", "Truncate")
	},
	"not-imported": func(t *testing.T, folder string) {
		for _, other := range folders(t) {
			if other != folder {
				forbidImports(t, other, module+"/"+folder)
			}
		}
	},
}

const module = "github.com/rolewright/rolewright"

// source parses the files of a folder, tests left out.
func source(t *testing.T, folder string) (*token.FileSet, []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	var all []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file)
	}
	return files, all
}

func forbidImports(t *testing.T, folder string, forbidden ...string) {
	t.Helper()
	files, all := source(t, folder)
	for _, file := range all {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, prefix := range forbidden {
				if path == prefix || strings.Contains(prefix, ".") && strings.HasPrefix(path, prefix+"/") {
					t.Errorf("%s: %s is imported", files.Position(spec.Pos()), path)
				}
			}
		}
	}
}

// forbidUses reports uses of what a package exports. The package goes by the name
// that the linter importas leaves it.
func forbidUses(t *testing.T, folder, pkg string, names ...string) {
	t.Helper()
	forEach(t, folder, func(at token.Position, node ast.Node) {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if of, ok := selector.X.(*ast.Ident); ok && of.Name == pkg && slices.Contains(names, selector.Sel.Name) {
			t.Errorf("%s: %s.%s is used", at, pkg, selector.Sel.Name)
		}
	})
}

func forbidGo(t *testing.T, folder string) {
	t.Helper()
	forEach(t, folder, func(at token.Position, node ast.Node) {
		if _, ok := node.(*ast.GoStmt); ok {
			t.Errorf("%s: a goroutine is started", at)
		}
	})
}

// forbidMethods reports calls of methods by their names, with a context first.
func forbidMethods(t *testing.T, folder string, names ...string) {
	t.Helper()
	forEach(t, folder, func(at token.Position, node ast.Node) {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		first, isName := call.Args[0].(*ast.Ident)
		if ok && isName && first.Name == "ctx" && slices.Contains(names, method.Sel.Name) && !isStatusWriter(method.X) {
			t.Errorf("%s: %s is called", at, method.Sel.Name)
		}
	})
}

// isStatusWriter reports whether an expression is a controller's writer of statuses.
func isStatusWriter(expr ast.Expr) bool {
	field, ok := expr.(*ast.SelectorExpr)
	return ok && strings.Contains(strings.ToLower(field.Sel.Name), "status")
}

func forEach(t *testing.T, folder string, do func(token.Position, ast.Node)) {
	t.Helper()
	files, all := source(t, folder)
	for _, file := range all {
		ast.Inspect(file, func(node ast.Node) bool {
			if node != nil {
				do(files.Position(node.Pos()), node)
			}
			return true
		})
	}
}
