// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// limits are those within which the documents of a sequence are published: in one piece, in shards, or now one, now the other.
// A user with the longest attributes fits no ConfigMap of the last two.
var limits = map[string]publish.Limits{
	"in one piece":        publish.DefaultLimits(),
	"in shards":           {Whole: 0, ConfigMap: 7000, Shard: 300},
	"now one, now shards": {Whole: 2600, ConfigMap: 7000, Shard: 600},
}

// counts are how often what the test is about happened.
type counts struct{ snapshots, refused, spread, whole, updated, carried, partly int }

// TestEverySequence: whatever happens to an organization, the snapshot that is built from the one before is the one that is
// built from scratch, byte by byte; and who follows what is published decides as an index of the document does.
func TestEverySequence(t *testing.T) {
	var all counts
	property.Check(t, func(t *rapid.T) {
		within := limits[rapid.SampledFrom(slices.Sorted(maps.Keys(limits))).Draw(t, "published")]
		c := newCluster(t)
		follower := &follower{source: permissions.NewSource(permissions.WithClock(func() time.Time { return clock }))}
		cache := snapshot.NewCache(snapshot.CacheOptions{Limits: within})
		scratch := snapshot.NewCache(snapshot.CacheOptions{Limits: within, FullResolution: true})
		large := &largeCluster{cache: snapshot.NewCache(snapshot.CacheOptions{Limits: within})}
		key := snapshot.Key{Namespace: namespace, Name: organization}
		var before, scratchBefore *snapshot.Snapshot
		var kept published
		for range rapid.IntRange(2, 8).Draw(t, "snapshots") {
			// Any other edit concerns everybody: mostly, only assignments are edited.
			anything := chance(t, "anything", 3)
			for range rapid.IntRange(0, 4).Draw(t, "edits") {
				edit := "an assignment"
				switch {
				case c.tidy && !chance(t, "any edit", 3):
					edit = rapid.SampledFrom(slightEdits).Draw(t, "slight edit")
				case anything:
					edit = rapid.SampledFrom(slices.Sorted(maps.Keys(edits))).Draw(t, "edit")
				}
				edits[edit](t, c)
			}
			objects := c.read(t)
			got, want := cache.Build(key, objects), scratch.Build(key, objects)
			compareSnapshots(t, got, want)
			compareSnapshots(t, large.build(t, key, objects), want)
			compareCurrent(t, objects, got, want)
			if before != nil && !reflect.DeepEqual(publishedOf(t, before), kept) {
				t.Fatal("what was published before became another")
			}
			if follower.follow(t, got) {
				compareDecisions(t, (*engine.Index)(follower.source.Index()), want.Resolution.Document)
			}
			if before != nil {
				compareDifferences(t, [2]*snapshot.Snapshot{before, got}, [2]*snapshot.Snapshot{scratchBefore, want})
			}
			all.add(before, got, anything || c.tidy)
			if large.partly {
				all.partly++
			}
			before, scratchBefore, kept = got, want, publishedOf(t, got)
		}
	}, func() string {
		if all.refused == 0 || all.spread == 0 || all.whole == 0 || all.updated < all.snapshots/4 || all.carried < all.snapshots/50 || all.partly < all.snapshots/20 {
			return fmt.Sprintf("too little happened to show anything: %+v", all)
		}
		return ""
	})
	t.Logf("%+v", all)
}

func (n *counts) add(before, got *snapshot.Snapshot, anything bool) {
	n.snapshots++
	switch {
	case got.EncodeError != nil:
		n.refused++
	case got.Encoded != nil && len(got.Encoded.Shards) > 0:
		n.spread++
	case got.Encoded != nil:
		n.whole++
	}
	if before != nil && before.Resolution.Document != nil && got.Resolution.Document != nil &&
		!reflect.DeepEqual(wholeDocument(before), wholeDocument(got)) {
		n.updated++
		if anything && got.Resolution.ReadUsers < got.Resolution.UserCount() {
			n.carried++
		}
	}
}

// published is all that is published of a snapshot.
type published struct {
	digest string
	bytes  int
	counts document.Counts
	shards []publish.Shard
	data   map[string]string
	err    string
}

func publishedOf(t *rapid.T, s *snapshot.Snapshot) published {
	t.Helper()
	var p published
	if s.EncodeError != nil {
		p.err = s.EncodeError.Error()
	}
	if s.Encoded == nil {
		return p
	}
	data, err := s.Encoded.Data("uid", 1, clock)
	if err != nil {
		t.Fatalf("%v", err)
	}
	p.digest, p.bytes, p.counts, p.shards, p.data = s.Encoded.Digest, s.Encoded.Bytes, s.Encoded.Counts, s.Encoded.Shards, data
	return p
}

// wholeDocument is the document of a snapshot with all users.
func wholeDocument(s *snapshot.Snapshot) *document.Document {
	return s.Resolution.DocumentWith(model.Everything())
}

func compareSnapshots(t *rapid.T, got, want *snapshot.Snapshot) {
	t.Helper()
	if got, want := publishedOf(t, got), publishedOf(t, want); !reflect.DeepEqual(got, want) {
		t.Fatalf("from the snapshot before, it is published as\n%+v\nfrom scratch as\n%+v", got, want)
	}
	if got, want := wholeDocument(got), wholeDocument(want); !reflect.DeepEqual(got, want) {
		t.Fatalf("from the snapshot before, the document is\n%+v\nfrom scratch\n%+v", got, want)
	}
	if got.Resolution.UserCount() != want.Resolution.UserCount() || got.Counts() != want.Counts() {
		t.Fatalf("from the snapshot before, there are %d users and %+v; from scratch %d and %+v",
			got.Resolution.UserCount(), got.Counts(), want.Resolution.UserCount(), want.Counts())
	}
	// The order in which names are looked at counts for a few steps.
	if off := got.Resolution.Steps - want.Resolution.Steps; max(off, -off) > 10+want.Resolution.Steps/100 {
		t.Fatalf("from the snapshot before, it takes %d steps, from scratch %d", got.Resolution.Steps, want.Resolution.Steps)
	}
	if !maps.Equal(got.Resolution.Holders, want.Resolution.Holders) || !slices.Equal(got.Permissions, want.Permissions) {
		t.Fatalf("from the snapshot before, the holders are %v, from scratch %v", got.Resolution.Holders, want.Resolution.Holders)
	}
	for _, at := range []time.Time{clock.Add(-2 * time.Hour), clock, clock.Add(90 * time.Minute)} {
		gotFound, gotNext := got.Resolution.At(at)
		wantFound, wantNext := want.Resolution.At(at)
		if !slices.Equal(gotFound, wantFound) || !gotNext.Equal(wantNext) {
			t.Fatalf("from the snapshot before, there is found until %s\n%v\nfrom scratch until %s\n%v", gotNext, gotFound, wantNext, wantFound)
		}
	}
}

// compareDifferences compares the difference between a snapshot and the one that it was built from, which looks at what was resolved
// again, with that between both from scratch, which looks at everyone.
func compareDifferences(t *rapid.T, updated, scratch [2]*snapshot.Snapshot) {
	t.Helper()
	of := func(s [2]*snapshot.Snapshot, before *engine.Index) (found string) {
		difference, err := change.Between(s[0].Resolution, s[1].Resolution, change.Options{At: clock, IndexBefore: before})
		if err != nil {
			return err.Error()
		}
		text, err := json.Marshal(report.NewJSON([]*change.Difference{difference}))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got, want := of(updated, updated[0].Index()), of(scratch, nil); got != want {
		t.Fatalf("from the snapshot before, the difference is\n%s\nfrom scratch\n%s", got, want)
	}
}

// compareCurrent compares which objects both snapshots were built from.
func compareCurrent(t *rapid.T, objects *intake.Members, got, want *snapshot.Snapshot) {
	t.Helper()
	for _, a := range objects.Assignments {
		older := a.DeepCopy()
		older.Generation--
		if !got.IsCurrentFor(a) || !want.IsCurrentFor(a) || got.IsCurrentFor(older) {
			t.Fatalf("a snapshot does not know which state of %s it was built from", a.Name)
		}
	}
}

// follower reads what is published, as an application does.
type follower struct {
	source   *permissions.Source
	revision int64
	shards   map[string]string
}

// follow publishes a snapshot, unless it cannot be, and reads it.
func (f *follower) follow(t *rapid.T, s *snapshot.Snapshot) bool {
	t.Helper()
	if s.Encoded == nil {
		return false
	}
	f.revision++
	data, err := s.Encoded.Data("uid", f.revision, clock)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if f.shards == nil {
		f.shards = map[string]string{}
	}
	for _, shard := range s.Encoded.Shards {
		f.shards[shard.Part.ConfigMap] = shard.Text()
	}
	if err := f.source.Update([]byte(data[document.PublicationKey]), func(part document.Part) ([]byte, error) {
		if part.ConfigMap == "" {
			return []byte(data[part.Name]), nil
		}
		text, there := f.shards[part.ConfigMap]
		if !there {
			return nil, errors.New("there is no such shard")
		}
		return []byte(text), nil
	}); err != nil {
		t.Fatalf("revision %d cannot be read: %v", f.revision, err)
	}
	return true
}

// compareDecisions compares the answers of a live index with those of a fresh one.
func compareDecisions(t *rapid.T, live *engine.Index, doc *document.Document) {
	t.Helper()
	fresh, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatalf("%v", err)
	}
	resourceType := rapid.SampledFrom([]string{"chart", "chart", "user", "person"}).Draw(t, "resource type")
	shift := rapid.SampledFrom([]any{"day", "night", nil}).Draw(t, "shift")
	for _, user := range append(users, "zoe") {
		for _, permission := range names {
			for _, unit := range append(units, organization) {
				request := &access.Request{
					Subject: access.Subject{Type: fresh.SubjectType(), ID: user}, Action: access.Action{Name: permission},
					Resource: access.Resource{Type: resourceType, ID: "ann", Properties: map[string]any{access.PropertyUnit: unit, "owner": "ann"}},
				}
				if shift != nil {
					request.Resource.Properties["shift"] = shift
				}
				if got, want := live.Check(request), fresh.Check(request); got != want {
					t.Fatalf("the live index says %v, the fresh one %v, to %+v\n%s", got, want, request, fresh.Explain(request))
				}
			}
		}
	}
	input := &access.ApprovalInput{RequestType: "order", Requester: rapid.SampledFrom(users).Draw(t, "requester"), Unit: rapid.SampledFrom(units).Draw(t, "unit"), Now: clock}
	for name := range doc.Chains {
		chain, _ := fresh.Chain(name)
		wantPlan, wantErr := fresh.ApprovalPlan(&chain, input)
		gotPlan, gotErr := live.ApprovalPlan(&chain, input)
		if !reflect.DeepEqual(gotPlan, wantPlan) || (gotErr == nil) != (wantErr == nil) {
			t.Fatalf("the live index plans\n%+v\nthe fresh one\n%+v", gotPlan, wantPlan)
		}
		if got, want := live.Coverage(&chain), fresh.Coverage(&chain); !reflect.DeepEqual(got, want) {
			t.Fatalf("by the live index there is covered\n%+v\nby the fresh one\n%+v", got, want)
		}
	}
	gotChain, gotErr := live.SelectChain(input)
	wantChain, wantErr := fresh.SelectChain(input)
	if gotChain != wantChain || (gotErr == nil) != (wantErr == nil) {
		t.Fatalf("the live index selects chain %q, the fresh one %q", gotChain, wantChain)
	}
}
