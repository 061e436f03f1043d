// SPDX-License-Identifier: Apache-2.0

package change

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

type set = map[string]struct{}

func setOf(names []string) set {
	of := make(set, len(names))
	for _, name := range names {
		of[name] = struct{}{}
	}
	return of
}

// compile compiles what both states say of approvers. Where only some users differ, and nobody's line of managers does, that takes
// these users and, where managers are asked, those below whom they stand and the lines of these.
func (a *approverComparison) compile() error {
	c := a.comparison
	if c.updated.IsEverything() || len(c.directory.changed) > 0 {
		return a.compileUsers(func(r *resolve.Resolution) iter.Seq[string] { return r.Users() })
	}
	a.some = set{}
	for id := range c.updated.Users() {
		a.some[id] = struct{}{}
	}
	if err := a.compileSome(); err != nil || !a.asksManagers() {
		return err
	}
	for _, id := range a.requesters() {
		a.some[id] = struct{}{}
		for _, above := range c.directory.line(after, id) {
			a.some[above] = struct{}{}
		}
	}
	return a.compileSome()
}

// indexOf compiles a document for the moment of the comparison.
func (a *approverComparison) indexOf(doc *document.Document) (*engine.Index, error) {
	at := a.comparison.options.At
	return engine.NewIndex(doc, engine.WithClock(func() time.Time { return at }))
}

// compileSome compiles both states as if there were no other users than some.
func (a *approverComparison) compileSome() error {
	return a.compileUsers(func(*resolve.Resolution) iter.Seq[string] { return maps.Keys(a.some) })
}

// compileUsers compiles both states with some users of each. The document of a preview has none of its own.
func (a *approverComparison) compileUsers(of func(*resolve.Resolution) iter.Seq[string]) error {
	for state, resolution := range a.comparison.resolutions {
		doc := *a.comparison.docs[state]
		doc.Users = map[string]document.User{}
		for id := range of(resolution) {
			if user, known := resolution.User(id); known {
				doc.Users[id] = user
			}
		}
		var err error
		if a.indexes[state], err = a.indexOf(&doc); err != nil {
			return err
		}
	}
	return nil
}

// asksManagers reports whether any step does.
func (a *approverComparison) asksManagers() bool {
	for _, chain := range a.comparison.docs[after].Chains {
		for i := range chain.Steps {
			if a.indexes[after].AsksManagers(&chain.Steps[i]) {
				return true
			}
		}
	}
	return false
}

// pools returns who may decide a step of an input in both states, or nobody if that does not differ. The second result is set if there
// are others beside them, in both states: that is enough where nobody asks who is left.
func (a *approverComparison) pools(was, is *document.Step, input *access.ApprovalInput) (pools [states][]string, others bool) {
	if a.some == nil {
		return [states][]string{a.indexes[before].Pool(was, input), a.indexes[after].Pool(is, input)}, false
	}
	// The step is the same in both states, and so are all who are not among some.
	approvers, sameApprovers := a.among(is.Approvers, input)
	fallback, sameFallback := a.among(is.Fallback, input)
	switch {
	case sameApprovers && sameFallback:
		return pools, false
	case a.comparison.options.OmitLeft && a.anyOther(is.Approvers, input):
		return approvers, true
	}
	otherApprovers, otherFallback := a.others(is.Approvers, input), a.others(is.Fallback, input)
	for state := range pools {
		if pools[state] = slices.Concat(otherApprovers, approvers[state]); len(pools[state]) == 0 {
			pools[state] = slices.Concat(otherFallback, fallback[state])
		}
	}
	return pools, false
}

// among returns who of some is one of some approvers in both states, and whether these are the same.
func (a *approverComparison) among(selectors []document.Approver, input *access.ApprovalInput) (pools [states][]string, same bool) {
	if len(selectors) == 0 {
		return pools, true
	}
	for state, index := range a.indexes {
		pools[state] = index.Pool(&document.Step{Approvers: selectors}, input)
	}
	return pools, maps.Equal(setOf(pools[before]), setOf(pools[after]))
}

// others returns who of those who are not among some is one of some approvers.
func (a *approverComparison) others(selectors []document.Approver, input *access.ApprovalInput) []string {
	var others []string
	if len(selectors) > 0 && a.compileAll() {
		for _, id := range a.all.Pool(&document.Step{Approvers: selectors}, input) {
			if !a.isSome(id) {
				others = append(others, id)
			}
		}
	}
	return others
}

// anyOther reports whether anyone who is not among some is one of some approvers.
func (a *approverComparison) anyOther(selectors []document.Approver, input *access.ApprovalInput) bool {
	return a.compileAll() && a.all.NamesOthers(selectors, input, a.isSome)
}

func (a *approverComparison) isSome(id string) bool {
	_, is := a.some[id]
	return is
}

// compileAll compiles the state before with all users, unless it is. It reports whether it could.
func (a *approverComparison) compileAll() bool {
	if a.all == nil && a.failure == nil {
		a.all, a.failure = a.allBefore()
	}
	return a.failure == nil
}

// allBefore returns an index of the state before.
func (a *approverComparison) allBefore() (*engine.Index, error) {
	if known := a.comparison.options.IndexBefore; known != nil {
		return known.At(a.comparison.options.At), nil
	}
	return a.indexOf(a.comparison.docs[before])
}

// below returns a function that reports whether something is true of a user of a state, or of anyone above them. It remembers what it
// has found.
func (d *directory) below(state int, is func(id string) bool) func(id string) bool {
	known := map[string]bool{}
	return func(id string) bool {
		var path []string
		result := false
		for {
			if found, asked := known[id]; asked {
				result = found
				break
			}
			user, exists := d.resolutions[state].User(id)
			if !exists {
				break
			}
			path = append(path, id)
			known[id] = false
			if is(id) {
				result = true
				break
			}
			id = user.Manager
		}
		for _, id := range path {
			known[id] = result
		}
		return result
	}
}
