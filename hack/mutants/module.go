// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is the source that is mutated, with its types.
type module struct {
	root     string
	path     string
	fset     *token.FileSet
	packages []*sourcePackage
}

// sourcePackage is one package that is mutated.
type sourcePackage struct {
	path  string // relative to the module
	dir   string
	name  string
	files []*sourceFile
	info  *types.Info
}

type sourceFile struct {
	path   string
	text   []byte
	syntax *ast.File
	// changed is the base name of the file that the compiler reads in its place.
	changed string
}

// listed is what "go list -json" says of a package.
type listed struct {
	Dir        string
	ImportPath string
	Name       string
	Export     string
	GoFiles    []string
	Deps       []string
	DepOnly    bool
}

// goList runs "go list -json" in dir and decodes what it prints.
func goList(ctx context.Context, dir string, args ...string) ([]listed, error) {
	args = append([]string{"list", "-json=Dir,ImportPath,Name,Export,GoFiles,Deps,DepOnly"}, args...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	var all []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var one listed
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

func loadModule(ctx context.Context, root string, patterns []string) (*module, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", "list", "-m")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m in %s: %w", root, err)
	}
	mod := &module{root: root, path: strings.TrimSpace(string(out)), fset: token.NewFileSet()}
	all, err := goList(ctx, root, append([]string{"-export", "-deps"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	imports := importer.ForCompiler(mod.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	for _, p := range all {
		if p.DepOnly || len(p.GoFiles) == 0 || strings.HasSuffix(p.Name, "test") {
			continue // a package like httptest is for tests alone
		}
		loaded, err := mod.loadPackage(p, imports)
		if err != nil {
			return nil, err
		}
		mod.packages = append(mod.packages, loaded)
	}
	slices.SortFunc(mod.packages, func(a, b *sourcePackage) int { return strings.Compare(a.path, b.path) })
	return mod, nil
}

func (m *module) loadPackage(p listed, imports types.Importer) (*sourcePackage, error) {
	loaded := &sourcePackage{
		path: strings.TrimPrefix(p.ImportPath, m.path+"/"), dir: p.Dir, name: p.Name,
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{},
			Uses:  map[*ast.Ident]types.Object{},
		},
	}
	var syntax []*ast.File
	for _, name := range p.GoFiles {
		path := filepath.Join(p.Dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(m.fset, path, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, file)
		if !ast.IsGenerated(file) {
			loaded.files = append(loaded.files, &sourceFile{path: path, text: text, syntax: file})
		}
	}
	config := types.Config{Importer: imports}
	if _, err := config.Check(p.ImportPath, m.fset, syntax, loaded.info); err != nil {
		return nil, err
	}
	return loaded, nil
}
