// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// state is the request as it might be: about another unit, with other values, at another time.
type state struct {
	request  access.Request
	decision decide.Decision
}

// newState changes the request. It fails if the request cannot be changed so, because the directory sets what would have to
// be otherwise, for example.
func (e *explainer) newState(unit string, values map[string]string, now time.Time) (*state, bool) {
	x, s := e.decision.Index, &state{request: e.changedRequest(unit, values)}
	resource := &s.request.Resource
	at, located := x.Locate(resource)
	if !located || unit != "" && at.Unit != x.Units.Value(unit) {
		return nil, false
	}
	numbers, known := x.ValuesOf(resource.Properties, at)
	if !known {
		return nil, false
	}
	for i, d := range x.Dimensions {
		if value, changed := values[d.Name]; changed && numbers[i] != int32(d.Values[value]) {
			return nil, false
		}
	}
	s.decision = decide.Decision{
		Index: x, Request: &s.request, Holder: e.decision.Holder, Permission: e.decision.Permission, Location: at,
		Values: numbers, Now: now,
	}
	return s, true
}

// changedRequest returns the request about another unit, unless it is "", and with other values.
func (e *explainer) changedRequest(unit string, values map[string]string) access.Request {
	changed := *e.decision.Request
	if unit == "" && len(values) == 0 {
		return changed
	}
	properties := maps.Clone(changed.Resource.Properties)
	if properties == nil {
		properties = map[string]any{}
	}
	for dimension, value := range values {
		properties[dimension] = value
	}
	switch {
	case unit == "":
	case e.decision.IsUnit:
		changed.Resource.ID = unit
	default:
		properties[access.PropertyUnit] = unit
	}
	changed.Resource.Properties = properties
	return changed
}

// refusal returns what refuses the permission in the state, in whatever way it is held; nothing if nothing does.
func (s *state) refusal() string {
	d, restriction := &s.decision, &s.decision.Index.Restrictions[s.decision.Permission]
	if restriction.Refused != "" {
		return restriction.Refused
	}
	if d.Holder.Detail != nil {
		overrides := d.Holder.Detail.Overrides
		for i := range overrides {
			if d.Overridden(overrides[i:i+1], true) {
				return "override " + overrides[i].Source + " denies it"
			}
		}
	}
	for _, prohibition := range restriction.Prohibitions {
		if !d.AllowedToAll([]uint32{prohibition}) {
			return "prohibition " + d.Index.Conditions[prohibition].Name + " refuses it"
		}
	}
	return ""
}

// unmet returns the qualifiers of an alternative that are false in the state, and those that cannot be evaluated. It fails if
// one of them can never be.
func (s *state) unmet(qualifiers []string) (untrue, unevaluated []string, possible bool) {
	for _, name := range qualifiers {
		number, known := s.decision.Index.Qualifiers[name]
		if !known || s.decision.Index.Conditions[number].Program == nil {
			return nil, nil, false
		}
		switch result, failed := s.decision.Yields(number); {
		case failed:
			unevaluated = append(unevaluated, name)
		case !result:
			untrue = append(untrue, name)
		}
	}
	return untrue, unevaluated, true
}

// completed adds to advice what would have to stay as it is while qualifiers that are not true become so: the prohibitions and the
// other qualifiers that read what these read, and the unit, the values and the time.
func (s *state) completed(advice *access.Advice, qualifiers []string) {
	x := s.decision.Index
	untrue := slices.Concat(advice.Qualifiers, advice.Unevaluated)
	program := func(name string) *condition.Program { return x.Conditions[x.Qualifiers[name]].Program }
	overlaps := func(other *condition.Program) bool {
		return slices.ContainsFunc(untrue, func(name string) bool { return program(name).Overlaps(other) })
	}
	for _, number := range x.Restrictions[s.decision.Permission].Prohibitions {
		if c := &x.Conditions[number]; overlaps(c.Program) && !slices.Contains(advice.Unless, c.Name) {
			advice.Unless = append(advice.Unless, c.Name)
		}
	}
	for _, name := range qualifiers {
		if !slices.Contains(untrue, name) && overlaps(program(name)) && !slices.Contains(advice.While, name) {
			advice.While = append(advice.While, name)
		}
	}
	advice.SameState = slices.ContainsFunc(untrue, func(name string) bool { return s.locates(program(name)) })
}

// locates reports whether a condition reads what says which unit, which values and which time are asked about.
func (s *state) locates(program *condition.Program) bool {
	located := []condition.ReadPath{{"resource", "properties", access.PropertyUnit}}
	for _, d := range s.decision.Index.Dimensions {
		located = append(located, condition.ReadPath{"resource", "properties", d.Name})
	}
	if s.decision.IsUnit {
		located = append(located, condition.ReadPath{"resource", "id"})
	}
	return program.UsesNow() || slices.ContainsFunc(located, program.ReadsAt)
}

// covered reports whether a scope covers the state, whenever.
func (s *state) covered(scope *compiled.Scope) bool {
	return scope.CoversUnit(s.decision.Unit) && scope.CoversValues(&s.decision.Values)
}
