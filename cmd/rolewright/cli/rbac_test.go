// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// hostileIDs look alike in a name, or cannot be part of one.
var hostileIDs = []string{
	"ann@example.com", "Ann@example.com", "ann.example.com", "ann-example-com", "ann@example.com ", "-", "--", "@", "日本", "É", "K",
	"system:masters", "system:serviceaccount:shop:desk", "../../etc", "a/b", "a%2Fb", "{{.}}", "x: y", "'", "\u202eann",
	strings.Repeat("a", 512), strings.Repeat("a", 511) + "b", strings.Repeat("日", 512), "rolewright-own-", "null", "~",
}

// TestAccessNames: each owner has a valid name of their own, which is always the same.
func TestAccessNames(t *testing.T) {
	owners := map[string]owner{}
	check := func(t interface{ Errorf(string, ...any) }, o owner) {
		name := accessName(o)
		if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
			t.Errorf("%q is called %q: %v", o.user, name, problems)
		}
		if other, taken := owners[name]; taken && other != o {
			t.Errorf("%+v and %+v are both called %q", o, other, name)
		}
		owners[name] = o
		if again := accessName(o); again != name {
			t.Errorf("%q is called %q and %q", o.user, name, again)
		}
	}
	for _, id := range hostileIDs {
		for _, organization := range []string{"acme", "ajax", strings.Repeat("a", 253)} {
			check(t, owner{"town", organization, v1alpha1.UserID(id)})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-cA-C@.\-]{1,8}`)).Draw(t, "id")
		check(t, owner{"town", rapid.SampledFrom([]string{"acme", "ajax"}).Draw(t, "organization"), v1alpha1.UserID(id)})
	})
}

// TestOwnAccessIsForOneUserAndTheirNames: nothing but get, on the names of one user.
func TestOwnAccessIsForOneUserAndTheirNames(t *testing.T) {
	assignments := make([]v1alpha1.UserAssignment, 0, 2*len(hostileIDs))
	for i, id := range hostileIDs {
		for _, name := range []string{"b", "a"} {
			a := v1alpha1.UserAssignment{}
			a.Namespace, a.Name = "town", name+strings.Repeat("x", i)
			a.Spec.OrganizationRef.Name, a.Spec.User = "acme", v1alpha1.UserID(id)
			assignments = append(assignments, a)
		}
	}
	owners, names := ownersOf(assignments)
	if len(owners) != len(hostileIDs) {
		t.Errorf("%d owners", len(owners))
	}
	for _, o := range owners {
		role, binding := ownAccess(o, names[o])
		if len(role.Rules) != 1 || len(role.Rules[0].ResourceNames) != 2 || strings.Join(role.Rules[0].Verbs, ",") != "get" {
			t.Errorf("%q gets %+v", o.user, role.Rules)
		}
		for _, a := range assignments {
			named := a.Name == role.Rules[0].ResourceNames[0] || a.Name == role.Rules[0].ResourceNames[1]
			if named != (a.Spec.User == o.user) {
				t.Errorf("%q gets %s of %q: %v", o.user, a.Name, a.Spec.User, named)
			}
		}
		if len(binding.Subjects) != 1 || binding.Subjects[0].Name != string(o.user) || binding.Subjects[0].Kind != "User" ||
			binding.RoleRef.Name != role.Name || binding.Namespace != "town" {
			t.Errorf("%q: %+v", o.user, binding)
		}
	}
}
