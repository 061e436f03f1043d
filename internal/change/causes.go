// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// view is one permission of one user where some boxes are.
type view struct {
	comparison *comparison
	user       *userPair
	permission string
	boxes      []box
	in         mask
	facts      []conditionID
	causes     []Cause
	tree       bool
}

// explain says what brought a verdict about, and through what the permission is held.
func (c *comparison) explain(v *verdict, w *view) {
	if v.kind.Gains() {
		w.explainMore(before, after, v.was, v.is)
	}
	if v.kind.Loses() {
		w.explainMore(after, before, v.is, v.was)
	}
	w.explainFacts(v)
	slices.SortFunc(w.causes, Cause.compare)
	v.causes, v.tree = slices.Compact(w.causes), w.tree
	state := after
	if v.kind == Lost {
		state = before
	}
	for i := range w.boxes {
		b := &w.boxes[i]
		if b.isFact || b.state != state || !w.in.has(i) || b.gives == nil {
			continue
		}
		v.sources = append(v.sources, b.source())
		if b.grant != nil {
			v.roles = append(v.roles, b.grant.Role)
		}
	}
	v.roles, v.sources = sorted(v.roles), sorted(v.sources)
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func (a Cause) compare(b Cause) int {
	return cmp.Or(compareTexts(a.Kind, b.Kind, a.Name, b.Name, a.Role, b.Role), compareTexts(a.What, b.What, a.Reason, b.Reason))
}

// what returns what happened to something that is in one state and not in the other.
func what(has int) string {
	if has == after {
		return Added
	}
	return Removed
}

func (w *view) add(kind, name, role, what string) {
	w.causes = append(w.causes, Cause{Kind: kind, Name: name, Role: role, What: what})
}

// explainMore says why more is held in one state than in another.
func (w *view) explainMore(less, more int, had, has *held) {
	u := w.user
	pair := w.comparison.permissions[w.permission]
	switch {
	case u.entries[less] == nil:
		w.add(CauseUser, "", "", what(more))
		return
	case u.entries[less].Suspended:
		w.add(CauseSuspension, "", "", what(less))
		return
	case !pair.open[less]:
		w.add(CausePermission, w.permission, "", w.permissionChange(less))
		return
	case had != nil:
		w.explainProhibitions(less, more, &pair)
	}
	if w.explainDenial(less, more, has) {
		return
	}
	for i := range w.boxes {
		b := &w.boxes[i]
		if b.isFact || b.state != more || !w.in.has(i) || b.gives == nil || w.addsNothing(b, had) {
			continue
		}
		w.explainBox(less, more, b)
	}
}

// explainProhibitions names the prohibitions that only one state has.
func (w *view) explainProhibitions(less, more int, pair *permissionPair) {
	for _, id := range pair.prohibitions[less] {
		if !slices.Contains(pair.prohibitions[more], id) {
			w.add(CauseProhibition, w.comparison.conditions.name(less, id), "", w.namedChange(less, more, id))
		}
	}
}

func (w *view) permissionChange(less int) string {
	if _, known := w.comparison.docs[less].Permissions[w.permission]; known {
		return Changed
	}
	return what(1 - less)
}

// namedChange returns what happened to a condition that only one state has: another of its name may be in the other.
func (w *view) namedChange(has, lacks int, id conditionID) string {
	name := w.comparison.conditions.name(has, id)
	_, prohibits := w.comparison.docs[lacks].Prohibitions[name]
	_, qualifies := w.comparison.docs[lacks].Qualifiers[name]
	if prohibits || qualifies {
		return Changed
	}
	return what(has)
}

// addsNothing reports whether all that a box gives is held in the other state as well.
func (w *view) addsNothing(b *box, had *held) bool {
	if had == nil {
		return false
	}
	for _, set := range b.gives.sets {
		if len(w.facts) > 0 && b.state == after {
			set = withOtherFacts(set, w.facts)
		}
		if !slices.ContainsFunc(had.sets, func(other []conditionID) bool { return within(other, set) }) {
			return false
		}
	}
	return true
}

// explainDenial says which denials in the state that has less are not in the other. It reports whether that is the whole reason.
func (w *view) explainDenial(less, more int, has *held) bool {
	var denials []*box
	var sets [][]conditionID
	for i := range w.boxes {
		b := &w.boxes[i]
		switch {
		case b.isFact || b.state != less || !w.in.has(i):
		case b.deny:
			denials = append(denials, b)
		default:
			sets = append(sets, b.gives.sets...)
		}
	}
	for _, b := range denials {
		w.explainBox(more, less, b)
	}
	without := &held{w.comparison.conditions.intern(sets), w.comparison.permissions[w.permission].prohibitions[less]}
	return len(denials) > 0 && len(sets) > 0 && has.asksNoLess(without)
}

// explainBox says why a box of one state is not in the other, as it is.
func (w *view) explainBox(less, more int, b *box) {
	other, covers := w.counterpart(less, b)
	switch {
	case other == nil:
		w.addMissing(less, more, b)
		return
	case !sameWritten(b, other):
		w.addSource(b, Changed)
		if b.grant != nil && other.gives == nil && b.grant.Role == other.grant.Role {
			w.explainRole(less, more, b)
		}
		return
	case !covers:
		w.explainScope(less, more, b)
	}
	switch {
	case b.deny:
	case b.override != nil && other.gives == nil:
		w.explainFeatures(less, more, b.override.RequiredFeatures)
	case b.grant != nil && b.gives != other.gives:
		w.explainRole(less, more, b)
	}
}

// addMissing adds a grant or an override that is in one state only. It may be written in the other, and count for nothing.
func (w *view) addMissing(less, more int, b *box) {
	reason := w.comparison.errorsIn(less)[b.source()]
	switch {
	case reason == "":
		w.addSource(b, what(more))
		return
	case more == after:
		w.addSource(b, Resumed)
	default:
		w.addSource(b, Stopped)
	}
	w.causes[len(w.causes)-1].Reason = reason
}

// addSource adds a grant or an override as a cause. Those in assignments have no name: see Cause.
func (w *view) addSource(b *box, what string) {
	name := b.source()
	if strings.HasPrefix(name, model.KindAssignment+"/") {
		name = ""
	}
	if b.grant != nil {
		w.add(CauseGrant, name, b.grant.Role, what)
		return
	}
	w.add(CauseOverride, name, "", what)
}

// explainScope says why a scope that is written the same does not cover the same.
func (w *view) explainScope(less, more int, b *box) {
	docs := w.comparison.docs
	scope := scopeOf(b)
	explained := false
	for _, group := range scope.UnitGroups {
		was, is := docs[less].UnitGroups[group], docs[more].UnitGroups[group]
		if !slices.Equal(was, is) {
			explained = true
			happened := Changed
			if _, known := docs[less].UnitGroups[group]; !known {
				happened = what(more)
			}
			w.add(CauseUnitGroup, group, "", happened)
		}
	}
	for i := range w.comparison.dimensions {
		d := &w.comparison.dimensions[i]
		if !slices.Equal(d.valid[before], d.valid[after]) {
			explained = true
			w.add(CauseDimension, d.name, "", Changed)
		}
	}
	w.tree = w.tree || !explained || !w.comparison.units.same
}

func scopeOf(b *box) *document.Scope {
	if b.grant != nil {
		return &b.grant.Scope
	}
	return &b.override.Scope
}

// explainFacts names the facts that differ, if the verdict depends on them.
func (w *view) explainFacts(v *verdict) {
	if v.was == nil || v.is == nil {
		return
	}
	for _, id := range w.facts {
		if !slices.Contains(v.is.all, id|otherFacts) && !slices.Contains(v.is.unless, id|otherFacts) &&
			!slices.Contains(v.was.all, id) && !slices.Contains(v.was.unless, id) {
			continue
		}
		w.explainFact(w.comparison.conditions.of(id))
	}
}

// explainFact names the facts that differ, of those that one condition depends on.
func (w *view) explainFact(e *expression) {
	was, is := w.user.entries[before], w.user.entries[after]
	if e.facts.Subject.Any(differingNames(was.Attributes, is.Attributes, was.UnknownAttributes.Names(), is.UnknownAttributes.Names())) {
		w.add(CauseProfile, "", "", Changed)
	}
	for _, q := range e.facts.Questions {
		if w.comparison.directory.differsForAll(q) || w.comparison.directory.differsFor(q, w.user.id) {
			w.add(CauseManagers, "", "", Changed)
		}
	}
	if len(e.differs) > 0 && len(w.causes) == 0 {
		w.add(CauseAttributes, "", "", Changed)
	}
}
