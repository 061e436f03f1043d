// SPDX-License-Identifier: Apache-2.0

package login

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"
)

func sessionAt(user, id string, issued int64) *Session {
	return &Session{ID: id, User: user, Issued: issued, Expires: issued/1000 + 60}
}

// TestRevoked: what was ended is in the set, and nothing else, until it would have ended by itself. What is kept says neither who nor what.
func TestRevoked(t *testing.T) {
	ann, other, ben := sessionAt("ann", "one", 1000), sessionAt("ann", "two", 1000), sessionAt("ben", "one", 1000)
	r := Revoked{}
	r.Add(ann)
	if !r.Has(ann) || r.Has(other) || r.Has(ben) {
		t.Errorf("it holds %v", r)
	}
	for key, entry := range r {
		if text := key + entry.Text(); strings.Contains(text, "ann") || strings.Contains(text, "one") {
			t.Errorf("it says %s", text)
		}
		if ParseRevocation(entry.Text()) != entry {
			t.Errorf("%s is read as %+v", entry.Text(), ParseRevocation(entry.Text()))
		}
	}
	r.Prune(time.Unix(60, 0))
	if !r.Has(ann) {
		t.Error("it was forgotten too early")
	}
	r.Prune(time.Unix(61, 0))
	if len(r) != 0 {
		t.Errorf("it is kept for too long: %v", r)
	}
}

// TestRevokedManyTimes: however often a user logs out, their entries are few, none of these sessions counts again, and a later one does.
func TestRevokedManyTimes(t *testing.T) {
	r, all := Revoked{}, []*Session{}
	for i := range 100 {
		s := sessionAt("ann", fmt.Sprint(i), int64(1000+i))
		r.Add(s)
		all = append(all, s)
		if len(r) > mostOfUser+1 {
			t.Fatalf("%d entries", len(r))
		}
	}
	for _, s := range all {
		if !r.Has(s) {
			t.Errorf("%s counts again", s.ID)
		}
	}
	if r.Has(sessionAt("ann", "later", 2000)) || r.Has(sessionAt("ben", "0", 1000)) {
		t.Error("another session is ended too")
	}
}

// TestMergedSets: a merged set holds what either held, and covers both.
func TestMergedSets(t *testing.T) {
	one, other := Revoked{}, Revoked{}
	for i := range 12 {
		one.Add(sessionAt("ann", fmt.Sprint("a", i), int64(1000+i)))
		other.Add(sessionAt("ann", fmt.Sprint("b", i), int64(3000+i)))
	}
	merged := maps.Clone(one)
	if merged.Covers(other) {
		t.Error("it covers what it lacks")
	}
	merged.Merge(other)
	merged.Fold()
	if !merged.Covers(one) || !merged.Covers(other) || one.Covers(merged) || len(merged) > mostOfUser+1 {
		t.Errorf("%d entries", len(merged))
	}
	for i := range 12 {
		if !merged.Has(sessionAt("ann", fmt.Sprint("a", i), int64(1000+i))) || !merged.Has(sessionAt("ann", fmt.Sprint("b", i), int64(3000+i))) {
			t.Errorf("%d counts again", i)
		}
	}
}

// TestEntriesThatCannotBeRead revoke all that they may mean.
func TestEntriesThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"", "7", "x 7", "7 x", "7  8", "99999999999999999999 1"} {
		if entry := ParseRevocation(text); entry.Issued != math.MaxInt64 || entry.Expires != math.MaxInt64 {
			t.Errorf("%q is read as %+v", text, entry)
		}
	}
}
