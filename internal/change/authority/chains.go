// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readChain judges that a chain is written, and which roles it gives: the actor must be one who may give them to anyone, whatever
// else of the chain is changed.
func (j *judge) readChain(was, is *v1alpha1.ApprovalChain) {
	writes(j, model.KindChain, was, is, document.ResourceApprovalChains, "")
	if is == nil {
		return
	}
	policy := j.docs[after].Chains[is.Name].GrantPolicy
	if policy == nil {
		return
	}
	ref, given := refOf(model.KindChain, was, is), givenBy(policy, j.docs[after])
	for _, role := range slices.Sorted(maps.Keys(j.docs[after].Roles)) {
		if given.Names(role) {
			j.act(ref, "spec.grantPolicy", "let requests ask for role "+role, func(h *held) refusal {
				return j.givesToAnyone(h, document.ActionGiveRoles, role)
			})
		}
	}
	if administration.IsOpenEnded(given) {
		j.act(ref, "spec.grantPolicy", "let requests ask for roles that do not exist yet", func(h *held) refusal {
			if refused := j.actsOnAnyone(h, document.ActionGiveRoles); refused.Reason != "" {
				return refused
			}
			if !administration.CoversToCome(h, given) {
				return administration.Refuse(administration.LacksRole, "it covers %s, not all roles that do not exist yet", h.Rule.Roles)
			}
			return refusal{}
		})
	}
}

// givenBy returns the roles that a chain gives as a rule names them that nobody in particular holds. Exceptions that do not exist
// could begin to, so they except nothing.
func givenBy(policy *document.GrantPolicy, doc *document.Document) *held {
	return administration.Settled(&held{Rule: &document.AdministrationRule{Roles: &policy.Roles}, Place: administration.Whole(doc)})
}
