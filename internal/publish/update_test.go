// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestUpdateIsEncode: a document that is encoded from the one before comes out as by itself, also while it grows out of one
// piece and shrinks back, and where one in between could not be encoded. What it is encoded from stays as it was.
func TestUpdateIsEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := draw(t)
		limits := publish.Limits{
			Whole: rapid.SampledFrom([]int{0, 1500, 1 << 20}).Draw(t, "bound of one piece"), ConfigMap: 2500, Shard: shardBytes,
			Unpacked: rapid.SampledFrom([]int{0, 30, 1 << 20}).Draw(t, "bound of what is kept as it is"),
		}
		var previous *publish.Encoded
		pending := model.Everything()
		for range rapid.IntRange(2, 6).Draw(t, "edits") {
			var kept form
			if previous != nil {
				kept = formOf(t, previous)
			}
			want, wrong := limits.Encode(doc)
			got, err := limits.Update(previous, doc, pending)
			if (wrong == nil) != (err == nil) || (err != nil && err.Error() != wrong.Error()) {
				t.Fatalf("encoded from the one before the error is %v, by itself %v", err, wrong)
			}
			if previous != nil && !reflect.DeepEqual(kept, formOf(t, previous)) {
				t.Fatal("what it is encoded from became another")
			}
			if err == nil {
				compareForms(t, got, want)
				previous, pending = got, model.Difference{}
			}
			var changed model.Difference
			if doc, changed = edited(t, doc); rapid.IntRange(0, 5).Draw(t, "all else") == 0 {
				doc.Roles, changed = map[string]document.Role{"other": {}}, model.Everything()
			}
			pending = pending.Then(changed)
		}
	})
}

// form is all that is published of a document.
type form struct {
	digest string
	bytes  int
	counts document.Counts
	shards []shardForm
	data   map[string]string
}

func formOf(t failer, encoded *publish.Encoded) form {
	t.Helper()
	data, err := encoded.Data("uid", 1, time.Time{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	shards := make([]shardForm, len(encoded.Shards))
	for i := range encoded.Shards {
		shard := &encoded.Shards[i]
		shards[i] = shardForm{shard.Part, shard.Section, shard.Text()}
		if digest := document.Digest([]byte(shard.Text())); digest != shard.Part.Digest {
			t.Fatalf("shard %s holds a text with digest %s", shard.Part.ConfigMap, digest)
		}
	}
	return form{encoded.Digest, encoded.Bytes, encoded.Counts, shards, data}
}

// shardForm is what is published of a shard.
type shardForm struct {
	part          document.Part
	section, text string
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func compareForms(t failer, got, want *publish.Encoded) {
	t.Helper()
	if got, want := formOf(t, got), formOf(t, want); !reflect.DeepEqual(got, want) {
		t.Fatalf("encoded from the one before it is published as\n%+v\nby itself as\n%+v", got, want)
	}
}

// edited returns the document with some users changed, added or taken out, and who they are.
func edited(t *rapid.T, doc *document.Document) (*document.Document, model.Difference) {
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
	return &after, model.OfUsers(slices.Values(changed))
}
