// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// adviseRoles advises roles that hold the permission, for a user none of whose grants and overrides could give it.
func (a *advisor) adviseRoles() {
	e, x := a.explainer, a.explainer.decision.Index
	scope := e.neededScope()
	held, byPlatform := false, false
	byNeeds := map[string]*access.Advice{}
	for _, name := range slices.Sorted(maps.Keys(x.Roles)) {
		role := x.Roles[name]
		alternatives := role.Permissions[e.decision.Request.Action.Name]
		switch {
		case len(alternatives) == 0:
		case role.Platform:
			byPlatform = true
		case e.holds(name), a.written[name]:
			held = true
		default:
			held = true
			if advice := e.leastOf(alternatives); advice != nil {
				advice.Roles, advice.Scope = []string{name}, &scope
				a.addRole(byNeeds, advice, role.ConstrainedBy)
			}
		}
	}
	for _, needs := range slices.Sorted(maps.Keys(byNeeds)) {
		a.add(byNeeds[needs], nil)
	}
	switch {
	case len(a.pieces)+len(a.hindrances) > 0:
	case held:
		a.hinder("each role that holds the permission does so under conditions that can never be true")
	case byPlatform:
		a.hinder("only roles that are assignable to the platform hold the permission")
	default:
		a.hinder("no role holds the permission")
	}
}

// addRole adds a role to the advice that takes the same beside it.
func (a *advisor) addRole(byNeeds map[string]*access.Advice, advice *access.Advice, constraints []string) {
	if len(constraints) > 0 {
		if whyNot := a.withheld(advice, constraints); whyNot != "" {
			a.hinder(whyNot)
			return
		}
	}
	needs := strings.TrimPrefix(advice.String(), "would be allowed with a grant of role "+advice.Roles[0])
	known := byNeeds[needs]
	switch {
	case known == nil:
		byNeeds[needs] = advice
	case len(known.Roles) < mostRoles:
		known.Roles = append(known.Roles, advice.Roles...)
	default:
		known.MoreRoles++
	}
}

// holds reports whether a grant of the user covers the request with a role, so that another grant of it would not help.
func (e *explainer) holds(role string) bool {
	return slices.ContainsFunc(e.explanation.Grants, func(g access.GrantResult) bool {
		return g.Role == role && g.Covers && (mayCarry(g.Source) || e.decision.Index.IsOfPlatform())
	})
}

// leastOf returns what a new grant of a role would need beside it, by that of its alternatives which needs the least; nothing if
// none of them can be met.
func (e *explainer) leastOf(alternatives []document.Alternative) *access.Advice {
	var least *access.Advice
	s, possible := e.newState("", nil, e.decision.Moment())
	if !possible {
		return nil
	}
	for i := range alternatives {
		next := &access.Advice{Entitlements: alternatives[i].RequiredEntitlements}
		for _, feature := range alternatives[i].RequiredFeatures {
			if _, on := e.decision.Index.Features[feature]; !on {
				next.Features = append(next.Features, feature)
			}
		}
		if next.Qualifiers, next.Unevaluated, possible = s.unmet(alternatives[i].Qualifiers); !possible {
			continue
		}
		s.completed(next, alternatives[i].Qualifiers)
		if least == nil || size(next) < size(least) {
			least = next
		}
	}
	return least
}

func size(a *access.Advice) int {
	return len(a.Features) + len(a.Entitlements) + len(a.Qualifiers) + len(a.Unevaluated)
}

// neededScope returns the smallest scope that covers the request.
func (e *explainer) neededScope() document.Scope {
	x := e.decision.Index
	scope := document.Scope{Units: []string{x.UnitTable[e.decision.Unit].Name}}
	for i, d := range x.Dimensions {
		values := document.Values{All: true}
		for name, number := range d.Values {
			if e.decision.Values[i] == int32(number) {
				values = document.Values{Values: []string{name}}
			}
		}
		if scope.Dimensions == nil {
			scope.Dimensions = map[string]document.Values{}
		}
		scope.Dimensions[d.Name] = values
	}
	return scope
}
