// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	for command, want := range map[string][]string{
		"a -f b\n":                {"a", "-f", "b"},
		`a 'x=["y z"]' b`:         {"a", `x=["y z"]`, "b"},
		`a --x='y|z' 'p'q "r s"`:  {"a", "--x=y|z", "pq", "r s"},
		"a \\\n    -p '[1]'":      {"a", "-p", "[1]"},
		`a '{.b[?(@.c=="d")].e}'`: {"a", `{.b[?(@.c=="d")].e}`},
		`a ''`:                    {"a", ""},
		"a | b":                   nil,
		"a > b":                   nil,
		`a "$b"`:                  nil,
		"a $?":                    nil,
		"a 'b":                    nil,
		"a b\\c":                  nil,
		"a; b":                    nil,
	} {
		words, plain := Words(command)
		if plain != (want != nil) || plain && !slices.Equal(words, want) {
			t.Errorf("%s is split into %q, want %q", command, words, want)
		}
	}
}
