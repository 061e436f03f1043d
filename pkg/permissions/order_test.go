// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxRevision is the greatest revision that readers accept.
const maxRevision = 1 << 53

func organizationName(name string) func(p *document.Publication) {
	return func(p *document.Publication) { p.Organization = name }
}

// TestAForgedPublicationDoesNotHoldASource: whatever a source was made to take, it follows what is published once that stands.
func TestAForgedPublicationDoesNotHoldASource(t *testing.T) {
	forged := []string{"eve"}
	for name, offers := range map[string][]offer{
		"the greatest revision":                {state(t, maxRevision, forged)},
		"the greatest revision, same document": {state(t, maxRevision, nil)},
		"the next revision":                    {state(t, 8, forged)},
		"a lower revision":                     {state(t, 1, forged)},
		"the same revision":                    {state(t, 7, forged)},
		"another uid":                          {state(t, 7, forged, uid("2"))},
		"no uid":                               {state(t, 7, forged, uid(""))},
		"two other uids":                       {state(t, 7, forged, uid("2")), state(t, 9, forged, uid("3"))},
		"another uid and back":                 {state(t, 7, forged, uid("2")), state(t, maxRevision, forged)},
		"a time that has not come": {state(t, 9, forged, func(p *document.Publication) {
			p.PublishTime = enginetest.Clock.AddDate(100, 0, 0)
		})},
		"another organization": {state(t, 9, forged, organizationName("clinic"))},
		"damaged":              {{index: []byte("{")}, {}},
	} {
		for _, before := range []int{0, 1} {
			var ticking manualClock
			source := permissions.NewSource(permissions.WithClock(ticking.now))
			published := state(t, 7, nil)
			for range before {
				if err := published.to(source); err != nil {
					t.Fatal(err)
				}
			}
			for _, offered := range offers {
				_ = offered.to(source)
			}
			for range 6 {
				_ = published.to(source)
				ticking.advance(time.Second)
			}
			if state := source.State(); state.Refusal != nil || state.Revision != 7 || state.UID != "1" || state.Organization != "hospital" ||
				source.Index().Check(enginetest.Ask("eve", "chart.read")) {
				t.Errorf("%s, forged after %d publications: the source has %+v", name, before, state)
			}
		}
	}
}

// TestWhatLooksOlderMustStand: it is refused until it was offered for five seconds, with no other in between.
func TestWhatLooksOlderMustStand(t *testing.T) {
	var ticking manualClock
	source := permissions.NewSource(permissions.WithClock(ticking.now))
	current, older, damaged := state(t, 7, nil), state(t, 6, []string{"eve"}), offer{index: []byte("{")}
	for i, step := range []struct {
		offer   offer
		after   time.Duration
		refused bool
	}{
		{current, 0, false},
		{older, 0, true},
		{older, 5*time.Second - 1, true},
		{current, 1, false},
		{older, 0, true},
		{older, 4 * time.Second, true},
		{damaged, time.Second, true},
		{older, 0, true},
		{state(t, 5, nil), 5 * time.Second, true},
		{older, 0, true},
		{older, 5 * time.Second, false},
		{current, 0, false},
	} {
		ticking.advance(step.after)
		var refused *permissions.RefusalError
		if err := step.offer.to(source); errors.As(err, &refused) != step.refused {
			t.Errorf("step %d: %v", i, err)
		}
	}
	// A clock that was set back starts the wait again.
	_ = older.to(source)
	ticking.advance(-time.Hour)
	_ = older.to(source)
	ticking.advance(5 * time.Second)
	if err := older.to(source); err != nil {
		t.Error(err)
	}
}

// TestABoundSourceReadsNoOtherOrganization, however long that stands.
func TestABoundSourceReadsNoOtherOrganization(t *testing.T) {
	var ticking manualClock
	source := permissions.NewSource(permissions.WithClock(ticking.now))
	source.Bind("health", "hospital")
	source.Bind("health", "clinic")
	for range 3 {
		other := state(t, 9, nil, organizationName("clinic"))
		for _, update := range []error{source.Update(other.index, other.read), source.UpdateLatest(other.index, other.read)} {
			if update == nil || !strings.Contains(update.Error(), "this source reads health/hospital") {
				t.Errorf("error %v", update)
			}
		}
		ticking.advance(time.Minute)
	}
}

// TestUpdateLatestFollowsTheOrderOfUpdates: whatever is forged, in any order, the source has what was handed over last.
func TestUpdateLatestFollowsTheOrderOfUpdates(t *testing.T) {
	var states []offer
	for _, revision := range []int64{1, 2, 7, maxRevision} {
		for _, of := range []string{"1", "2", ""} {
			states = append(states, state(t, revision, nil, uid(of)), state(t, revision, []string{"eve"}, uid(of)))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		source := permissions.NewSource()
		for _, offered := range rapid.SliceOfN(rapid.SampledFrom(states), 1, 20).Draw(t, "offers") {
			if err := source.UpdateLatest(offered.index, offered.read); err != nil {
				t.Fatal(err)
			}
			want, err := document.ParsePublication(offered.index)
			if err != nil {
				t.Fatal(err)
			}
			state := source.State()
			if state.UID != want.UID || state.Revision != want.Revision || state.Digest != want.Digest() || source.Index().Revision() != want.Revision {
				t.Fatalf("the source has %+v, not %+v", state, want)
			}
		}
	})
}
