// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestColumns(t *testing.T) {
	doc := &document.Document{Roles: map[string]document.Role{
		"clerk": {}, "auditor": {}, "guard": {}, "PlatformRole/guard": {}, "PlatformRole/nurse": {}, "PlatformRole/root": {}, "PlatformRole/other": {},
	}}
	texts := &Texts{Roles: map[string]RoleText{
		"auditor": {Category: "office"}, "guard": {Category: "care"}, "PlatformRole/nurse": {Category: "care"},
		"PlatformRole/root": {Category: "a", Platform: true},
	}}
	for _, test := range []struct {
		name  string
		texts *Texts
		asked []string
		want  []string
	}{
		{
			name: "by category, then by where they come from, those over organizations last", texts: texts,
			want: []string{"nurse", "guard", "auditor", "PlatformRole/guard", "other", "clerk", "root"},
		},
		{name: "without texts", want: []string{"PlatformRole/guard", "nurse", "other", "root", "auditor", "clerk", "guard"}},
		{
			name: "as asked, by name or by key, each once", texts: texts,
			asked: []string{"root", "guard", "PlatformRole/guard", "PlatformRole/nurse", "nurse"},
			want:  []string{"root", "guard", "PlatformRole/guard", "nurse"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := New(doc, nil, test.texts, Options{Roles: test.asked})
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Roles(); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
