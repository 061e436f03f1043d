// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeApprovers refuses that actors make themselves approvers of requests for roles that they may not give: by a group that a chain
// asks, or by drawing users below themselves whose managers it asks. Chains that are written are judged by what they give.
func (j *judge) judgeApprovers() {
	joined, drawn := j.joinedGroups(), j.drawnBelow()
	if len(joined) == 0 && drawn == "" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(j.docs[before].Chains)) {
		chain := j.docs[before].Chains[name]
		if chain.GrantPolicy == nil {
			continue
		}
		for approver := range approversOf(&chain) {
			what := ""
			switch approver.Type {
			case document.ApproverTypeGroup:
				if slices.Contains(joined, approver.Group) {
					what = "join group " + approver.Group
				}
			case document.ApproverTypeManager, document.ApproverTypeManagerWithRole:
				if drawn != "" {
					what = "become a manager of " + drawn
				}
			}
			if what != "" && !j.mayGiveAll(givenBy(chain.GrantPolicy, j.docs[before])) {
				ref := model.Ref{Kind: model.KindChain, Namespace: j.docs[before].Namespace, Name: name}
				j.refuse(ref, "", what+", and so approve requests for roles",
					fmt.Sprintf("nobody widens their own authority, and %q has no rule to give every role of the chain to anyone: it takes one",
						j.verdict.Actor))
				break
			}
		}
	}
}

// joinedGroups returns the groups of which the actor becomes a member.
func (j *judge) joinedGroups() []string {
	var joined []string
	for name, group := range j.docs[after].Groups {
		if slices.Contains(group.Members, j.verdict.Actor) && !slices.Contains(j.docs[before].Groups[name].Members, j.verdict.Actor) {
			joined = append(joined, name)
		}
	}
	return joined
}

// drawnBelow returns a user who gets below the actor in the line of managers; empty if nobody does.
func (j *judge) drawnBelow() string {
	var drawn []string
	for _, id := range j.reManaged() {
		if slices.Contains(j.lineAbove(after, id), j.verdict.Actor) && !slices.Contains(j.lineAbove(before, id), j.verdict.Actor) {
			drawn = append(drawn, id)
		}
	}
	if len(drawn) == 0 {
		return ""
	}
	return slices.Min(drawn)
}

// reManaged returns users who have another manager after the change.
func (j *judge) reManaged() []string {
	var ids []string
	for id := range j.updatedUsers() {
		was, _ := j.user(before, id)
		if is, exists := j.user(after, id); exists && is.Manager != was.Manager {
			ids = append(ids, id)
		}
	}
	return ids
}

// approversOf yields whom a chain names as approvers: of its steps, where nobody of these can decide, and after a time.
func approversOf(chain *document.Chain) iter.Seq[*document.Approver] {
	return func(yield func(*document.Approver) bool) {
		for i := range chain.Steps {
			step := &chain.Steps[i]
			named := slices.Concat(step.Approvers, step.Fallback)
			for k := range step.Timeouts {
				named = slices.Concat(named, step.Timeouts[k].Approvers)
			}
			for k := range named {
				if !yield(&named[k]) {
					return
				}
			}
		}
	}
}

// mayGiveAll reports whether the actor may give every role that another rule names to anyone.
func (j *judge) mayGiveAll(named *held) bool {
	return slices.ContainsFunc(j.actor.Rules, func(h held) bool {
		if j.actsOnAnyone(&h, document.ActionGiveRoles).Reason != "" || !administration.CoversToCome(&h, named) {
			return false
		}
		for role := range j.docs[before].Roles {
			if named.Names(role) && !h.Names(role) {
				return false
			}
		}
		return true
	})
}
