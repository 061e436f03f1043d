// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestMemoryAgreesWithNone: a document that is encoded after others comes out as by itself, also while it grows out of one
// piece and shrinks back, and where one in between could not be encoded.
func TestMemoryAgreesWithNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		memory, doc := &publish.Memory{}, draw(t)
		whole := rapid.SampledFrom([]int{0, 1500, 1 << 20}).Draw(t, "bound of one piece")
		fresh, changed := true, []string(nil)
		for range rapid.IntRange(2, 6).Draw(t, "edits") {
			want, wrong := publish.EncodeWithin(doc, whole, 2500, shardBytes)
			got, err := memory.EncodeWithin(doc, changed, fresh, whole, 2500, shardBytes)
			if (wrong == nil) != (err == nil) || (err != nil && err.Error() != wrong.Error()) {
				t.Fatalf("with a memory the error is %v, without %v", err, wrong)
			}
			if !reflect.DeepEqual(want, got) {
				t.Fatalf("with a memory it is\n%+v\nwithout\n%+v", got, want)
			}
			doc, changed = edited(t, doc)
			if fresh = rapid.IntRange(0, 5).Draw(t, "all else") == 0; fresh {
				doc.Roles, changed = map[string]document.Role{"other": {}}, nil
			}
		}
	})
}

// edited returns the document with some users changed, added or taken out, and who they are.
func edited(t *rapid.T, doc *document.Document) (*document.Document, []string) {
	after := *doc
	after.Users = maps.Clone(doc.Users)
	ids := slices.Sorted(maps.Keys(doc.Users))
	changed := rapid.SliceOfNDistinct(rapid.OneOf(rapid.SampledFrom(ids), rapid.StringMatching(`[a-z]{1,3}`)), 0, 20, rapid.ID).Draw(t, "who")
	for _, id := range changed {
		switch rapid.IntRange(0, 9).Draw(t, "edit") {
		case 0, 1, 2, 3:
			if len(after.Users) > 1 {
				delete(after.Users, id)
			}
		case 4:
			if rapid.IntRange(0, 3).Draw(t, "no JSON") == 0 {
				after.Users[id] = document.User{Attributes: map[string]any{"level": math.NaN()}}
			}
		case 5:
			after.Users[id] = doc.Users[id]
		default:
			after.Users[id] = drawUser(t)
		}
	}
	return &after, changed
}
