// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// offer is a publication as it is offered to a source.
type offer struct {
	index []byte
	parts map[string][]byte
}

func (o offer) read(part document.Part) ([]byte, error) {
	text, present := o.parts[part.Name]
	if !present {
		return nil, errors.New("it is not there")
	}
	return text, nil
}

func (o offer) to(s *permissions.Source) error { return s.Update(o.index, o.read) }

// state publishes the hospital at a revision, with users who may read charts besides, and with the index changed.
func state(t *testing.T, revision int64, readers []string, changes ...func(p *document.Publication)) offer {
	t.Helper()
	doc := enginetest.Hospital(t)
	for _, reader := range readers {
		doc.Users[reader] = doc.Users["ben"]
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: "health", Organization: "hospital", UID: "1", Revision: revision, PublishTime: enginetest.Clock,
		Counts: doc.Counts(), Parts: []document.Part{{Name: document.DocumentKey, Digest: document.Digest(text), Bytes: len(text)}},
	}
	for _, change := range changes {
		change(&publication)
	}
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return offer{index, map[string][]byte{document.DocumentKey: text}}
}

func uid(uid string) func(p *document.Publication) {
	return func(p *document.Publication) { p.UID = uid }
}

// manualClock is a enginetest.Clock that a test moves on.
type manualClock struct{ since atomic.Int64 }

func (c *manualClock) now() time.Time             { return enginetest.Clock.Add(time.Duration(c.since.Load())) }
func (c *manualClock) advance(span time.Duration) { c.since.Add(int64(span)) }

// TestSourceTakesAndRefuses offers one publication after another, and says of each what the source has then.
func TestSourceTakesAndRefuses(t *testing.T) {
	type step struct {
		what     string
		offer    offer
		reason   permissions.RefusalReason
		says     string
		revision int64
	}
	cut := state(t, 5, nil)
	cut.parts[document.DocumentKey] = cut.parts[document.DocumentKey][:100]
	altered := state(t, 5, nil)
	altered.parts[document.DocumentKey] = []byte(strings.Replace(string(altered.parts[document.DocumentKey]), "ann", "eve", 1))
	without := state(t, 5, nil)
	without.parts = nil
	wide := enginetest.Hospital(t)
	wide.Dimensions = map[string][]string{}
	for name := range strings.SplitSeq("a b c d e f g h i j", " ") {
		wide.Dimensions[name] = []string{"x"}
	}
	text, err := json.Marshal(wide)
	if err != nil {
		t.Fatal(err)
	}
	tooWide := state(t, 5, nil, func(p *document.Publication) {
		p.Parts[0].Digest, p.Parts[0].Bytes = document.Digest(text), len(text)
	})
	tooWide.parts[document.DocumentKey] = text

	source := permissions.NewSource()
	for _, step := range []step{
		{"not JSON", offer{index: []byte("{")}, permissions.RefusedDamaged, "index.json is not valid JSON", 0},
		{"no part yet", without, permissions.RefusedUnreadable, "reading key document.json, which index.json names: it is not there", 0},
		{"the first", state(t, 3, nil), "", "", 3},
		{"the same again", state(t, 3, nil), "", "", 3},
		{"the next", state(t, 4, []string{"eve"}), "", "", 4},
		{"an older one", state(t, 3, nil), permissions.RefusedOlder, "the publication has revision 3; revision 4 was read already", 4},
		{"another of the same revision", state(t, 4, nil), permissions.RefusedOlder, "what was read of that revision has digest sha256:", 4},
		{"another organization", state(t, 5, nil, func(p *document.Publication) { p.Organization = "clinic" }), permissions.RefusedForeign,
			"the publication is of organization health/clinic; this source reads health/hospital", 4},
		{"another namespace", state(t, 5, nil, func(p *document.Publication) { p.Namespace = "other" }), permissions.RefusedForeign,
			"of organization other/hospital", 4},
		{"another schema", state(t, 5, nil, func(p *document.Publication) { p.Schema = "v2" }), permissions.RefusedDamaged, `schema "v2"`, 4},
		{"no revision", state(t, 0, nil), permissions.RefusedDamaged, "revision 0", 4},
		{"a part cut short", cut, permissions.RefusedDamaged, "key document.json has 100 bytes", 4},
		{"a part altered", altered, permissions.RefusedDamaged, "key document.json has digest", 4},
		{"a part missing", without, permissions.RefusedUnreadable, "it is not there", 4},
		{"too many dimensions", tooWide, permissions.RefusedDamaged, "10 dimensions", 4},
		{"the same as before", state(t, 4, []string{"eve"}), "", "", 4},
		{"a revision left out", state(t, 9, []string{"eve"}), "", "", 9},
		{"the organization made again", state(t, 1, nil, uid("2")), "", "", 1},
		{"the organization that was deleted", state(t, 10, nil, uid("1")), permissions.RefusedOlder, "uid 1, which was deleted; its successor has uid 2", 1},
		{"the next of the new one", state(t, 2, nil, uid("2")), "", "", 2},
	} {
		before := source.State()
		err := step.offer.to(source)
		after := source.State()
		var refused *permissions.RefusalError
		switch {
		case step.reason == "" && (err != nil || after.Refusal != nil):
			t.Errorf("%s: refused: %v", step.what, err)
		case step.reason != "" && (!errors.As(err, &refused) || refused.Reason != step.reason || !strings.Contains(err.Error(), step.says)):
			t.Errorf("%s: error %v, want %s: %s", step.what, err, step.reason, step.says)
		case step.reason != "" && (!errors.Is(after.Refusal, err) || after.Refusals != before.Refusals+1):
			t.Errorf("%s: the state has refusal %v", step.what, after.Refusal)
		}
		if after.Revision != step.revision || source.Index().Revision() != step.revision {
			t.Errorf("%s: the source has revision %d, its index %d; want %d", step.what, after.Revision, source.Index().Revision(), step.revision)
		}
		if got, want := source.Index().Check(enginetest.Ask("ben", "chart.read")), step.revision > 0; got != want {
			t.Errorf("%s: check says %v", step.what, got)
		}
		if got, want := source.Index().Check(enginetest.Ask("eve", "chart.read")), step.revision == 4 || step.revision == 9; got != want {
			t.Errorf("%s: of eve check says %v", step.what, got)
		}
	}
}

// TestStateSaysWhatIsThere: whose publication it is, which, and since when.
func TestStateSaysWhatIsThere(t *testing.T) {
	var ticking manualClock
	source := permissions.NewSource(permissions.WithClock(ticking.now))
	offered := state(t, 3, nil, uid("2"))
	_ = source.Update(nil, nil)
	ticking.advance(time.Second)
	if err := offered.to(source); err != nil {
		t.Fatal(err)
	}
	publication, err := document.ParsePublication(offered.index)
	if err != nil {
		t.Fatal(err)
	}
	taken := enginetest.Clock.Add(time.Second)
	want := permissions.State{
		Namespace: "health", Organization: "hospital", UID: "2", Revision: 3, Digest: publication.Digest(), PublishTime: enginetest.Clock,
		Received: taken, FreshAt: taken, Counts: publication.Counts, Refusals: 1,
	}
	if got := source.State(); !reflect.DeepEqual(got, want) {
		t.Errorf("the state is\n%+v, not\n%+v", got, want)
	}
}

// TestSourceRemembersWhatItHasReplaced: the last 64 organizations of a name are refused, and the memory of them is bounded.
func TestSourceRemembersWhatItHasReplaced(t *testing.T) {
	source := permissions.NewSource()
	for i := range 66 {
		if err := state(t, 1, nil, uid(strconv.Itoa(i))).to(source); err != nil {
			t.Fatal(err)
		}
	}
	for was, refused := range map[int]bool{1: true, 40: true, 64: true} {
		if err := state(t, 9, nil, uid(strconv.Itoa(was))).to(source); (err != nil) != refused {
			t.Errorf("organization %d: error %v", was, err)
		}
	}
	if err := state(t, 9, nil, uid("0")).to(source); err != nil {
		t.Errorf("the one before these is remembered: %v", err)
	}
}

// TestSourceOfOneOrganization: a source that was told whose permissions it reads takes no others, not even first.
func TestSourceOfOneOrganization(t *testing.T) {
	source := permissions.NewSource(permissions.WithOrganization("health", "clinic"))
	if err := state(t, 1, nil).to(source); err == nil || !strings.Contains(err.Error(), "this source reads health/clinic") {
		t.Errorf("error %v", err)
	}
	if state := source.State(); state.Organization != "clinic" || state.Revision != 0 {
		t.Errorf("state is %+v", state)
	}
}

// TestSourceBefore: before the first publication the answer is no, and says why.
func TestSourceBefore(t *testing.T) {
	source := permissions.NewSource()
	explanation := source.Index().Explain(enginetest.Ask("ben", "chart.read"))
	if explanation.Decision || explanation.Reason != access.ReasonUnavailable ||
		explanation.Message != "no published permissions have been read yet" {
		t.Errorf("explained as %s", explanation)
	}
	if err := source.Ready(); err == nil || err.Error() != "no published permissions have been read yet" {
		t.Errorf("ready: %v", err)
	}
	source.SetError(errors.New("the disk is gone"))
	if err := source.Ready(); err == nil || !strings.HasSuffix(err.Error(), "read yet: the disk is gone") {
		t.Errorf("ready: %v", err)
	}
	source.MarkFresh()
	if state := source.State(); state.Err != nil || !state.FreshAt.IsZero() || source.Ready() == nil {
		t.Errorf("nothing is confirmed: %+v", state)
	}
}

// TestStaleness: beyond the bound a source is not ready; it denies if it is to; and both end with the next confirmation.
func TestStaleness(t *testing.T) {
	var ticking manualClock
	bound := permissions.WithMaxStaleness(time.Minute)
	lenient := permissions.NewSource(permissions.WithClock(ticking.now), bound)
	strict := permissions.NewSource(permissions.WithClock(ticking.now), bound, permissions.WithDenyWhenStale())
	unbound := permissions.NewSource(permissions.WithClock(ticking.now), permissions.WithDenyWhenStale())
	sources := []*permissions.Source{lenient, strict, unbound}
	for _, source := range sources {
		if err := state(t, 1, nil).to(source); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, stale bool) {
		t.Helper()
		for i, source := range sources {
			stale := stale && source != unbound
			if got := source.Index().Check(enginetest.Ask("ben", "chart.read")); got != (!stale || source == lenient) {
				t.Errorf("%s: source %d says %v", what, i, got)
			}
			if err := source.Ready(); (err != nil) != stale || source.State().Stale != stale {
				t.Errorf("%s: source %d: ready %v, state %+v", what, i, err, source.State())
			}
		}
	}
	empty := permissions.NewSource(permissions.WithClock(ticking.now), bound, permissions.WithDenyWhenStale())
	each := func(do func(*permissions.Source)) {
		for _, source := range sources {
			do(source)
		}
	}
	expect("fresh", false)
	ticking.advance(time.Minute - 1)
	expect("just within the bound", false)
	ticking.advance(1)
	expect("at the bound", true)
	if got := strict.Index().Explain(enginetest.Ask("ben", "chart.read")); got.Reason != access.ReasonUnavailable {
		t.Errorf("stale: explained as %s", got)
	}
	if got := empty.Index().Explain(enginetest.Ask("ben", "chart.read")); !strings.HasSuffix(got.Message, "have been read yet") || empty.State().Stale {
		t.Errorf("what is not there is stale: %s", got)
	}
	want := "revision 1 of the published permissions was last seen to be current 1m0s ago, which is not within 1m0s"
	if err := lenient.Ready(); err == nil || err.Error() != want {
		t.Errorf("ready: %v, want %s", err, want)
	}
	each((*permissions.Source).MarkFresh)
	expect("confirmed", false)
	ticking.advance(time.Minute)
	each(func(s *permissions.Source) { _ = state(t, 1, nil).to(s) })
	expect("the same offered again", false)
	each(func(s *permissions.Source) { _ = s.Update(nil, nil) })
	ticking.advance(time.Minute)
	each((*permissions.Source).MarkFresh)
	expect("confirmed while a refusal stands", true)
	if err := lenient.Ready(); err == nil || !strings.Contains(err.Error(), "index.json is not valid JSON") {
		t.Errorf("ready does not say what is refused: %v", err)
	}
	each(func(s *permissions.Source) { _ = state(t, 2, nil).to(s) })
	expect("the next", false)
}

// TestAtLeast: a waiter sees the revision that it waits for, or its context end.
func TestAtLeast(t *testing.T) {
	source := permissions.NewSource()
	got := make(chan int64)
	go func() {
		x, err := source.AtLeast(t.Context(), 3)
		if err != nil {
			t.Error(err)
		}
		got <- x.Revision()
	}()
	for _, next := range []offer{state(t, 1, nil), {}, state(t, 2, nil), state(t, 1, nil), state(t, 4, nil)} {
		_ = next.to(source)
		if source.State().Revision < 3 {
			select {
			case revision := <-got:
				t.Fatalf("woken with revision %d", revision)
			default:
			}
		}
	}
	if revision := <-got; revision != 4 {
		t.Errorf("woken with revision %d", revision)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x, err := source.AtLeast(ctx, 5)
	if !errors.Is(err, context.Canceled) || err.Error() != "revision 5 is wanted, the source has 4: context canceled" || x.Revision() != 4 {
		t.Errorf("after the context's end: revision %d, error %v", x.Revision(), err)
	}
	if x, err := source.AtLeast(ctx, 4); err != nil || x.Revision() != 4 {
		t.Errorf("what is there needs no waiting: %v", err)
	}
}

// TestChanged: a change reaches everyone who waits for one.
func TestChanged(t *testing.T) {
	source := permissions.NewSource()
	told := func(change func()) bool {
		changed := source.Changed()
		change()
		select {
		case <-changed:
			return true
		default:
			return false
		}
	}
	failure := errors.New("no answer")
	for _, step := range []struct {
		what   string
		change func()
		want   bool
	}{
		{"taken", func() { _ = state(t, 1, nil).to(source) }, true},
		{"confirmed", source.MarkFresh, false},
		{"offered again", func() { _ = state(t, 1, nil).to(source) }, false},
		{"refused", func() { _ = source.Update(nil, nil) }, true},
		{"confirmed in vain", source.MarkFresh, false},
		{"failed", func() { source.SetError(failure) }, true},
		{"works again", source.MarkFresh, true},
		{"offered again after a refusal", func() { _ = state(t, 1, nil).to(source) }, true},
	} {
		if got := told(step.change); got != step.want {
			t.Errorf("%s: told %v", step.what, got)
		}
	}
}

// TestSourceTakesWhatIsExactlyWithinItsBound: one byte more is too many.
func TestSourceTakesWhatIsExactlyWithinItsBound(t *testing.T) {
	published := state(t, 1, nil)
	size := int64(len(published.parts[document.DocumentKey]))
	if err := published.to(permissions.NewSource(permissions.WithMaxBytes(size))); err != nil {
		t.Error(err)
	}
	var refused *permissions.RefusalError
	if err := published.to(permissions.NewSource(permissions.WithMaxBytes(size - 1))); !errors.As(err, &refused) || refused.Reason != permissions.RefusedTooLarge {
		t.Errorf("got %v, want that it is too large", err)
	}
}
