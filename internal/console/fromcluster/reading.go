// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/model"
)

// reading is what was read, and what could not be.
type reading struct {
	contents
	// changed is set if there is something else to show than at the reading before.
	changed bool
	// problems are why objects are not there, and silences why there may be newer ones.
	problems, silences []problem
}

// problem is why one kind could not be read in a namespace, empty for all.
type problem struct {
	kind      *kind
	namespace string
	outcome   outcome
	err       error
	since     time.Time
}

// collect returns what is there; it is false while something has not been asked for.
func (s *Source) collect() (*reading, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := &reading{}
	for _, k := range s.kinds {
		if slices.ContainsFunc(s.feeds[k], func(f *feed) bool { return f.outcome == waiting }) {
			return nil, false
		}
	}
	for _, k := range s.kinds {
		var stores []store
		changed, keys := false, changedKeys{}
		for _, f := range s.feeds[k] {
			p := problem{kind: k, namespace: f.namespace, outcome: f.outcome, err: f.err, since: f.since}
			switch {
			case f.outcome != current:
				r.problems = append(r.problems, p)
			case f.err != nil:
				r.silences = append(r.silences, p)
			}
			if f.outcome == current {
				stores = append(stores, f.objects)
			}
			if f.dirty {
				changed, keys = true, keys.and(f.changes)
			}
			f.dirty = false
		}
		if changed {
			r.changed = true
			k.collect(&s.contents, stores, keys)
		}
	}
	r.contents = s.contents
	return r, true
}

// silence returns that the API server does not answer, and since when what is shown may have changed; nil if it answers.
func (r *reading) silence(now time.Time) error {
	silent := slices.Clone(r.silences)
	for _, p := range r.problems {
		if p.outcome == failed {
			silent = append(silent, p)
		}
	}
	if len(silent) == 0 {
		return nil
	}
	longest := slices.MinFunc(silent, func(a, b problem) int { return a.since.Compare(b.since) })
	return texts.Silent(longest.since, now, longest.err)
}

// about returns the problems of some kinds.
func about(problems []problem, kinds ...string) []problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p problem) bool { return !slices.Contains(kinds, p.kind.name) })
}

var (
	// ofPlatform are the kinds that the vocabulary of a namespace stands in for.
	ofPlatform = []string{model.KindCatalog, model.KindPlatformRole}
	// ofOrganization are the kinds without which an organization cannot be resolved.
	ofOrganization = []string{
		model.KindOrganization, model.KindStructure, model.KindRole, model.KindAssignment, model.KindGroup, model.KindChain, model.KindRequest,
	}
)
