// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// grantPolicy finds what is wrong with the grant policy of a chain.
func (r *chainReader) grantPolicy(chain *model.Chain) {
	policy := chain.GrantPolicy
	if policy == nil {
		return
	}
	const field = "spec.grantPolicy"
	r.word(chain, field+".roles.from", policy.Roles.From, "no role is given",
		document.RolesListed, document.RolesUpTo, document.RolesAll)
	for i, ref := range policy.Roles.Roles {
		r.roleFor(chain, fmt.Sprintf("%s.roles.roleRefs[%d]", field, i), ref, "the name gives no role")
	}
	if policy.Roles.UpTo != nil {
		r.roleFor(chain, field+".roles.upToRoleRef", *policy.Roles.UpTo, "no role is given")
	}
	for i, ref := range policy.Roles.Except {
		r.roleFor(chain, fmt.Sprintf("%s.roles.exceptRoleRefs[%d]", field, i), ref, "no role is given")
	}
	for i, word := range policy.Beneficiaries {
		r.word(chain, fmt.Sprintf("%s.beneficiaries[%d]", field, i), word, "the word names nobody",
			document.GrantToRequester, document.GrantToMembers)
	}
	if j := policy.Justification; j != nil {
		r.word(chain, field+".justification.requirement", j.Requirement, "no role is given",
			document.JustificationRequired, document.JustificationOptional)
		if _, err := regexp.Compile(j.Pattern); err != nil {
			r.found.reject(chain.Ref, field+".justification.pattern", ReasonInvalidPattern,
				"the pattern is no regular expression (RE2), so no justification matches it: %v", err)
		}
	}
	for i, word := range policy.WithoutDecision {
		r.word(chain, fmt.Sprintf("%s.withoutDecision[%d]", field, i), word, "the word allows nothing",
			document.WithoutDecisionOnSubmission, document.WithoutDecisionOnBypass, document.WithoutDecisionIfNoStepNeeded,
			document.WithoutDecisionByAuthority)
	}
	if len(policy.WithoutDecision) > 0 {
		r.found.warn(chain.Ref, field+".withoutDecision", ReasonWithoutDecision,
			"the chain gives roles without a decision of another user (%s): leave the field out unless that is meant",
			strings.Join(policy.WithoutDecision, ", "))
	}
}

func (r *chainReader) word(chain *model.Chain, field, word, effect string, known ...string) {
	if !slices.Contains(known, word) {
		r.found.reject(chain.Ref, field, ReasonUnknownType, "there is no %q, so %s: use %s", word, effect, strings.Join(known, ", "))
	}
}

func documentGrantPolicy(policy *model.GrantPolicy) *document.GrantPolicy {
	if policy == nil {
		return nil
	}
	published := &document.GrantPolicy{
		Roles:         documentSelection(&policy.Roles),
		Beneficiaries: slices.Clone(policy.Beneficiaries), WithoutDecision: slices.Clone(policy.WithoutDecision),
		MaxDurationSeconds: int64(policy.Max.Seconds()), DefaultDurationSeconds: int64(policy.Default.Seconds()),
	}
	if j := policy.Justification; j != nil {
		published.Justification = &document.JustificationPolicy{Requirement: j.Requirement, Pattern: j.Pattern, Hint: j.Hint}
	}
	return published
}

func documentSelection(selection *model.RoleSelection) document.RoleSelection {
	published := document.RoleSelection{From: selection.From, Roles: keys(selection.Roles), ExceptRoles: keys(selection.Except)}
	if selection.UpTo != nil {
		published.UpToRole = selection.UpTo.Key()
	}
	return published
}

// keys returns the names of roles in a document, sorted, each once.
func keys(refs []model.RoleRef) []string {
	names := make([]string, 0, len(refs))
	for _, ref := range refs {
		names = append(names, ref.Key())
	}
	return unique(names)
}
