// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestManagersAboveAreThoseWhoAreAbove, the nearest first, in lines and in circles.
func TestManagersAboveAreThoseWhoAreAbove(t *testing.T) {
	doc := &document.Document{Schema: document.Schema, Users: map[string]document.User{}}
	for user, manager := range map[string]string{
		"a": "b", "b": "c", "c": "", "d": "e", "e": "f", "f": "e", "g": "g", "h": "ghost", "i": "d", "j": "k", "k": "ghost",
	} {
		doc.Users[user] = document.User{Manager: manager, Attributes: map[string]any{"level": 1.0}}
	}
	x, err := New(doc)
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string][]string{
		"a": {"b", "c"}, "b": {"c"}, "c": nil, "d": {"e", "f"}, "e": {"f"}, "g": nil, "h": nil, "i": {"d", "e", "f"}, "j": {"k"}, "ghost": nil, "": nil,
	} {
		if got := slices.Collect(x.ManagersAbove(user)); !slices.Equal(got, want) {
			t.Errorf("above %q are %q, want %q", user, got, want)
		}
		for above := range doc.Users {
			if got := x.IsAbove(above, user); got != slices.Contains(want, above) {
				t.Errorf("%q is above %q: %t", above, user, got)
			}
		}
		for range x.ManagersAbove(user) {
			break
		}
	}
	if x.IsManager("", "c") {
		t.Error("nobody is a manager")
	}
}

// TestRoleDigestIsOfWhatARoleGives: neither the order nor the line of inheritance counts, and everything else does.
func TestRoleDigestIsOfWhatARoleGives(t *testing.T) {
	digest := func(inherits []string, alternatives ...document.Alternative) string {
		doc := &document.Document{Schema: document.Schema, Roles: map[string]document.Role{
			"r": {Inherits: inherits, Permissions: map[string][]document.Alternative{"p": alternatives}},
		}}
		x, err := New(doc, WithClock(time.Now))
		if err != nil {
			t.Fatal(err)
		}
		found, known := x.RoleDigest("r")
		if other, unknown := x.RoleDigest("s"); !known || unknown || other != "" {
			t.Errorf("r is known: %t; s is: %t, with digest %q", known, unknown, other)
		}
		return found
	}
	a := document.Alternative{Qualifiers: []string{"x", "y"}, RequiredFeatures: []string{"f"}}
	b := document.Alternative{RequiredEntitlements: []string{"e"}}
	as := document.Alternative{Qualifiers: []string{"y", "x"}, RequiredFeatures: []string{"f"}, Via: []string{"s"}}
	base := digest([]string{"s", "t"}, a, b)
	for what, same := range map[string]string{"order": digest([]string{"t", "s"}, b, as), "repetition": digest([]string{"s", "t"}, a, b, as)} {
		if same != base {
			t.Errorf("the %s counts", what)
		}
	}
	for what, other := range map[string]string{
		"a role above which it ranks": digest([]string{"s"}, a, b), "an alternative": digest([]string{"s", "t"}, a),
		"a qualifier":    digest([]string{"s", "t"}, document.Alternative{Qualifiers: []string{"x"}, RequiredFeatures: []string{"f"}}, b),
		"a feature":      digest([]string{"s", "t"}, document.Alternative{Qualifiers: []string{"x", "y"}}, b),
		"an entitlement": digest([]string{"s", "t"}, a, document.Alternative{}),
	} {
		if other == base {
			t.Errorf("%s does not count", what)
		}
	}
}

// TestAttributesOver: what the directory knows wins, and what it does not know is missing whatever is sent.
func TestAttributesOver(t *testing.T) {
	sent := map[string]any{"a": 1, "b": 2, "c": 3, "d": 4}
	a := Attributes{Known: map[string]any{"d": 5, "e": 6}, Unknown: []string{"a", "c"}}
	if got, want := a.Over(sent), (map[string]any{"b": 2, "d": 5, "e": 6}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if want := (map[string]any{"a": 1, "b": 2, "c": 3, "d": 4}); !maps.Equal(sent, want) {
		t.Errorf("what was sent became %v", sent)
	}
}
