// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
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
