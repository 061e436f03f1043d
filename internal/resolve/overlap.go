// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// moment is a point in time; the zero moment lies before every other.
type moment time.Time

// within tells whether a window is open at the moment.
func (m moment) within(w model.Window) bool {
	at := time.Time(m)
	return !at.Before(w.NotBefore) && (w.NotAfter.IsZero() || at.Before(w.NotAfter))
}

// moments returns moments at one of which the shares are live together with the given one, if they ever are: windows that
// have a moment in common have the beginning of one of them in common.
func moments(s *share, involved []duties) []moment {
	found := []moment{moment(s.window.NotBefore)}
	for _, d := range involved {
		if begin := moment(d.share.window.NotBefore); begin != found[0] && begin.within(s.window) {
			found = append(found, begin)
		}
	}
	return found
}

// contains tells whether a window is open whenever another is.
func contains(outer, inner model.Window) bool {
	return !inner.NotBefore.Before(outer.NotBefore) &&
		(outer.NotAfter.IsZero() || (!inner.NotAfter.IsZero() && !inner.NotAfter.After(outer.NotAfter)))
}

// covers tells whether a scope covers a unit.
func (p *places) covers(scope *document.Scope, unit string) bool {
	if scope.Everywhere {
		return true
	}
	named := set{}
	for _, top := range p.tops(scope) {
		named.add(top)
	}
	for current := p.units[unit]; current != nil; current = p.units[current.Parent] {
		if named.has(current.Name) {
			return true
		}
	}
	return false
}

// tops returns the units that a scope names, by themselves or in groups; for everywhere, the root.
func (p *places) tops(scope *document.Scope) []string {
	if scope.Everywhere {
		return []string{p.root}
	}
	tops := append([]string(nil), scope.Units...)
	for _, group := range scope.UnitGroups {
		tops = append(tops, p.groups[group]...)
	}
	return tops
}
