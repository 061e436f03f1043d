// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"

	"github.com/rolewright/rolewright/internal/change"
)

// block are effects with one reason.
type block struct {
	because []change.Cause
	lines   []line
}

// line are effects that are the same but for places, roles and users.
type line struct {
	effect *change.Effect
	at     []spot
}

// spot is a place with the users there.
type spot struct {
	where *change.Where
	users []change.AffectedUser
}

// blocks groups effects for people: by reason, and then by what is held on which condition.
func blocks(effects []*change.Effect) []block {
	var all []block
	for _, e := range effects {
		at := slices.IndexFunc(all, func(b block) bool { return slices.Equal(b.because, e.Because) })
		if at < 0 {
			at = len(all)
			all = append(all, block{because: e.Because})
		}
		all[at].add(e)
	}
	return all
}

func (b *block) add(e *change.Effect) {
	at := slices.IndexFunc(b.lines, func(l line) bool { return l.takes(e) })
	if at < 0 {
		at = len(b.lines)
		b.lines = append(b.lines, line{effect: e})
	}
	b.lines[at].add(e)
}

// add adds the users of an effect to those at the same place.
func (l *line) add(e *change.Effect) {
	at := slices.IndexFunc(l.at, func(s spot) bool { return places(s.where, plain) == places(&e.Where, plain) })
	if at < 0 {
		at = len(l.at)
		l.at = append(l.at, spot{where: &e.Where})
	}
	l.at[at].users = append(l.at[at].users, e.Users...)
}

// takes reports whether another effect is on the line.
func (l *line) takes(e *change.Effect) bool {
	return l.effect.Kind == e.Kind && slices.Equal(l.effect.Permissions, e.Permissions) &&
		conditions(l.effect, plain) == conditions(e, plain) && limits(&l.effect.Where, plain) == limits(&e.Where, plain)
}

func plain(name string) string { return name }

// users counts the users on the line, each once.
func (l *line) users() int {
	seen := map[string]struct{}{}
	for _, s := range l.at {
		for _, user := range s.users {
			seen[user.ID] = struct{}{}
		}
	}
	return len(seen)
}

// ids returns the ids of the users at a place, sorted, each once: one may have an effect through several roles.
func (s *spot) ids() []string {
	names := make([]string, len(s.users))
	for i := range s.users {
		names[i] = s.users[i].ID
	}
	slices.Sort(names)
	return slices.Compact(names)
}
