// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// mostNearest bounds how many ways to a yes are named.
	mostNearest = 3
	// mostRoles bounds how many roles one of them names.
	mostRoles = 8
)

// way is a grant or an override that would give the permission, if it did not lack something.
type way struct {
	lacks []lack
	by    string
}

// nearest says what would make the answer yes: of the user's grants whose role holds the permission, and of the overrides
// that give it, those that lack the least; without any, the roles that hold it.
func (e *explainer) nearest() []string {
	ways := e.ways()
	if len(ways) == 0 {
		return e.rolesThatHold()
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(len(a.lacks), len(b.lacks)) })
	var texts []string
	for _, w := range ways {
		text := fmt.Sprintf("would be allowed %s, by %s", joined(w.lacks, func(l lack) string { return l.with }), w.by)
		if len(w.lacks) == len(ways[0].lacks) && len(texts) < mostNearest && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// ways lists what gives the permission somewhere, at some time or on some condition.
func (e *explainer) ways() []way {
	var ways []way
	for i := range e.explanation.Grants {
		g := &e.explanation.Grants[i]
		written := &e.index.grants[int(e.holder.from)+i]
		for j := range g.Alternatives {
			ways = append(ways, way{
				lacks: append(alternativeLacks(&g.Alternatives[j]), e.coverageLacks(written.scope, written.window)...),
				by:    fmt.Sprintf("grant %s of role %s", g.Source, g.Role),
			})
		}
	}
	if e.holder.extra == nil {
		return ways
	}
	for i := range e.holder.extra.overrides {
		if o := &e.holder.extra.overrides[i]; o.permission == e.permission && !o.revoke {
			ways = append(ways, way{lacks: e.overrideLacks(o), by: "override " + o.source})
		}
	}
	return ways
}

// rolesThatHold names the roles that hold the permission, for a user who has none of them.
func (e *explainer) rolesThatHold() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e.index.roles)) {
		if len(e.index.roles[name].Permissions[e.request.Action.Name]) > 0 {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return []string{"no role holds the permission"}
	case len(names) > mostRoles:
		names = append(names[:mostRoles], fmt.Sprintf("and %d more", len(names)-mostRoles))
	}
	return []string{"a grant of one of the roles that hold the permission would be needed: " + strings.Join(names, ", ")}
}
