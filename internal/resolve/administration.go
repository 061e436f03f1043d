// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// The words that administration rules know.
var (
	userActions = []string{
		document.ActionAdd, document.ActionSuspend, document.ActionRemove,
		document.ActionGiveRoles, document.ActionTakeRoles, document.ActionWriteOverrides,
	}
	profileFields         = []string{document.ProfileManager, document.ProfileHomeUnit, document.ProfileDisplayName}
	administeredResources = []string{
		document.ResourceUserGroups, document.ResourceRoles, document.ResourceUnits,
		document.ResourceApprovalChains, document.ResourceConstraints, document.ResourceSettings,
	}
	subscriptionParts = []string{
		document.SubscriptionCatalog, document.SubscriptionPlan, document.SubscriptionFeatures,
		document.SubscriptionLabels, document.SubscriptionCatalogWaivers,
	}
	administeredFrom = []string{document.RolesListed, document.RolesUpTo, document.RolesOwnRank, document.RolesAll}
)

// readAdministration keeps the administration rules of a role. A rule that names an unknown qualifier allows nothing; of other
// names and words that are unknown, each allows nothing, and the others stay.
func (r *role) readAdministration(known *knownRoles, catalog *compiledCatalog, found *findings) {
	for i := range r.spec.AdministrationRules {
		written := &r.spec.AdministrationRules[i]
		read := administrationReader{role: r, known: known, found: found, field: "spec.administrationRules[" + written.Name + "]"}
		if !r.checkQualifiers(written.Qualifiers, read.field, "the rule allows nothing", catalog, found) || r.disabled != nil {
			continue
		}
		r.administration = append(r.administration, read.rule(written))
	}
}

// administrationReader reads one administration rule.
type administrationReader struct {
	role  *role
	known *knownRoles
	found *findings
	field string
}

func (r *administrationReader) rule(written *model.AdministrationRule) document.AdministrationRule {
	rule := document.AdministrationRule{
		Name: written.Name, Qualifiers: unique(written.Qualifiers),
		UserActions:       r.words(".userActions", written.UserActions, userActions),
		ProfileFields:     r.words(".profile.fields", written.ProfileFields, profileFields),
		ProfileAttributes: unique(written.ProfileAttributes),
		Resources:         r.words(".resources", written.Resources, administeredResources),
		Subscription:      r.subscription(written.Subscription),
	}
	if written.Roles != nil {
		r.selection(written.Roles)
		selection := documentSelection(written.Roles)
		rule.Roles = &selection
	}
	return rule
}

// words returns those of some words that are known, sorted, and finds the others.
func (r *administrationReader) words(field string, written, known []string) []string {
	var kept []string
	for i, word := range written {
		if slices.Contains(known, word) {
			kept = append(kept, word)
			continue
		}
		r.found.reject(r.role.spec.Ref, fmt.Sprintf("%s%s[%d]", r.field, field, i), ReasonUnknownType,
			"there is no %q, so the word allows nothing: use %s", word, strings.Join(known, ", "))
	}
	return unique(kept)
}

// subscription returns what a rule allows of a subscription: nothing, unless its role is assignable to the platform.
func (r *administrationReader) subscription(written []string) []string {
	if len(written) > 0 && !r.role.spec.Platform {
		r.found.reject(r.role.spec.Ref, r.field+".subscription", ReasonLevelMismatch,
			"an organization does not choose what the platform settles with it, so the field allows nothing: "+
				"remove it, or write it in a PlatformRole that is assignable to the platform")
		return nil
	}
	return r.words(".subscription", written, subscriptionParts)
}

// selection finds what is wrong with the roles that a rule names.
func (r *administrationReader) selection(written *model.RoleSelection) {
	field := r.field + ".roles"
	if !slices.Contains(administeredFrom, written.From) {
		r.found.reject(r.role.spec.Ref, field+".from", ReasonUnknownType,
			"there is no %q, so the rule is about no role: use %s", written.From, strings.Join(administeredFrom, ", "))
	}
	for i, ref := range written.Roles {
		r.named(fmt.Sprintf("%s.roleRefs[%d]", field, i), ref, "the name allows nothing")
	}
	if written.UpTo != nil {
		r.named(field+".upToRoleRef", *written.UpTo, "the rule is about no role")
	}
	for i, ref := range written.Except {
		r.named(fmt.Sprintf("%s.exceptRoleRefs[%d]", field, i), ref, "the rule is about no role")
	}
}

// named finds a role that a rule names and that cannot be given in the organization. Organizations have different custom roles,
// so a PlatformRole cannot name one.
func (r *administrationReader) named(field string, ref model.RoleRef, effect string) {
	named, known := r.known.roles[ref]
	switch {
	case !known || (r.role.spec.Kind == model.KindPlatformRole && named.spec.Kind != model.KindPlatformRole):
		r.found.rejectRole(r.known, r.role.spec.Ref, field, ref, effect)
	case named.spec.Platform:
		r.found.reject(r.role.spec.Ref, field, ReasonLevelMismatch,
			"PlatformRole %q is assignable to the platform, so nobody gives or takes it in an organization and %s: remove it", ref.Name, effect)
	default:
		named.reportDisabled(r.found, r.role.spec.Ref, field, effect)
	}
}
