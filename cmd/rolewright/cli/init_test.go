// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// TestInit answers three questions, or gives flags, and does what the command then says: what is written is valid, and its suite
// exercises all of it.
func TestInit(t *testing.T) {
	for name, given := range map[string]struct {
		input string
		flags []string
	}{
		"questions": {input: "acme\nshop\nann@acme.example\n"},
		"one flag":  {input: "shop\nann@acme.example", flags: []string{"--organization", "acme"}},
		// YAML would read these as other types, or as a comment.
		"odd ids": {flags: []string{"--organization", "true", "--application", "0420", "--administrator", `https://id.example#"no"'s\x:{}`}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "first")
			code, out := runIn(t, given.input, append([]string{"init", folder}, given.flags...)...)
			if code != 0 || !strings.Contains(out, "wrote "+filepath.Join(folder, "tests", "roles.yaml")) {
				t.Fatalf("init exits with %d: %s", code, out)
			}
			for _, arguments := range [][]string{
				{"validate", "--fail-on", "info", "-f", folder},
				{"test", "--coverage-min", "100", folder},
				{"can", "member@example.com", "records.view", "--unit", "north", "-f", folder},
			} {
				if code, out := runIn(t, "", arguments...); code != 0 {
					t.Errorf("%q exits with %d: %s", arguments, code, out)
				}
			}
			before := read(t, folder)
			if code, out := runIn(t, given.input, append([]string{"init", folder}, given.flags...)...); code != 2 || !strings.Contains(out, "exists, and nothing was written") {
				t.Errorf("a second time it exits with %d: %s", code, out)
			}
			if read(t, folder) != before {
				t.Error("a second time it has changed a file")
			}
		})
	}
}

// TestInitWithoutAnAnswer: nothing is written, and the message names the flag.
func TestInitWithoutAnAnswer(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "first")
	for input, want := range map[string]string{
		"": "--organization", "acme\n": "--application", "acme\n\n": "--application", "acme\nshop\n": "--administrator",
		"Acme\nshop\nann\n": `organization "Acme"`,
	} {
		code, out := runIn(t, input, "init", folder)
		if code != 2 || !strings.Contains(out, want) {
			t.Errorf("%q: it exits with %d: %s", input, code, out)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%q: something was written", input)
		}
	}
}

func runIn(t *testing.T, input string, arguments ...string) (code int, output string) {
	t.Helper()
	var out bytes.Buffer
	code = cli.Run(t.Context(), append([]string{"rolewright"}, arguments...),
		genericiooptions.IOStreams{In: strings.NewReader(input), Out: &out, ErrOut: &out})
	return code, out.String()
}

// read returns the contents of the files of a folder.
func read(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	if err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all.String()
}
