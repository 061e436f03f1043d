// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/english"
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
	what := strings.Join(resources, ", ") + " of " + v1alpha1.GroupVersion.Group
	where := ""
	if first.kind.inNamespace {
		where = " in all namespaces"
		if first.namespace != "" {
			where = " in namespace " + first.namespace
		}
	}
	var said string
	switch first.outcome {
	case refused:
		said = "You may not list and watch " + what + where
		consequence += ". The ClusterRole " + viewer + " allows it"
	case missing:
		said = "The cluster does not know " + what
		consequence += ". Install Rolewright's CustomResourceDefinitions"
	default:
		said = "The API server has not returned " + what + where + " yet"
	}
	return state.Lack{What: said + also + ": " + consequence + ".", Message: strings.Join(messages, "\n")}
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
			what = "no organization can be shown"
		}
		said = append(said, lack(together, "", what))
	}
	return said
}

// Consequences of what cannot be read.
const (
	unresolved      = "organizations are shown as they are written, without what follows from it"
	withoutPlatform = "users to whom they give roles may do more than is shown, and users whom they suspend nothing"
	withoutVotes    = "who has decided requests is not shown"
)

// lacking says what could not be read beside the catalogs and platform roles.
func (r *reading) lacking() []state.Lack {
	return slices.Concat(
		lacks(about(r.problems, ofOrganization...), unresolved),
		lacks(about(r.problems, model.KindPlatformAssignment), withoutPlatform),
		lacks(about(r.problems, model.KindDecision), withoutVotes),
	)
}

// ago says how long ago something was, to the minute.
func ago(period time.Duration) string {
	if minutes := int(period.Minutes()); minutes > 0 {
		return english.Count(minutes, "minute") + " ago"
	}
	return "less than a minute ago"
}
