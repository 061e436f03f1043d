// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"reflect"
	"strings"
	"testing"
)

// FuzzReadManifests feeds the reader anything. It must not panic, and every place that it names must lie in the input.
func FuzzReadManifests(f *testing.F) {
	for _, seed := range []string{
		"", "---\n", role("a"), role("a") + "---\n" + role("a") + "...\n", "\xef\xbb\xbf" + role("a"), "\xff\xfe", "- a\n", "hello",
		strings.ReplaceAll(role("a"), "\n", "\r\n"), role("a") + "  x: &x [*x]\n", role("a") + "  x: &x {b: 1}\n  y: {<<: *x, c: 2}\n",
		role("a") + "kind: Role\n", "kind: [\n---\n" + role("a"), "%YAML 1.2\n---\n" + role("a"), role("a") + "  ? [a, b]\n  : c\n",
		`{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "a"}, "spec": {"a": [1, {"b": null}]}} {"kind":`,
		"apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(role("a"), "\n", "\n  ") + "\n- 7\n- &l {apiVersion: v1, kind: List, items: [*l]}\n",
		"{apiVersion: rolewright.dev/v1alpha1, kind: Role, metadata: {name: !!binary aGk=, 1: 2, true: 3, ~: 4}}",
		strings.Repeat("[", 50), "a: |\n  ---\n--- >\n x\n", "\u2028---\u2028a: 1", "!!set {a, b}", "a: !<tag:x> b\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		result := (&Reader{Namespace: "default"}).Parse("file", data)
		lines := 1 + strings.Count(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") + strings.Count(string(data), "\r")
		check := func(place Position) {
			// The YAML reader knows line ends of its own beside these.
			if place.Line < 1 || place.Line > lines+1+strings.Count(string(data), "\u0085")+strings.Count(string(data), "\u2028")+strings.Count(string(data), "\u2029") {
				t.Errorf("place %v is not in the input's %d lines", place, lines)
			}
		}
		for _, diagnostic := range result.Diagnostics {
			check(diagnostic.Position)
		}
		for _, object := range result.Objects {
			check(object.Position)
			for _, field := range []string{"metadata.name", "spec.rules[0].permissions[1]", "spec.a[1].b", "spec.x.b.c[", "]", "spec.a[name]"} {
				check(object.PositionOf(field))
				check(object.PositionOf(object.NamedPath(field)))
			}
		}
	})
}

// FuzzStoppedWriter reads what is there of a stream when its writer stops anywhere. Each object that was written before the last one
// is read as in the whole, and nothing else is.
func FuzzStoppedWriter(f *testing.F) {
	two := role("a") + "---\n" + role("b")
	for _, seed := range []string{
		two, two + "...\n" + role("c"), "\xef\xbb\xbf" + two, "# one\n---\n" + two + "--- # more\n" + role("c"), strings.ReplaceAll(two, "\n", "\r\n"),
		"%YAML 1.1\n---\n" + two, role("a") + "--- {}\n" + role("b"), role("a") + "  x: |\n    --\n    ---\n---\n" + role("b"),
		`{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "a"}}{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": "b"}}`,
		"apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(role("a"), "\n", "\n  ") + "\n---\n" + role("b"),
	} {
		for cut := 0; cut <= len(seed); cut += 7 {
			f.Add([]byte(seed), uint(cut))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, cut uint) {
		whole := (&Reader{Namespace: "default"}).Parse("file", data)
		part := (&Reader{Namespace: "default"}).Parse("file", data[:min(cut, uint(len(data)))])
		for i, object := range part.Objects {
			if i < len(part.Objects)-1 && (i >= len(whole.Objects) || !reflect.DeepEqual(object.Value, whole.Objects[i].Value)) {
				t.Errorf("object %d, %s, is not in the whole", i, object)
			}
		}
	})
}
