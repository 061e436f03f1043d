// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/enginetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Names for what these tests use in nearly every line.
var (
	clock    = enginetest.Clock
	hospital = enginetest.Hospital
	index    = enginetest.Index
	ask      = enginetest.Ask
)

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has\n%s\ngot\n%s", path, want, got)
	}
}
