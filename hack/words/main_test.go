// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{name: "clean", text: "// Foo reports whether someone else renewed it; retells whether counts for nothing."},
		{
			name: "in a comment", text: "package x\n\n// Foo tells whether bar.",
			want: []string{`f.go:3: "tells whether": write "reports whether"`},
		},
		{
			name: "at the beginning of a sentence", text: "Anew.",
			want: []string{`f.go:1: "Anew": write "again", or leave it out`},
		},
		{
			name: "over two lines of comments", text: "\t// Foo tells\n\t// whether bar.",
			want: []string{`f.go:1: "tells // whether": write "reports whether"`},
		},
		{
			name: "over two lines of YAML", text: "# it tells\n# whether\nkey: value tells\nwhether: x",
			want: []string{
				`f.go:1: "tells # whether": write "reports whether"`,
				`f.go:3: "tells whether": write "reports whether"`,
			},
		},
	} {
		if got := check("f.go", []byte(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestRun checks a repository: what a link leads to is checked once, under its own name.
func TestRun(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "real", "page.md"), []byte("It tells "+"whether."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"init", "-q"}, {"add", "-A"}} {
		command := exec.Command("git", arguments...)
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v: %s", arguments, err, out)
		}
	}
	var out strings.Builder
	if err := run(folder, &out); !errors.Is(err, errFound) || strings.Count(out.String(), "\n") != 1 || !strings.HasPrefix(out.String(), "real/page.md:1: ") {
		t.Errorf("got %v, %q", err, out.String())
	}
}
