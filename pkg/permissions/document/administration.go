// SPDX-License-Identifier: Apache-2.0

package document

import (
	"iter"
	"slices"
	"strings"
	"unicode"
)

// AdministrationRule says what the holders of a role may change of the organization. A word that is unknown allows nothing.
type AdministrationRule struct {
	Name string `json:"name"`
	// Qualifiers must be true of a user, who is the resource that they are asked with. They do not limit Resources and Subscription.
	Qualifiers []string `json:"qualifiers,omitempty"`
	// UserActions are Add, Suspend, Remove, GiveRoles, TakeRoles and WriteOverrides; the last three are about Roles.
	UserActions []string       `json:"userActions,omitempty"`
	Roles       *RoleSelection `json:"roles,omitempty"`
	// ProfileFields are Manager, HomeUnit and DisplayName, ProfileAttributes names of attributes, or * for all.
	ProfileFields     []string `json:"profileFields,omitempty"`
	ProfileAttributes []string `json:"profileAttributes,omitempty"`
	// Resources are UserGroups, Roles, Units, ApprovalChains, Constraints and Settings.
	Resources []string `json:"resources,omitempty"`
	// Subscription are Catalog, Plan, Features, Labels and CatalogWaivers.
	Subscription []string `json:"subscription,omitempty"`
}

// Words of administration rules.
const (
	ActionAdd            = "Add"
	ActionSuspend        = "Suspend"
	ActionRemove         = "Remove"
	ActionGiveRoles      = "GiveRoles"
	ActionTakeRoles      = "TakeRoles"
	ActionWriteOverrides = "WriteOverrides"

	ProfileManager     = "Manager"
	ProfileHomeUnit    = "HomeUnit"
	ProfileDisplayName = "DisplayName"
	// EveryAttribute stands for all attributes.
	EveryAttribute = "*"

	ResourceUserGroups     = "UserGroups"
	ResourceRoles          = "Roles"
	ResourceUnits          = "Units"
	ResourceApprovalChains = "ApprovalChains"
	ResourceConstraints    = "Constraints"
	ResourceSettings       = "Settings"

	SubscriptionCatalog        = "Catalog"
	SubscriptionPlan           = "Plan"
	SubscriptionFeatures       = "Features"
	SubscriptionLabels         = "Labels"
	SubscriptionCatalogWaivers = "CatalogWaivers"
)

// AdministrationRules yields the administration rules of a role, its own and those that it inherits, each with the role that
// it is written in: the role itself first, the others by name.
func (d *Document) AdministrationRules(role string) iter.Seq2[string, *AdministrationRule] {
	return func(yield func(string, *AdministrationRule) bool) {
		written := d.Roles[role]
		for _, name := range slices.Concat([]string{role}, written.Inherits) {
			rules := d.Roles[name].AdministrationRules
			for i := range rules {
				if !yield(name, &rules[i]) {
					return
				}
			}
		}
	}
}

// String says in words what the rule allows, without its qualifiers: "give and take roles up to their own; change home unit".
func (r *AdministrationRule) String() string {
	var allowed []string
	add := func(listed bool, text string) {
		if listed {
			allowed = append(allowed, text)
		}
	}
	has := func(action string) bool { return slices.Contains(r.UserActions, action) }
	roles := r.Roles.String()
	add(has(ActionAdd), "add users")
	add(has(ActionSuspend), "suspend users")
	add(has(ActionRemove), "remove users")
	gives, takes := has(ActionGiveRoles), has(ActionTakeRoles)
	add(gives && takes, "give and take "+roles)
	add(gives && !takes, "give "+roles)
	add(takes && !gives, "take "+roles)
	add(has(ActionWriteOverrides), "override permissions of "+roles)
	for _, list := range []struct {
		verb  string
		words []string
	}{{"change", r.profileWords()}, {"write", words(r.Resources)}, {"set", words(r.Subscription)}} {
		add(len(list.words) > 0, list.verb+" "+strings.Join(list.words, ", "))
	}
	if len(allowed) == 0 {
		return "nothing"
	}
	return strings.Join(allowed, "; ")
}

// profileWords names what may be changed in a profile.
func (r *AdministrationRule) profileWords() []string {
	named := words(r.ProfileFields)
	switch {
	case slices.Contains(r.ProfileAttributes, EveryAttribute):
		return append(named, "every attribute")
	case len(r.ProfileAttributes) == 1:
		return append(named, "attribute "+r.ProfileAttributes[0])
	case len(r.ProfileAttributes) > 1:
		return append(named, "attributes "+strings.Join(r.ProfileAttributes, ", "))
	}
	return named
}

// words writes the words of a list as people do: home unit for HomeUnit.
func words(list []string) []string {
	written := make([]string, len(list))
	for i, word := range list {
		var text strings.Builder
		for j, letter := range word {
			if j > 0 && unicode.IsUpper(letter) {
				text.WriteByte(' ')
			}
			text.WriteRune(unicode.ToLower(letter))
		}
		written[i] = text.String()
	}
	return written
}
