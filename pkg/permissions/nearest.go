// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mostNearest bounds how many ways to a yes are named.
const mostNearest = 3

// nearest says what would make the answer yes: of the user's grants whose role holds the permission, those that lack
// the least; without such a grant, the roles that hold it.
func (e *explainer) nearest() []string {
	type way struct {
		missing []string
		text    string
	}
	var ways []way
	for i := range e.explanation.Grants {
		g := &e.explanation.Grants[i]
		for j := range g.Alternatives {
			missing := lacks(g, &g.Alternatives[j])
			ways = append(ways, way{missing, fmt.Sprintf("would be allowed %s (grant %s of role %s)", strings.Join(missing, " and "), g.Source, g.Role)})
		}
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(len(a.missing), len(b.missing)) })
	var texts []string
	for _, w := range ways {
		if len(w.missing) == len(ways[0].missing) && len(texts) < mostNearest {
			texts = append(texts, w.text)
		}
	}
	if len(texts) == 0 {
		return e.rolesThatHold()
	}
	return texts
}

// lacks lists what keeps a grant from giving the permission by one alternative.
func lacks(g *GrantResult, a *AlternativeResult) []string {
	var missing []string
	for _, feature := range a.Features {
		missing = append(missing, "with feature "+feature)
	}
	for _, entitlement := range a.Entitlements {
		missing = append(missing, "with entitlement "+entitlement)
	}
	for _, qualifier := range a.Qualifiers {
		if qualifier.Error != "" {
			missing = append(missing, fmt.Sprintf("if qualifier %s could be evaluated and were true", qualifier.Name))
		} else if !qualifier.True {
			missing = append(missing, fmt.Sprintf("if qualifier %s were true", qualifier.Name))
		}
	}
	if !g.Covers {
		missing = append(missing, "in "+g.Scope+", but "+g.Because)
	}
	return missing
}

// rolesThatHold names the roles that hold the permission, for a user none of whose roles does.
func (e *explainer) rolesThatHold() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e.index.roles)) {
		if len(e.index.roles[name].Permissions[e.request.Action.Name]) > 0 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{"no role holds the permission"}
	}
	return []string{"would be allowed with a grant of a role that holds it: " + strings.Join(names, ", ")}
}
