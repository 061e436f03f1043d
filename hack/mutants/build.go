// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binary is the compiled test of one package.
type binary struct {
	path    string // of the package, relative to the module
	dir     string
	program string
	rapid   bool
	mutated []string // the mutated packages that are in it
}

// prepare draws mutants, compiles them into the tests, and learns which test
// reaches which mutant. A mutant that does not compile is replaced by another.
func prepare(ctx context.Context, mod *module, found []*mutant, opts options, progress printer) (*testSet, []*mutant, error) {
	folder, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return nil, nil, err
	}
	tests := &testSet{folder: folder, seed: opts.seed}
	drawn, err := mod.compile(ctx, found, opts, folder, progress)
	if err == nil {
		tests.binaries, err = mod.testBinaries(ctx, opts.exclude)
	}
	if err == nil {
		err = tests.build(ctx, mod, progress)
	}
	if err == nil {
		err = tests.learn(ctx, opts.workers, progress)
	}
	if err != nil {
		tests.remove()
		return nil, nil, err
	}
	return tests, drawn, nil
}

// compile draws until everything that was drawn compiles.
func (m *module) compile(ctx context.Context, found []*mutant, opts options, folder string, progress printer) ([]*mutant, error) {
	candidates := found
	for {
		drawn := draw(candidates, opts.count, opts.seed)
		for i, mutant := range drawn {
			mutant.id = i
		}
		if err := m.writeOverlay(drawn, folder); err != nil {
			return nil, err
		}
		args := []string{"build", "-gcflags=-e", "-overlay", overlayPath(folder)}
		for _, pkg := range m.packages {
			args = append(args, "./"+pkg.path)
		}
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = m.root
		text, err := cmd.CombinedOutput()
		if err == nil {
			return drawn, nil
		}
		bad := m.failing(drawn, string(text))
		if len(bad) == 0 {
			return nil, fmt.Errorf("the code does not compile: %w\n%s", err, text)
		}
		progress.line("%d mutants do not compile: others are drawn", len(bad))
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(m *mutant) bool { return bad[m] })
	}
}

var compileError = regexp.MustCompile(`(?m)^(\S+\.go):(\d+)`)

// failing returns the mutants on the lines that the compiler complains about.
func (m *module) failing(drawn []*mutant, output string) map[*mutant]bool {
	bad := map[*mutant]bool{}
	for _, match := range compileError.FindAllStringSubmatch(output, -1) {
		line, _ := strconv.Atoi(match[2])
		for _, mutant := range drawn {
			relative, _ := filepath.Rel(m.root, mutant.file.path)
			// The compiler names the file that it read, or the one that it stands for.
			named := strings.HasSuffix(match[1], relative) || filepath.Base(match[1]) == mutant.file.changed
			if named && mutant.line <= line && line <= mutant.lastLine() {
				bad[mutant] = true
			}
		}
	}
	return bad
}

func overlayPath(folder string) string { return filepath.Join(folder, "overlay.json") }

// writeOverlay writes the changed files, and the file that tells the compiler of them.
func (m *module) writeOverlay(drawn []*mutant, folder string) error {
	files := map[*sourceFile][]*mutant{}
	for _, mutant := range drawn {
		files[mutant.file] = append(files[mutant.file], mutant)
	}
	replace := map[string]string{}
	write := func(path string, text []byte) error {
		replace[path] = filepath.Join(folder, fmt.Sprintf("%d.go", len(replace)))
		return os.WriteFile(replace[path], text, 0o600)
	}
	for _, pkg := range m.packages {
		switches := fmt.Appendf(nil, switchSource, pkg.name)
		if err := write(filepath.Join(pkg.dir, "zz_mutants.go"), switches); err != nil {
			return err
		}
		for _, file := range pkg.files {
			if err := write(file.path, instrument(file, files[file])); err != nil {
				return err
			}
			file.changed = filepath.Base(replace[file.path])
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(overlayPath(folder), text, 0o600)
}

// testBinaries returns the tests that contain a mutated package, its own first.
func (m *module) testBinaries(ctx context.Context, exclude string) ([]*binary, error) {
	listed, err := goList(ctx, m.root, "-test", "./...")
	if err != nil {
		return nil, err
	}
	var all []*binary
	for _, p := range listed {
		path := strings.TrimSuffix(strings.TrimPrefix(p.ImportPath, m.path+"/"), ".test")
		if !strings.HasSuffix(p.ImportPath, ".test") || slices.ContainsFunc(strings.Split(exclude, ","), matches(path)) {
			continue
		}
		one := &binary{path: path, dir: filepath.Join(m.root, path)}
		for _, dep := range p.Deps {
			dep, _, _ = strings.Cut(dep, " ")
			one.rapid = one.rapid || dep == "pgregory.net/rapid"
			for _, pkg := range m.packages {
				if dep == m.path+"/"+pkg.path && !slices.Contains(one.mutated, pkg.path) {
					one.mutated = append(one.mutated, pkg.path)
				}
			}
		}
		if len(one.mutated) > 0 {
			all = append(all, one)
		}
	}
	return all, nil
}

// matches returns a function that reports whether a pattern such as "test/docs" or
// "controllers/..." matches a path.
func matches(path string) func(pattern string) bool {
	return func(pattern string) bool {
		folder, below := strings.CutSuffix(pattern, "/...")
		return path == folder || below && strings.HasPrefix(path, folder+"/")
	}
}

// build compiles the test binaries.
func (t *testSet) build(ctx context.Context, mod *module, progress printer) error {
	for i, one := range t.binaries {
		one.program = filepath.Join(t.folder, fmt.Sprintf("%d.test", i))
		progress.line("building the test of %s", one.path)
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlayPath(t.folder),
			"-o", one.program, "./"+one.path)
		cmd.Dir = mod.root
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("the test of %s does not compile: %w\n%s", one.path, err, text)
		}
	}
	return nil
}
