// SPDX-License-Identifier: Apache-2.0

package state_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// TestBaseline: what was there is compared with, also where it could not be read then; what was made since is new.
func TestBaseline(t *testing.T) {
	input := read(t, "quickstart")
	organization := &input.Objects.Organizations[0]
	organization.CreationTimestamp = metav1.NewTime(now.Add(-time.Hour))
	known, err := state.New(input, "", now)
	if err != nil {
		t.Fatal(err)
	}
	holders := func(baseline *state.State) int {
		if o := baseline.Organization("quickstart", "quickstart"); o != nil {
			return o.Resolution.Holders["reader"]
		}
		return 0
	}
	want := known.Organizations[0].Resolution.Holders["reader"]
	if got := holders(state.BaselineOf(known)); got != want || want == 0 {
		t.Errorf("the baseline has %d readers, want %d", got, want)
	}
	without := state.BaselineOf(state.Unresolved(&input.Objects, "you may not", now))
	if got := holders(without); got != 0 {
		t.Errorf("what could not be resolved has %d readers", got)
	}
	if got := holders(without.WithKnown(known)); got != want {
		t.Errorf("once it is known there are %d readers, want %d", got, want)
	}
	organization.CreationTimestamp = metav1.NewTime(now.Add(time.Hour))
	if got := holders(without.WithKnown(known)); got != 0 {
		t.Errorf("a new organization had %d readers", got)
	}
}
