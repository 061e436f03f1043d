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

// TestFingerprint: whatever may change what is read changes the fingerprint, and nothing else does.
func TestFingerprint(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "target.yaml")
	for name, test := range map[string]struct {
		change func(folder string) error
		want   bool
	}{
		"nothing":     {func(string) error { return nil }, false},
		"a new file":  {func(folder string) error { return os.WriteFile(filepath.Join(folder, "b.yaml"), nil, 0o600) }, true},
		"a new size":  {func(folder string) error { return os.Truncate(filepath.Join(folder, "a.yaml"), 7) }, true},
		"a file gone": {func(folder string) error { return os.Remove(filepath.Join(folder, "below", "c.yaml")) }, true},
		"a new time": {func(folder string) error {
			return os.Chtimes(filepath.Join(folder, "a.yaml"), time.Time{}, time.Unix(1e9, 0))
		}, true},
		"a new name": {func(folder string) error {
			return os.Rename(filepath.Join(folder, "a.yaml"), filepath.Join(folder, "z.yaml"))
		}, true},
		"no more rights":       {func(folder string) error { return os.Chmod(filepath.Join(folder, "a.yaml"), 0) }, true},
		"the target of a link": {func(string) error { return os.Truncate(elsewhere, 7) }, true},
		"no folder":            {os.RemoveAll, true},
		"a hidden file": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, ".git", "index"), []byte("x"), 0o600)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, elsewhere, "target")
			write(t, filepath.Join(folder, "a.yaml"), "a")
			write(t, filepath.Join(folder, "below", "c.yaml"), "c")
			write(t, filepath.Join(folder, ".git", "HEAD"), "h")
			for link, target := range map[string]string{"link.yaml": elsewhere, filepath.Join("below", "circle"): folder} {
				if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
					t.Fatal(err)
				}
			}
			before := filewatch.FingerprintOf([]string{folder})
			if err := test.change(folder); err != nil {
				t.Fatal(err)
			}
			if changed := filewatch.FingerprintOf([]string{folder}) != before; changed != test.want {
				t.Errorf("changed: %t; want %t", changed, test.want)
			}
		})
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
