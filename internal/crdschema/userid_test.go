// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
)

// TestUserID: what the API server takes as the id of a user is what the model says is one.
func TestUserID(t *testing.T) {
	schemas, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	compare := func(t interface {
		Errorf(format string, arguments ...any)
	}, id string,
	) {
		object := map[string]any{
			"apiVersion": "rolewright.dev/v1alpha1", "kind": "UserAssignment", "metadata": map[string]any{"name": "a", "namespace": "b"},
			"spec": map[string]any{"organizationRef": map[string]any{"name": "c"}, "user": id},
		}
		gvk := schema.GroupVersionKind{Group: "rolewright.dev", Version: "v1alpha1", Kind: "UserAssignment"}
		if errors := schemas.Validate(gvk, object); (len(errors) == 0) != model.IsUserID(id) {
			t.Errorf("%.40q of %d bytes is an id: %t; the API server says %v", id, len(id), model.IsUserID(id), errors)
		}
	}
	for _, id := range []string{
		"", "a", " a", "a ", "a b", "\u00a0a", "a\u2028b", "a\u200bb", "a\nb", "a\n", "jane@example.com", "oidc:Jan", "é",
		strings.Repeat("a", 512), strings.Repeat("a", 513), strings.Repeat("é", 512), strings.Repeat("é", 513), strings.Repeat("𝒂", 512),
		strings.Repeat("𝒂", 513),
	} {
		compare(t, id)
	}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SampledFrom(slices.Concat([]rune("aZ0-_.:@/é "), []rune{0, '\n', '\t', 0x7f, 0xa0, 0xad, 0x200b, 0x2028, 0x3000, 0xe000, 0x1d482}))
		compare(t, rapid.StringOf(some).Draw(t, "id"))
	})
}
