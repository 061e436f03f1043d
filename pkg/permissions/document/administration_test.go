// SPDX-License-Identifier: Apache-2.0

package document

import "testing"

func TestRulesInWords(t *testing.T) {
	for want, rule := range map[string]AdministrationRule{
		"nothing": {},
		"add users; suspend users; remove users; take no role": {UserActions: []string{ActionTakeRoles, ActionRemove, ActionSuspend, ActionAdd, "Fire"}},
		"give role a":                        {UserActions: []string{ActionGiveRoles}, Roles: &RoleSelection{From: RolesListed, Roles: []string{"a"}}},
		"give and take roles a, b":           {UserActions: []string{ActionGiveRoles, ActionTakeRoles}, Roles: &RoleSelection{From: RolesListed, Roles: []string{"a", "b"}}},
		"give roles up to b but a and above": {UserActions: []string{ActionGiveRoles}, Roles: &RoleSelection{From: RolesUpTo, UpToRole: "b", ExceptRoles: []string{"a"}}},
		"override permissions of every role": {UserActions: []string{ActionWriteOverrides}, Roles: &RoleSelection{From: RolesAll}},
		"give roles up to their own":         {UserActions: []string{ActionGiveRoles}, Roles: &RoleSelection{From: RolesOwnRank}},
		"give no role":                       {UserActions: []string{ActionGiveRoles}, Roles: &RoleSelection{From: "Most"}},
		"change home unit, attributes a, b; write user groups; set catalog waivers": {
			ProfileFields: []string{ProfileHomeUnit}, ProfileAttributes: []string{"a", "b"},
			Resources: []string{ResourceUserGroups}, Subscription: []string{SubscriptionCatalogWaivers},
		},
		"change every attribute": {ProfileAttributes: []string{"a", EveryAttribute}},
	} {
		if got := rule.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
