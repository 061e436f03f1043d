// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"strings"
	"testing"
)

// TestSources: an object has the text of its own document, or of its own item of a list.
func TestSources(t *testing.T) {
	const one, two = "{apiVersion: rolewright.dev/v1alpha1, kind: Role, metadata: {name: one}}", "{apiVersion: rolewright.dev/v1alpha1, kind: Role, metadata: {name: two}}"
	for name, test := range map[string]struct {
		text string
		// has are the names that the text of each object has.
		has []string
	}{
		"documents":                {one + "\n---\n" + two + "\n", []string{"one", "two"}},
		"a list":                   {"apiVersion: v1\nkind: List\nitems:\n- " + one + "\n- " + two + "\n", []string{"one", "two"}},
		"a list on one line":       {"{apiVersion: v1, kind: List, items: [" + one + ", " + two + "]}", []string{"one two", "one two"}},
		"a list in JSON":           {`{"apiVersion": "v1", "kind": "List", "items": [` + "\n" + `{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "one"}}, ` + "\n" + `{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "two"}}]}`, []string{"one", "two"}},
		"a list after a document":  {one + "\n---\napiVersion: v1\nkind: List\nitems:\n- " + two + "\n", []string{"one", "two"}},
		"a list that ends with it": {"items:\n- " + one + "\n- " + two + "\nkind: List\napiVersion: v1\n", []string{"one", "two"}},
	} {
		result := (&Reader{Namespace: "default"}).Parse("f", []byte(test.text))
		if len(result.Objects) != len(test.has) {
			t.Errorf("%s: %d objects, %v", name, len(result.Objects), result.Diagnostics)
			continue
		}
		for i, object := range result.Objects {
			var has []string
			for _, name := range []string{"one", "two"} {
				if object.Source.Count(name) == 1 {
					has = append(has, name)
				}
			}
			if got := strings.Join(has, " "); got != test.has[i] {
				t.Errorf("%s: object %d has %q in %q", name, i, got, object.Source)
			}
		}
	}
}
