// SPDX-License-Identifier: Apache-2.0

package explain

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
	obstacles []obstacle
	by        string
}

// nearest says what would make the answer yes: of the user's grants whose role holds the permission, and of the overrides
// that give it, those that lack the least; without any, the roles that hold it.
func (e *explainer) nearest() []string {
	ways := e.ways()
	if len(ways) == 0 {
		return e.rolesThatHold()
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(len(a.obstacles), len(b.obstacles)) })
	var texts []string
	for _, w := range ways {
		text := fmt.Sprintf("would be allowed %s, by %s", joined(w.obstacles, func(l obstacle) string { return l.with }), w.by)
		if len(w.obstacles) == len(ways[0].obstacles) && len(texts) < mostNearest && !slices.Contains(texts, text) {
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
		written := &e.decision.Index.Grants[int(e.decision.Holder.From)+i]
		for j := range g.Alternatives {
			ways = append(ways, way{
				obstacles: append(alternativeObstacles(&g.Alternatives[j]), e.coverageObstacles(written.Scope, written.Window)...),
				by:        fmt.Sprintf("grant %s of role %s", g.Source, g.Role),
			})
		}
	}
	if e.decision.Holder.Detail == nil {
		return ways
	}
	for i := range e.decision.Holder.Detail.Overrides {
		if o := &e.decision.Holder.Detail.Overrides[i]; o.Permission == e.decision.Permission && !o.Deny {
			ways = append(ways, way{obstacles: e.overrideObstacles(o), by: "override " + o.Source})
		}
	}
	return ways
}

// rolesThatHold names the roles that hold the permission, for a user who has none of them.
func (e *explainer) rolesThatHold() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e.decision.Index.Roles)) {
		if len(e.decision.Index.Roles[name].Permissions[e.decision.Request.Action.Name]) > 0 {
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
