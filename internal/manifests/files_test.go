// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree writes files into a new folder; a content that begins with -> is a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(content, "->"); ok {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(result *Result) []string {
	var list []string
	for _, o := range result.Objects {
		list = append(list, o.Name)
	}
	slices.Sort(list)
	return list
}

func TestRead(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		flat  bool
		paths []string
		want  []string
		// err is a piece of the error's text.
		err string
	}{
		{
			name:  "a folder with what lies below it",
			files: map[string]string{"a.yaml": role("a"), "b/b.yml": role("b"), "b/c/c.JSON": `{}`, "d.json": `{}`, "e.txt": "}", "README.md": "}"},
			paths: []string{"."}, want: []string{"a", "b"},
		},
		{
			name: "a folder alone", files: map[string]string{"a.yaml": role("a"), "b/b.yaml": role("b"), "c": "->b"}, flat: true,
			paths: []string{"."}, want: []string{"a"},
		},
		{name: "a file of any name", files: map[string]string{"a.txt": role("a")}, paths: []string{"a.txt"}, want: []string{"a"}},
		{
			name: "what is hidden is left out", files: map[string]string{"a.yaml": role("a"), ".git/b.yaml": "}", ".b.yaml": "}"},
			paths: []string{"."}, want: []string{"a"},
		},
		{
			name: "nothing is read twice", files: map[string]string{"a.yaml": role("a"), "b.yaml": "->a.yaml"},
			paths: []string{".", "a.yaml", "./a.yaml", "."}, want: []string{"a"},
		},
		{
			name: "circles of links end", files: map[string]string{"a/a.yaml": role("a"), "a/b": "->../a", "a/c": "->..", "d": "->d"},
			paths: []string{"."}, want: []string{"a"},
		},
		{
			name: "links are followed", files: map[string]string{"real/x/a.yaml": role("a"), "real/b.yaml": role("b"), "in/x": "->../real/x", "in/b.yaml": "->../real/b.yaml"},
			paths: []string{"in"}, want: []string{"a", "b"},
		},
		{
			name:  "a mounted ConfigMap",
			files: map[string]string{"..2024/a.yaml": role("a"), "..data": "->..2024", "a.yaml": "->..data/a.yaml"},
			paths: []string{"."}, want: []string{"a"},
		},
		{name: "a dangling link", files: map[string]string{"a.yaml": "->gone", "b.yaml": role("b")}, paths: []string{"."}, want: []string{"b"}, err: "a.yaml: no such file"},
		{name: "no such file", files: map[string]string{"a.yaml": role("a")}, paths: []string{"b.yaml", "a.yaml"}, want: []string{"a"}, err: "b.yaml: no such file"},
		{name: "nothing in a folder", files: map[string]string{"a.txt": ""}, paths: []string{"."}, err: "contains no file with the extension .yaml or .yml or .json"},
		{name: "standard input", paths: []string{"-", "-"}, want: []string{"stdin"}},
		{
			name: "a kustomization is no object", files: map[string]string{"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": role("a")},
			paths: []string{"."}, want: []string{"a"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(tree(t, test.files))
			reader := &Reader{Stdin: strings.NewReader(role("stdin")), NonRecursive: test.flat}
			result, err := reader.Read(test.paths...)
			if got := names(result); !slices.Equal(got, test.want) {
				t.Errorf("read %v, want %v", got, test.want)
			}
			for _, diagnostic := range result.Diagnostics {
				if filepath.Ext(diagnostic.Position.File) != ".json" && filepath.Ext(diagnostic.Position.File) != ".JSON" {
					t.Errorf("diagnostic %+v", diagnostic)
				}
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error is %v, want %q", err, test.err)
			}
		})
	}
}

func TestReadWithoutStdin(t *testing.T) {
	if _, err := (&Reader{}).Read("-"); err == nil {
		t.Error("no error")
	}
}

func TestPositionsInStdin(t *testing.T) {
	result, err := (&Reader{Stdin: strings.NewReader("\n" + role("a"))}).Read("-")
	if err != nil || len(result.Objects) != 1 || result.Objects[0].Position.String() != "<stdin>:2" {
		t.Errorf("result %+v, error %v", result, err)
	}
}
