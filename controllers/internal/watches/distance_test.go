// SPDX-License-Identifier: Apache-2.0

package watches

import (
	"strconv"
	"testing"
	"time"
)

// TestGather: changes are gathered for twice as long as an event was late behind those of other resources.
func TestGather(t *testing.T) {
	type event struct {
		at       time.Duration
		resource string
		version  int
		listed   bool
	}
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		events []event
		at     time.Duration
		want   time.Duration
	}{
		"nothing happened": {},
		"in step": {
			events: []event{{0, "roles", 1, false}, {10 * ms, "groups", 2, false}, {12 * ms, "roles", 3, false}, {13 * ms, "roles", 4, false}},
		},
		"hardly late":                    {events: []event{{0, "roles", 2, false}, {calm, "groups", 1, false}}},
		"late":                           {events: []event{{0, "roles", 2, false}, {300 * ms, "groups", 1, false}}, want: 600 * ms},
		"late by much":                   {events: []event{{0, "roles", 2, false}, {3 * time.Second, "groups", 1, false}}, want: maxGather},
		"late behind the first of many":  {events: []event{{0, "roles", 2, false}, {200 * ms, "roles", 3, false}, {300 * ms, "groups", 1, false}}, want: 600 * ms},
		"late behind the second of many": {events: []event{{0, "roles", 1, false}, {200 * ms, "roles", 3, false}, {300 * ms, "groups", 2, false}}, want: 200 * ms},
		"late behind one just after another": {
			events: []event{{0, "roles", 1, false}, {2 * ms, "roles", 3, false}, {302 * ms, "groups", 2, false}}, want: 604 * ms,
		},
		"the later one is not as late": {
			events: []event{{0, "roles", 3, false}, {300 * ms, "groups", 1, false}, {310 * ms, "roles", 9, false}, {350 * ms, "groups", 8, false}},
			want:   600 * ms,
		},
		"a minute later": {events: []event{{0, "roles", 2, false}, {300 * ms, "groups", 1, false}}, at: 300*ms + remembered + 1},
		"late again, by less, after it was calm": {
			events: []event{
				{0, "roles", 2, false}, {time.Second, "groups", 1, false},
				{2 * time.Minute, "roles", 12, false}, {2*time.Minute + 100*ms, "groups", 11, false},
			},
			at: 2*time.Minute + 100*ms, want: 200 * ms,
		},
		"what a watch lists is not late":   {events: []event{{0, "roles", 9, false}, {300 * ms, "groups", 1, true}, {300 * ms, "groups", 5, true}}},
		"nor is what it lists again":       {events: []event{{0, "groups", 5, false}, {0, "roles", 9, false}, {300 * ms, "groups", 5, false}, {300 * ms, "groups", 3, false}}},
		"what changed meanwhile is":        {events: []event{{0, "groups", 5, false}, {10 * ms, "roles", 9, false}, {310 * ms, "groups", 7, false}}, want: 600 * ms},
		"versions of another etcd":         {events: []event{{0, "roles", 1e6, false}, {horizon + ms, "roles", 1e6 + 1, false}, {2 * horizon, "groups", 7, false}}},
		"versions of another, idle etcd":   {events: []event{{0, "roles", 1e6, false}, {horizon + ms, "groups", 7, false}}},
		"behind one before the horizon":    {events: []event{{0, "roles", 1, false}, {2 * horizon, "roles", 9, false}, {2*horizon + 300*ms, "groups", 5, false}}, want: 600 * ms},
		"behind many before the horizon":   {events: []event{{0, "roles", 1, false}, {time.Second, "roles", 5, false}, {horizon + 2*time.Second, "roles", 9, false}, {horizon + 2*time.Second + 300*ms, "groups", 4, false}}},
		"between many before the horizon":  {events: []event{{0, "roles", 1, false}, {time.Second, "roles", 5, false}, {horizon + 2*time.Second, "roles", 9, false}, {horizon + 2*time.Second + 300*ms, "groups", 6, false}}, want: 600 * ms},
		"what no etcd gives for a version": {events: []event{{0, "roles", 2, false}, {300 * ms, "groups", -1, false}}},
	} {
		start := time.Now()
		tracker := &Tracker{}
		at := start.Add(test.at)
		for _, e := range test.events {
			tracker.Brought(start.Add(e.at), e.resource, strconv.Itoa(e.version), e.listed)
			if test.at == 0 {
				at = start.Add(e.at)
			}
		}
		if got := tracker.Gather(at); got != test.want {
			t.Errorf("%s: changes are gathered for %s, want %s", name, got, test.want)
		}
	}
}

// TestArrivalsAreBounded: however many events come, few are remembered.
func TestArrivalsAreBounded(t *testing.T) {
	tracker, now := &Tracker{}, time.Now()
	for version := range 100_000 {
		now = now.Add(time.Millisecond)
		tracker.Brought(now, "roles", strconv.Itoa(version), false)
	}
	if most := int(horizon/resolution) + 2; len(tracker.distance.arrivals) > most {
		t.Errorf("%d arrivals are remembered, want at most %d", len(tracker.distance.arrivals), most)
	}
}
