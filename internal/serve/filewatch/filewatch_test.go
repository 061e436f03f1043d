// SPDX-License-Identifier: Apache-2.0

package filewatch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/serve/filewatch"
)

// timeout bounds waiting for what is certain to happen.
const timeout = 30 * time.Second

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestFingerprint: whatever may change what is read changes the fingerprint, and nothing else does.
func TestFingerprint(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "target.yaml")
	for name, test := range map[string]struct {
		change func(t *testing.T, folder string)
		want   bool
	}{
		"nothing":     {func(*testing.T, string) {}, false},
		"a new file":  {func(t *testing.T, folder string) { write(t, filepath.Join(folder, "b.yaml"), "b") }, true},
		"a new size":  {func(t *testing.T, folder string) { write(t, filepath.Join(folder, "a.yaml"), "aa") }, true},
		"a file gone": {func(t *testing.T, folder string) { do(t, os.Remove(filepath.Join(folder, "below", "c.yaml"))) }, true},
		"a new time": {func(t *testing.T, folder string) {
			do(t, os.Chtimes(filepath.Join(folder, "a.yaml"), time.Time{}, time.Unix(1e9, 0)))
		}, true},
		"a new name": {func(t *testing.T, folder string) {
			do(t, os.Rename(filepath.Join(folder, "a.yaml"), filepath.Join(folder, "z.yaml")))
		}, true},
		"no more rights":           {func(t *testing.T, folder string) { do(t, os.Chmod(filepath.Join(folder, "a.yaml"), 0)) }, true},
		"the target of a link":     {func(t *testing.T, _ string) { write(t, elsewhere, "another length") }, true},
		"a folder in place of all": {func(t *testing.T, folder string) { do(t, os.RemoveAll(folder)) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, elsewhere, "target")
			write(t, filepath.Join(folder, "a.yaml"), "a")
			write(t, filepath.Join(folder, "below", "c.yaml"), "c")
			do(t, os.Symlink(elsewhere, filepath.Join(folder, "link.yaml")))
			do(t, os.Symlink(folder, filepath.Join(folder, "below", "circle")))
			before := filewatch.FingerprintOf([]string{folder})
			test.change(t, folder)
			if changed := filewatch.FingerprintOf([]string{folder}) != before; changed != test.want {
				t.Errorf("changed: %t; want %t", changed, test.want)
			}
		})
	}
}

// TestFingerprintIgnoresHiddenFiles, which readers of manifests do not read.
func TestFingerprintIgnoresHiddenFiles(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a", "a.yaml"), "a")
	inner := []string{filepath.Join(folder, "a", "a.yaml")}
	before := filewatch.FingerprintOf(inner)
	write(t, filepath.Join(folder, "a", ".git", "index"), "x")
	if filewatch.FingerprintOf(inner) != before {
		t.Error("a hidden file beside a watched one changes the fingerprint")
	}
}

// TestWatch: the first signal comes at once; changes are signalled, in new folders too.
func TestWatch(t *testing.T) {
	folder := t.TempDir()
	changes := filewatch.Watch(t.Context(), []string{folder}, logr.Discard())
	signal := func(what string) {
		t.Helper()
		select {
		case <-changes:
		case <-time.After(timeout):
			t.Fatalf("no signal for %s within %s", what, timeout)
		}
	}
	signal("the beginning")
	write(t, filepath.Join(folder, "new", "a.yaml"), "a")
	signal("a new folder")
	write(t, filepath.Join(folder, "new", "a.yaml"), "b")
	signal("a change in it")
}
