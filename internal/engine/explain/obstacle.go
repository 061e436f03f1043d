// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// obstacle keeps a grant or an override from giving a permission: why it does not, and with what it would.
type obstacle struct{ because, with string }

// because joins the reasons of lacks; it is empty when nothing is lacking.
func because(obstacles []obstacle) string {
	return joined(obstacles, func(l obstacle) string { return l.because })
}

func joined(obstacles []obstacle, text func(obstacle) string) string {
	texts := make([]string, len(obstacles))
	for i, l := range obstacles {
		texts[i] = text(l)
	}
	return strings.Join(texts, " and ")
}

// coverageObstacles lists what keeps a scope and a window from covering the request.
func (e *explainer) coverageObstacles(scopeNumber, windowNumber uint32) []obstacle {
	x, s := e.decision.Index, &e.decision.Index.Scopes[scopeNumber]
	var obstacles []obstacle
	if !s.CoversUnit(e.decision.Unit) {
		obstacles = append(obstacles, obstacle{"it does not cover unit " + x.UnitTable[e.decision.Unit].Name, "in " + s.Written.Places()})
	}
	for i, d := range x.Dimensions {
		v := &s.Values[i]
		covered := d.Name + " " + s.Written.Dimensions[d.Name].String()
		switch {
		case v.All:
		case e.decision.Values[i] == compiled.Absent:
			obstacles = append(obstacles, obstacle{"the resource has no " + d.Name, "for " + covered})
		case !v.Named.Has(uint32(e.decision.Values[i])):
			obstacles = append(obstacles, obstacle{
				fmt.Sprintf("it does not cover %s %v", d.Name, e.value(d.Name)), "for " + covered,
			})
		}
	}
	if windowNumber == 0 {
		return obstacles
	}
	switch w, now := x.Windows[windowNumber], e.decision.Moment().UnixMicro(); {
	case now >= w.Until:
		ended := time.UnixMicro(w.Until).UTC().Format(time.RFC3339)
		obstacles = append(obstacles, obstacle{"it ended at " + ended, "before " + ended})
	case now < w.From:
		begins := time.UnixMicro(w.From).UTC().Format(time.RFC3339)
		obstacles = append(obstacles, obstacle{"it begins at " + begins, "from " + begins + " on"})
	}
	return obstacles
}

// overrideObstacles lists what keeps an override from counting for the request.
func (e *explainer) overrideObstacles(o *compiled.Override) []obstacle {
	obstacles := e.coverageObstacles(o.Scope, o.Window)
	if !o.Deny && o.Missing != "" {
		obstacles = append(obstacles, obstacle{"the organization lacks feature " + o.Missing, "with feature " + o.Missing})
	}
	return obstacles
}

// alternativeObstacles lists what keeps an alternative from being met.
func alternativeObstacles(a *access.AlternativeResult) []obstacle {
	var obstacles []obstacle
	for _, feature := range a.MissingFeatures {
		obstacles = append(obstacles, obstacle{with: "with feature " + feature})
	}
	for _, entitlement := range a.MissingEntitlements {
		obstacles = append(obstacles, obstacle{with: "with entitlement " + entitlement})
	}
	for _, qualifier := range a.Qualifiers {
		switch {
		case qualifier.Error != "":
			obstacles = append(obstacles, obstacle{with: fmt.Sprintf("if qualifier %s could be evaluated and were true", qualifier.Name)})
		case !qualifier.True:
			obstacles = append(obstacles, obstacle{with: fmt.Sprintf("if qualifier %s were true", qualifier.Name)})
		}
	}
	return obstacles
}
