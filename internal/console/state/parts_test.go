// SPDX-License-Identifier: Apache-2.0

package state_test

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

var now = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

// read returns the input of a sample.
func read(t *testing.T, sample string) *validation.Input {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, "../../../config/samples/"+sample)
	if err != nil {
		t.Fatal(err)
	}
	return input
}

// TestUnresolved: nothing follows from a part of an organization, but that it is there.
func TestUnresolved(t *testing.T) {
	input := read(t, "quickstart")
	s := state.Unresolved(&input.Objects, "you may not", now)
	if len(s.Organizations) != 1 || len(s.Findings) != 0 {
		t.Fatalf("it has %d organizations and %d findings", len(s.Organizations), len(s.Findings))
	}
	o := s.Organizations[0]
	if o.Unresolved != "you may not" || o.Document != nil || o.Index != nil || o.Resolution != nil || o.Title() != "Town library" || len(o.Users()) != 0 {
		t.Errorf("the organization is %+v", o)
	}
}

// TestJoin: organizations of several parts stand in one order, each with its own objects, and no finding is said twice.
func TestJoin(t *testing.T) {
	var parts []*state.State
	for _, sample := range []string{"quickstart", "contracts", "contracts"} {
		s, err := state.New(read(t, sample), "", now)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, s)
	}
	once := len(parts[0].Findings) + len(parts[1].Findings)
	joined := state.Join(parts[0].Objects, now, parts...)
	if len(joined.Findings) != once || once == 0 {
		t.Errorf("it has %d findings, want %d", len(joined.Findings), once)
	}
	for i, want := range []string{"contracts", "contracts", "quickstart"} {
		if o := joined.Organizations[i]; o.Name != want || o.Objects.Organizations[0].Name != want {
			t.Errorf("organization %d is %s with the objects of %s", i, o.Name, o.Objects.Organizations[0].Name)
		}
	}
}

// TestBaseline: what was there is compared with; what was made since is new.
func TestBaseline(t *testing.T) {
	first, err := state.New(read(t, "quickstart"), "", now)
	if err != nil {
		t.Fatal(err)
	}
	baseline := state.NewBaseline(first)
	again, err := state.New(read(t, "quickstart"), "", now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	other, err := state.New(read(t, "contracts"), "", now)
	if err != nil {
		t.Fatal(err)
	}
	if was := baseline.Resolution(again.Organizations[0]); was != first.Organizations[0].Resolution || !baseline.ReadTime.Equal(now) {
		t.Errorf("it was %v at %s", was, baseline.ReadTime)
	}
	if was := baseline.Resolution(other.Organizations[0]); was != nil {
		t.Errorf("an organization that is new was %v", was)
	}
}
