// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/model"
)

// viewer is the one of the shipped ClusterRoles that lets its holders read everything.
const viewer = "rolewright-viewer"

// lack says what could not be read in a namespace, for one reason, what else does not help, and what follows from that.
func lack(problems []problem, also, consequence string) state.Lack {
	first := &problems[0]
	resources, messages := make([]string, 0, len(problems)), make([]string, 0, len(problems))
	for i := range problems {
		resources = append(resources, problems[i].kind.resource)
		if message := problems[i].err.Error(); !slices.Contains(messages, message) {
			messages = append(messages, message)
		}
	}
	what := texts.Resources(resources, v1alpha1.GroupVersion.Group)
	where := texts.Where(first.kind.inNamespace, first.namespace)
	var said string
	switch first.outcome {
	case refused:
		said, consequence = texts.MayNotRead(what, where), texts.Allowed(consequence, viewer)
	case missing:
		said, consequence = texts.KindsMissing(what), texts.Install(consequence)
	default:
		said = texts.NotReturned(what, where)
	}
	return state.Lack{What: texts.Lack(said, also, consequence), Message: strings.Join(messages, "\n")}
}

// lacks says what could not be read of some kinds: a sentence for each namespace and reason.
func lacks(problems []problem, consequence string) []state.Lack {
	var said []state.Lack
	for len(problems) > 0 {
		first := problems[0]
		same := func(p problem) bool { return p.namespace == first.namespace && p.outcome == first.outcome }
		together := slices.DeleteFunc(slices.Clone(problems), func(p problem) bool { return !same(p) })
		problems = slices.DeleteFunc(slices.Clone(problems), same)
		what := consequence
		if slices.ContainsFunc(together, func(p problem) bool { return p.kind.name == model.KindOrganization }) {
			what = texts.NoneShown
		}
		said = append(said, lack(together, "", what))
	}
	return said
}

// lacking says what could not be read beside the catalogs and platform roles.
func (r *reading) lacking() []state.Lack {
	return slices.Concat(
		lacks(about(r.problems, ofOrganization...), texts.Unfollowed),
		lacks(about(r.problems, model.KindPlatformAssignment), texts.WithoutPlatform),
		lacks(about(r.problems, model.KindDecision), texts.WithoutVotes),
	)
}
