// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
)

// stepsOfSimilar are the steps that an id counts for that may be taken for another.
const stepsOfSimilar = 8

// similarUsers finds users whose ids look alike. It goes through all users, and keeps only the ids that are odd: those that are not
// what they look like, as most are, and those with the prefix of an issuer.
func (e *environment) similarUsers(users *userIndex, found *findings) {
	odd, prefixed := map[string][]string{}, map[string][]string{}
	for id := range users.entries.All() {
		if key := suggest.Fold(id); key != id {
			odd[key] = append(odd[key], id)
			found.work.spend(stepsOfSimilar)
		}
		if bare, is := suggest.WithoutIssuer(id); is {
			prefixed[suggest.Fold(bare)] = append(prefixed[suggest.Fold(bare)], id)
			found.work.spend(stepsOfSimilar)
		}
	}
	// similar maps ids to that for which they may be taken: the plainest.
	similar := map[string]string{}
	add := func(key string, ids []string) {
		plainest := key
		if users.get(key) == nil {
			if len(odd[key]) == 0 {
				return
			}
			plainest = slices.Min(odd[key])
		}
		for _, id := range ids {
			if id != plainest {
				similar[id] = plainest
			}
		}
	}
	for key, ids := range prefixed {
		add(key, ids)
	}
	for key, ids := range odd {
		add(key, ids)
	}
	e.reportSimilar(users, similar, found)
}

// reportSimilar finds that ids look like others, where the users are written.
func (e *environment) reportSimilar(users *userIndex, similar map[string]string, found *findings) {
	members := map[string]model.Ref{}
	for id := range similar {
		if users.get(id).assignment == "" {
			members[id] = model.Ref{}
		}
	}
	for i := range e.world.Groups {
		group := &e.world.Groups[i]
		for _, member := range group.Members {
			if first, is := members[member]; is && (first.Kind == "" || group.Ref.Compare(first) < 0) {
				members[member] = group.Ref
			}
		}
	}
	for id, other := range similar {
		object, field := members[id], "spec.members"
		if name := users.get(id).assignment; name != "" {
			object, field = model.Ref{Kind: model.KindAssignment, Namespace: e.organization.Namespace, Name: name}, "spec.user"
		}
		if object.Kind != "" { // the platform alone may know a user
			found.note(object, field, ReasonSimilarUsers,
				"user %s is another user than %s, because ids are compared byte for byte: if they are the same person, write one id everywhere",
				quotedID(id), quotedID(other))
		}
	}
}

// quotedID shows an id so that one can see what it is made of.
func quotedID(id string) string {
	if strings.ContainsFunc(id, func(r rune) bool { return r > 0x7e }) {
		return strconv.QuoteToASCII(id)
	}
	return strconv.Quote(id)
}
