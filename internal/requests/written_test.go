// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

func TestParseScope(t *testing.T) {
	scope, err := ParseScope([]string{"units=icu,er", "unitGroups=med", "contractType=on-call,night", "channel=*", "units=lab"})
	if err != nil {
		t.Fatal(err)
	}
	if len(scope.Units) != 3 || scope.Units[2] != "lab" || len(scope.UnitGroups) != 1 || scope.Everywhere != nil {
		t.Errorf("got %+v", scope)
	}
	if d := scope.Dimensions; len(d) != 2 || len(d[0].Values) != 2 || d[0].All != nil || d[1].Name != "channel" || d[1].All == nil || !*d[1].All {
		t.Errorf("got dimensions %+v", scope.Dimensions)
	}
	scope, err = ParseScope([]string{"everywhere"})
	if err != nil || scope.Everywhere == nil || !*scope.Everywhere || len(scope.Units) != 0 {
		t.Errorf("got %+v, error %v", scope, err)
	}
	for _, part := range []string{"", "units", "units=", "=x"} {
		if _, err := ParseScope([]string{part}); err == nil || !strings.Contains(err.Error(), "write everywhere, units=") {
			t.Errorf("%q: error %v", part, err)
		}
	}
}

func TestParseRoleReference(t *testing.T) {
	for text, want := range map[string]v1alpha1.RoleReference{
		"clerk":              {Name: "clerk"},
		"Role/clerk":         {Name: "clerk"},
		"PlatformRole/guide": {Kind: v1alpha1.RoleKindPlatformRole, Name: "guide"},
		"Other/clerk":        {Name: "Other/clerk"},
	} {
		if got := ParseRole(text); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestGenerateNamePrefix(t *testing.T) {
	for requestType, want := range map[string]string{
		"work-order": "work-order-", "Extension.Offer": "extension-offer-", "__": "request-", strings.Repeat("a", 63): strings.Repeat("a", 40) + "-",
	} {
		if got := NamePrefix(requestType); got != want {
			t.Errorf("prefix for %q is %q, want %q", requestType, got, want)
		}
	}
}
