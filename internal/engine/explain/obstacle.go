// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
)

// coverageObstacles lists what keeps a scope and a window from covering the request.
func (e *explainer) coverageObstacles(scopeNumber, windowNumber uint32) []string {
	x, s := e.decision.Index, &e.decision.Index.Scopes[scopeNumber]
	var obstacles []string
	if !s.CoversUnit(e.decision.Unit) {
		obstacles = append(obstacles, "it does not cover unit "+x.UnitTable[e.decision.Unit].Name)
	}
	for i, d := range x.Dimensions {
		v := &s.Values[i]
		switch {
		case v.All:
		case e.decision.Values[i] == compiled.Absent:
			obstacles = append(obstacles, "the resource has no "+d.Name)
		case !v.Named.Has(uint32(e.decision.Values[i])):
			obstacles = append(obstacles, fmt.Sprintf("it does not cover %s %v", d.Name, e.value(d.Name)))
		}
	}
	if windowNumber == 0 {
		return obstacles
	}
	switch w, now := x.Windows[windowNumber], e.decision.Moment().UnixMicro(); {
	case now >= w.Until:
		ended := time.UnixMicro(w.Until).UTC().Format(time.RFC3339)
		obstacles = append(obstacles, "it ended at "+ended)
	case now < w.From:
		begins := time.UnixMicro(w.From).UTC().Format(time.RFC3339)
		obstacles = append(obstacles, "it begins at "+begins)
	}
	return obstacles
}

// overrideObstacles lists what keeps an override from counting for the request.
func (e *explainer) overrideObstacles(o *compiled.Override) []string {
	obstacles := e.coverageObstacles(o.Scope, o.Window)
	for _, feature := range o.Missing {
		if !o.Deny {
			obstacles = append(obstacles, "feature "+feature+" is not turned on")
		}
	}
	return obstacles
}
