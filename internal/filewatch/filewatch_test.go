// SPDX-License-Identifier: Apache-2.0

package filewatch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/filewatch"
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
		}, false},
		"new content of the same size and time": {func(folder string) error { return replaceContent(filepath.Join(folder, "a.yaml")) }, true},
		"another file of the same size and time": {func(folder string) error {
			other := filepath.Join(folder, ".new")
			if err := os.WriteFile(other, []byte("b"), 0o600); err != nil {
				return err
			}
			if err := os.Chtimes(other, longAgo, longAgo); err != nil {
				return err
			}
			return os.Rename(other, filepath.Join(folder, "a.yaml"))
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
			if err := os.Chtimes(filepath.Join(folder, "a.yaml"), longAgo, longAgo); err != nil {
				t.Fatal(err)
			}
			for link, target := range map[string]string{"link.yaml": elsewhere, filepath.Join("below", "circle"): folder} {
				if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
					t.Fatal(err)
				}
			}
			observer := filewatch.NewObserver([]string{folder})
			before := observer.Look().Fingerprint
			if err := test.change(folder); err != nil {
				t.Fatal(err)
			}
			if changed := observer.Look().Fingerprint != before; changed != test.want {
				t.Errorf("changed: %t; want %t", changed, test.want)
			}
		})
	}
}

// longAgo is a time that tells nothing about when a file was written.
var longAgo = time.Unix(1e9, 0)

// replaceContent overwrites a file of one byte and keeps its size and its time.
func replaceContent(path string) error {
	if err := os.WriteFile(path, []byte("b"), 0o600); err != nil {
		return err
	}
	return os.Chtimes(path, longAgo, longAgo)
}

// TestWatch: states come once they have settled, those of new folders too.
func TestWatch(t *testing.T) {
	folder := t.TempDir()
	states, observer := filewatch.Watch(t.Context(), []string{folder}, logr.Discard()), filewatch.NewObserver([]string{folder})
	await := func(what string) {
		t.Helper()
		want, deadline := observer.Look().Fingerprint, time.After(timeout)
		for {
			select {
			case state := <-states:
				if state == want {
					return
				}
			case <-deadline:
				t.Fatalf("the state with %s did not come within %s", what, timeout)
			}
		}
	}
	await("nothing")
	write(t, filepath.Join(folder, "new", "a.yaml"), "a")
	await("a new folder")
	write(t, filepath.Join(folder, "new", "a.yaml"), "b")
	await("a change in it")
}
