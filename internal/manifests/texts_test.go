// SPDX-License-Identifier: Apache-2.0

package manifests

import "testing"

// TestText: what is said of a value that is no text says what was written.
func TestText(t *testing.T) {
	header := "apiVersion: rolewright.dev/v1alpha1\nkind: Role\nmetadata: {name: a}\nspec: "
	for spec, want := range map[string]string{
		"{a: no}":     `no is read as false, and text is expected: write it in quotes, "no"`,
		"{a: 0420}":   `0420 is read as 272, and text is expected: write it in quotes, "0420"`,
		"{a: 7}":      `7 is read as a number, and text is expected: write it in quotes, "7"`,
		"{a: true}":   `true is read as true or false, and text is expected: write it in quotes, "true"`,
		"{a: &x 1e3}": `1e3 is read as 1000, and text is expected: write it in quotes, "1e3"`,
		"{a: text}":   "",
		"{a: [no]}":   "",
		"{a: ~}":      "",
	} {
		object := (&Reader{}).Parse("f", []byte(header+spec+"\n")).Objects[0]
		value := object.Value["spec"].(map[string]any)["a"]
		if _, got := object.Text("spec.a", value); got != want {
			t.Errorf("%s: %s; want %s", spec, got, want)
		}
	}
	json := (&Reader{}).Parse("f", []byte(`{"apiVersion": "rolewright.dev/v1alpha1", "kind": "Role", "metadata": {"name": 5}, "spec": {}}`))
	if got := json.Diagnostics[0].Message; got != `5 is read as a number, and text is expected: write it in quotes, "5"` || json.Objects[0].Name != "5" {
		t.Errorf("of JSON: %s", got)
	}
}
