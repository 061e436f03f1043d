// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

func TestForm(t *testing.T) {
	const bound, most = publish.WholeBytes, publish.MaxBytes
	for name, test := range map[string]struct {
		form     publish.Form
		standing publish.Standing
		want     int
	}{
		"nothing is published":                 {publish.Automatic, publish.Standing{}, bound},
		"a small one stands":                   {publish.Automatic, publish.Standing{Bytes: 1}, bound},
		"one at the bound stands":              {publish.Automatic, publish.Standing{Bytes: bound}, bound},
		"one above the bound stands":           {publish.Automatic, publish.Standing{Bytes: bound + 1}, most},
		"shards stand":                         {publish.Automatic, publish.Standing{Bytes: bound + 1, Shards: true}, bound * 3 / 4},
		"small shards stand":                   {publish.Automatic, publish.Standing{Bytes: 1, Shards: true}, bound * 3 / 4},
		"one ConfigMap is asked for":           {publish.OneConfigMap, publish.Standing{}, most},
		"one ConfigMap instead of shards":      {publish.OneConfigMap, publish.Standing{Bytes: most, Shards: true}, most},
		"shards are asked for":                 {publish.InShards, publish.Standing{}, 0},
		"shards instead of a large ConfigMap":  {publish.InShards, publish.Standing{Bytes: most}, 0},
		"a form that a later version may know": {"Later", publish.Standing{}, bound},
	} {
		limits := publish.DefaultLimits().In(test.form, test.standing)
		if limits.Whole != test.want || limits.ConfigMap != most || limits.Shard != publish.ShardBytes {
			t.Errorf("%s: the limits are %+v, want %d in one piece", name, limits, test.want)
		}
	}
}

// TestTheFormDoesNotFlap: an organization whose size varies a little around the bound changes its form once at most.
func TestTheFormDoesNotFlap(t *testing.T) {
	limits := publish.Limits{Whole: 4000, ConfigMap: 60_000, Shard: 1000}
	sized := func(t rapid.TB, bytes int) *document.Document {
		doc := small()
		doc.Users["ben"] = document.User{HomeUnit: "x"}
		text, err := publish.Text(doc)
		if err != nil {
			t.Fatal(err)
		}
		doc.Users["ben"] = document.User{HomeUnit: strings.Repeat("x", bytes-len(text)+1)}
		return doc
	}
	changed := 0
	property.Check(t, func(t *rapid.T) {
		changes := 0
		var last publish.Standing
		for _, bytes := range rapid.SliceOfN(rapid.IntRange(limits.Whole*3/4+1, limits.Whole*5/4), 2, 20).Draw(t, "bytes") {
			encoded, err := limits.In(publish.Automatic, last).Encode(sized(t, bytes))
			if err != nil {
				t.Fatal(err)
			}
			next := publish.Standing{Bytes: encoded.Bytes, Shards: len(encoded.Shards) > 0}
			if last.Bytes > 0 && last.Shards != next.Shards {
				changes++
			}
			last = next
		}
		if changes > 1 {
			t.Fatalf("the form changed %d times", changes)
		}
		changed += changes
	}, func() string {
		if changed == 0 {
			return "the form never changed"
		}
		return ""
	})
}
