// SPDX-License-Identifier: Apache-2.0

package model_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
)

func ofUsers(ids ...string) model.Difference { return model.OfUsers(slices.Values(ids)) }

func names(d model.Difference) []string { return slices.Sorted(d.Users()) }

// TestDifferencesFollowOneAnother: of three states, the first and the last differ in all in which the second differs from
// either.
func TestDifferencesFollowOneAnother(t *testing.T) {
	var none model.Difference
	for _, test := range []struct {
		first, second model.Difference
		everything    bool
		users         []string
	}{
		{none, none, false, nil},
		{none, ofUsers("ann"), false, []string{"ann"}},
		{ofUsers("ann"), none, false, []string{"ann"}},
		{ofUsers("ann", "ben"), ofUsers("ben", "cem"), false, []string{"ann", "ben", "cem"}},
		{ofUsers("ann"), model.Everything(), true, nil},
		{model.Everything(), ofUsers("ann"), true, nil},
		{model.Everything(), none, true, nil},
		{model.AllButUsers(), ofUsers("ann"), false, []string{"ann"}},
		{ofUsers("ann"), model.AllButUsers(), false, []string{"ann"}},
		{model.AllButUsers(), none, false, nil},
		{model.AllButUsers(), model.Everything(), true, nil},
	} {
		both := test.first.Then(test.second)
		if both.IsEverything() != test.everything || !slices.Equal(names(both), test.users) {
			t.Errorf("%v then %v is %v", test.first, test.second, both)
		}
		if only := test.first.OnlyUsers() && test.second.OnlyUsers(); both.OnlyUsers() != only {
			t.Errorf("%v is of users alone: %v", both, !only)
		}
		if empty := both.OnlyUsers() && len(test.users) == 0; both.IsEmpty() != empty {
			t.Errorf("%v is empty: %v", both, !empty)
		}
		for _, id := range []string{"ann", "ben", "cem", "dia"} {
			if want := test.everything || slices.Contains(test.users, id); both.Includes(id) != want {
				t.Errorf("%v includes %s: %v", both, id, !want)
			}
		}
	}
}

// TestDifferencesAreValues: a difference stays as it is when another follows it.
func TestDifferencesAreValues(t *testing.T) {
	first, second := ofUsers("ann"), ofUsers("ben")
	first.Then(second)
	if !slices.Equal(names(first), []string{"ann"}) || !slices.Equal(names(second), []string{"ben"}) {
		t.Errorf("they became %v and %v", first, second)
	}
}
