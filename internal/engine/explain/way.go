// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// way is a grant with an alternative of its role, or an override, that would give the permission if it did not lack something.
type way struct {
	advice        access.Advice
	scope, window uint32
	qualifiers    []string
	constraints   []string
}

// adviseWays advises what the user's grants and overrides lack.
func (a *advisor) adviseWays() {
	e, x := a.explainer, a.explainer.decision.Index
	permission := x.PermissionConstraints(e.decision.Permission)
	for i := range e.explanation.Grants {
		g, written := &e.explanation.Grants[i], &x.Grants[int(e.decision.Holder.From)+i]
		for j := range g.Alternatives {
			alternative := &g.Alternatives[j]
			if len(alternative.MissingEntitlements) > 0 && !mayCarry(g.Source) || len(alternative.MissingFeatures) > 0 && x.IsOfPlatform() {
				continue
			}
			w := way{scope: written.Scope, window: written.Window, constraints: x.Roles[g.Role].ConstrainedBy}
			w.advice = access.Advice{
				Source: g.Source, GrantRole: g.Role, Features: alternative.MissingFeatures, Entitlements: alternative.MissingEntitlements,
			}
			for _, qualifier := range alternative.Qualifiers {
				w.qualifiers = append(w.qualifiers, qualifier.Name)
			}
			a.advise(&w)
		}
	}
	if e.decision.Holder.Detail == nil {
		return
	}
	for i := range e.decision.Holder.Detail.Overrides {
		if o := &e.decision.Holder.Detail.Overrides[i]; o.Permission == e.decision.Permission && !o.Deny {
			a.advise(&way{
				scope: o.Scope, window: o.Window, constraints: permission, advice: access.Advice{Source: o.Source, Features: o.Missing},
			})
		}
	}
}

// mayCarry reports whether a grant may carry entitlements: none of the platform does, and none that was asked for.
func mayCarry(source string) bool {
	return !strings.HasPrefix(source, "PlatformAssignment/") && !strings.HasPrefix(source, "ApprovalRequest/")
}

// maxYear is the last year that RFC 3339 can write.
const maxYear = 9998

// mostStates bounds in how many states one way is decided again.
const mostStates = 64

// advise looks for the states nearest to the request in which a way gives the permission.
func (a *advisor) advise(w *way) {
	e, x := a.explainer, a.explainer.decision.Index
	now, timed := a.moment(w)
	if now.Year() < 0 || now.Year() > maxYear {
		return
	}
	units, dimensions := e.unitsOf(&x.Scopes[w.scope]), e.valuesOf(&x.Scopes[w.scope])
	refusal, tried := "", 0
	for values := range combinations(dimensions) {
		left := units[:min(len(units), mostStates-tried)]
		tried += len(left)
		found, refused := a.decideIn(w, left, values, now)
		if found != nil {
			if len(found.Units) <= 1 {
				a.addValues(w, found, dimensions, now)
			}
			timed(found)
			a.add(found, w.constraints)
			return
		}
		refusal = cmp.Or(refusal, refused)
	}
	if refusal != "" {
		a.hinder(refusal)
	}
}

// decideIn decides again in each of some units. It returns one piece of advice about all of those in which the same is needed, or
// what refuses in the first.
func (a *advisor) decideIn(w *way, units []string, values map[string]string, now time.Time) (found *access.Advice, refusal string) {
	for _, unit := range units {
		next, refused := a.decide(w, unit, values, now)
		switch {
		case next == nil:
			refusal = cmp.Or(refusal, refused)
		case found == nil:
			found = next
		case len(found.Units) < mostPlaces && sameConditions(found, next):
			found.Units = append(found.Units, unit)
		}
	}
	return found, refusal
}

// decide decides again in one state. It returns no advice if a way gives nothing in it, and what refuses, if something does.
func (a *advisor) decide(w *way, unit string, values map[string]string, now time.Time) (advice *access.Advice, refusal string) {
	s, possible := a.explainer.newState(unit, values, now)
	if !possible {
		return nil, ""
	}
	x := s.decision.Index
	if !s.covered(&x.Scopes[w.scope]) || w.window != 0 && !x.Windows[w.window].Open(now) {
		return nil, ""
	}
	next := w.advice
	if next.Qualifiers, next.Unevaluated, possible = s.unmet(w.qualifiers); !possible {
		return nil, ""
	}
	if refused := s.refusal(); refused != "" {
		return nil, next.By() + " would not help" + a.whereAndWhen(unit, values, now) + ": " + refused
	}
	s.completed(&next, w.qualifiers)
	if unit != "" {
		next.Units = []string{unit}
	}
	for dimension, value := range values {
		if next.Dimensions == nil {
			next.Dimensions = map[string][]string{}
		}
		next.Dimensions[dimension] = []string{value}
	}
	return &next, ""
}

// sameConditions reports whether two pieces of advice ask for the same conditions.
func sameConditions(a, b *access.Advice) bool {
	return slices.Equal(a.Qualifiers, b.Qualifiers) && slices.Equal(a.Unevaluated, b.Unevaluated) && slices.Equal(a.Unless, b.Unless) &&
		slices.Equal(a.While, b.While)
}

// addValues adds to advice about one state the other values of its dimension, if it has a single one, for which it holds too.
func (a *advisor) addValues(w *way, found *access.Advice, dimensions map[string][]string, now time.Time) {
	unit := strings.Join(found.Units, "")
	for dimension, values := range dimensions {
		for _, value := range values {
			if len(dimensions) > 1 || value == found.Dimensions[dimension][0] || len(found.Dimensions[dimension]) == mostPlaces {
				continue
			}
			if next, _ := a.decide(w, unit, map[string]string{dimension: value}, now); next != nil && sameConditions(found, next) {
				found.Dimensions[dimension] = append(found.Dimensions[dimension], value)
			}
		}
	}
}

// whereAndWhen says in which state.
func (a *advisor) whereAndWhen(unit string, values map[string]string, now time.Time) string {
	changed := access.Advice{}
	if unit != "" {
		changed.Units = []string{unit}
	}
	if len(values) > 0 {
		changed.Dimensions = map[string][]string{}
		for dimension, value := range values {
			changed.Dimensions[dimension] = []string{value}
		}
	}
	if !now.Equal(a.explainer.decision.Moment()) {
		changed.At = &now
	}
	if text := changed.State(); text != "" {
		return " " + text
	}
	return ""
}

// moment returns the time nearest to now at which a way is live, and what says so in advice.
func (a *advisor) moment(w *way) (now time.Time, timed func(*access.Advice)) {
	x, now := a.explainer.decision.Index, a.explainer.decision.Moment()
	window := x.Windows[w.window]
	switch {
	case w.window == 0 || window.Open(now):
		return now, func(*access.Advice) {}
	case now.UnixMicro() >= window.Until:
		until := time.UnixMicro(window.Until).UTC()
		return until.Add(-time.Microsecond), func(advice *access.Advice) { advice.Before = &until }
	}
	from := time.UnixMicro(window.From).UTC()
	return from, func(advice *access.Advice) {
		if a.staysFrom(w) {
			advice.From = &from
		} else {
			advice.At = &from
		}
	}
}

// staysFrom reports whether what a way gives from the begin of its window on stays so, as far as time goes.
func (a *advisor) staysFrom(w *way) bool {
	d := &a.explainer.decision
	window := d.Index.Windows[w.window]
	if d.Index.End(w.window) != nil {
		return false
	}
	for _, number := range d.Index.Restrictions[d.Permission].Prohibitions {
		if d.Index.Conditions[number].Reads().Any(condition.ReadsNow) {
			return false
		}
	}
	for _, name := range w.qualifiers {
		if d.Index.Conditions[d.Index.Qualifiers[name]].Reads().Any(condition.ReadsNow) {
			return false
		}
	}
	return d.Holder.Detail == nil || !slices.ContainsFunc(d.Holder.Detail.Overrides, func(o compiled.Override) bool {
		return o.Deny && o.Permission == d.Permission && o.Window != 0 && d.Index.Windows[o.Window].From > window.From
	})
}

// unitsOf lists the units that a scope covers and the request might be about: "" stands for the request's own, if it is covered.
func (e *explainer) unitsOf(scope *compiled.Scope) []string {
	x := e.decision.Index
	if scope.CoversUnit(e.decision.Unit) {
		return []string{""}
	}
	if e.decision.Self != nil && !e.decision.IsUnit {
		return nil // users are where their home unit is, whatever a request says
	}
	var names []string
	add := func(name string) {
		if _, known := x.Units.Get(name); known && len(names) < mostStates && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if e.decision.IsUnit {
		return e.unitsOfItsKind(scope)
	}
	for _, name := range scope.Written.Units {
		add(name)
	}
	for _, group := range scope.Written.UnitGroups {
		for _, name := range x.UnitGroups[group] {
			add(name)
		}
	}
	return names
}

// unitsOfItsKind lists units that a scope covers and that are of the kind of the resource.
func (e *explainer) unitsOfItsKind(scope *compiled.Scope) []string {
	x := e.decision.Index
	var names []string
	for interval := range scope.Intervals {
		for number := interval.From; number < interval.Until && len(names) < mostStates; number++ {
			if x.UnitTable[number].Kind == e.decision.Request.Resource.Type {
				names = append(names, x.UnitTable[number].Name)
			}
		}
	}
	return names
}

// valuesOf lists, for each dimension of which a scope does not cover the request's value, those that it covers.
func (e *explainer) valuesOf(scope *compiled.Scope) map[string][]string {
	values := map[string][]string{}
	for i, d := range e.decision.Index.Dimensions {
		v := &scope.Values[i]
		if v.All || e.decision.Values[i] != compiled.Absent && v.Named.Has(uint32(e.decision.Values[i])) {
			continue
		}
		values[d.Name] = []string{}
		for _, name := range scope.Written.Dimensions[d.Name].Values {
			if _, known := d.Values[name]; known {
				values[d.Name] = append(values[d.Name], name)
			}
		}
	}
	return values
}

// combinations yields a value of each dimension, in every combination.
func combinations(dimensions map[string][]string) func(yield func(map[string]string) bool) {
	names := slices.Sorted(maps.Keys(dimensions))
	return func(yield func(map[string]string) bool) {
		chosen := map[string]string{}
		var choose func(at int) bool
		choose = func(at int) bool {
			if at == len(names) {
				return yield(chosen)
			}
			for _, value := range dimensions[names[at]] {
				chosen[names[at]] = value
				if !choose(at + 1) {
					return false
				}
			}
			return true
		}
		choose(0)
	}
}
