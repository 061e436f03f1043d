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

const module = "github.com/rolewright/rolewright"

// sourceCheck is what the source of a folder must not have, tests left out.
type sourceCheck struct {
	imports []string
	// uses are what packages export, by the names that they go by.
	uses map[string][]string
	// methods are those that are called with a context first.
	methods    []string
	goroutines bool
	// imported means that no other folder may import this one.
	imported bool
}

var (
	deciders = map[string][]string{"resolve": {"Organization", "Resolve", "Cache", "NewCache"}, "engine": {"New", "NewIndex"}}
	files    = []string{"Open", "OpenFile", "Create", "ReadFile", "WriteFile", "ReadDir", "Stat", "DirFS"}
	changes  = []string{"Update", "Patch", "Delete", "DeleteAllOf", "DeleteCollection", "Apply", "ApplyStatus", "UpdateStatus"}
	timers   = []string{"After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"}
)

var sourceChecks = map[string]sourceCheck{
	// What is now is an argument.
	"no-clock": {uses: map[string][]string{"time": slices.Concat(timers, []string{"Now", "Since", "Until"})}},
	// Nothing runs after a call has returned.
	"no-goroutines": {uses: map[string][]string{"time": timers}, goroutines: true},
	"no-io":         {imports: []string{"os", "os/exec", "net", "net/http", "net/rpc", "syscall"}},
	"no-files":      {imports: []string{"os/exec", "path/filepath"}, uses: map[string][]string{"os": files}},
	"no-http":       {uses: map[string][]string{"http": {"Get", "Post", "DefaultClient"}}},
	"no-listening": {
		imports: []string{"net"},
		uses:    map[string][]string{"http": {"ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS", "Server"}},
	},
	"no-network": {imports: []string{"net", "net/http", "net/rpc", "k8s.io/client-go", "sigs.k8s.io/controller-runtime"}},
	"no-clients": {imports: []string{"k8s.io/client-go", "sigs.k8s.io/controller-runtime/pkg/client", "net/http"}},
	"no-ours":    {imports: []string{module}},
	// The programs are seen from outside alone.
	"no-manager":    {imports: []string{module + "/controllers", module + "/internal/snapshot", module + "/internal/resolve"}},
	"no-resolver":   {uses: map[string][]string{"resolve": deciders["resolve"]}},
	"no-comparison": {uses: map[string][]string{"change": {"Between", "Effects"}}},
	"no-engine":     {imports: []string{module + "/internal/engine"}},
	// Nothing is asked of what decides.
	"no-decision": {uses: deciders},
	// Nothing in a cluster is changed, except through the one writer of statuses.
	"no-writes": {methods: append([]string{"Create"}, changes...)},
	// Reviews of tokens and access, requests and decisions are created and never changed.
	"only-creates": {methods: changes},
	// The source that is fed is updated, and nothing else.
	"only-reads": {methods: append([]string{"Create"}, changes[1:]...)},
	// Objects are passed on to those who know what they mean.
	"no-translation": {imports: []string{module + "/internal/model", module + "/internal/intake"}},
	"no-file-writes": {uses: map[string][]string{"os": {
		"Create", "CreateTemp", "WriteFile", "OpenFile", "Remove", "RemoveAll", "Rename", "Mkdir", "MkdirAll", "Symlink", "Link", "Chmod", "Truncate",
	}}},
	"not-imported": {imported: true},
}

func (c *sourceCheck) run(t *testing.T, folder string) {
	t.Helper()
	forbidImports(t, folder, c.imports...)
	for pkg, names := range c.uses {
		forbidUses(t, folder, pkg, names...)
	}
	forbidMethods(t, folder, c.methods...)
	if c.goroutines {
		forbidGo(t, folder)
	}
	if !c.imported {
		return
	}
	for _, other := range folders(t) {
		if other != folder {
			forbidImports(t, other, module+"/"+folder)
		}
	}
}

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
// that the linters leave it.
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
