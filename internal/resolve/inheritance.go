// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// inheritance computes what each role holds, once, its parents first. Cycles must be cut.
type inheritance struct {
	catalog *compiledCatalog
	found   *findings
}

// ways are the ways in which one role comes to hold permissions. Permissions that come in the same ways share one way and one
// list of alternatives: roles with a thousand permissions have few of them.
type ways struct {
	*inheritance
	role *role
	// all are the ways, each of which goes on from another; number 0 is none. Known finds a way again.
	all   []way
	known map[wayKey]int
	// rules are those that were added.
	rules map[ruleKey]struct{}
	// of is the way in which each permission comes.
	of map[string]int
	// merged are the alternatives of ways, nil of one that has too many.
	merged map[int][]document.Alternative
}

// way is one more list of alternatives by which a permission comes.
type way struct {
	before int
	list   []document.Alternative
	parent *role
}

// wayKey identifies a way. Lists never change, so their first element identifies them.
type wayKey struct {
	before int
	list   *document.Alternative
	parent *role
}

// resolve fills in what a role holds.
func (x *inheritance) resolve(r *role) {
	if r.held != nil {
		return
	}
	r.held, r.required = holding{}, set{}
	w := ways{
		inheritance: x, role: r, all: make([]way, 1), known: map[wayKey]int{}, of: map[string]int{},
		rules:  map[ruleKey]struct{}{},
		merged: map[int][]document.Alternative{},
	}
	for i := range r.rules {
		w.addRule(&r.rules[i])
	}
	for _, p := range r.parents {
		x.resolve(p.role)
		w.inherit(&p)
	}
	w.hold()
}

// addRule adds what a rule gives, and what that implies.
func (w *ways) addRule(rule *rule) {
	if !w.isNew(rule) {
		return
	}
	lists := map[string][]document.Alternative{}
	for _, name := range rule.permissions {
		reach := w.catalog.permissions[name].reach
		w.found.work.spend(2 * len(reach))
		for i := range reach {
			features := strings.Join(reach[i].features, " ")
			if lists[features] == nil {
				conditions := rule.conditions
				conditions.RequiredFeatures = union(conditions.RequiredFeatures, reach[i].features)
				lists[features] = []document.Alternative{conditions}
			}
			w.add(reach[i].name, lists[features], nil)
		}
	}
}

// isNew reports whether no earlier rule gives the same list of permissions under the same conditions.
func (w *ways) isNew(rule *rule) bool {
	if len(rule.permissions) == 0 {
		return false
	}
	key := ruleKey{conditions: rule.conditions.String(), first: &rule.permissions[0], count: len(rule.permissions)}
	_, repeated := w.rules[key]
	w.rules[key] = struct{}{}
	return !repeated
}

// ruleKey identifies what a rule gives. Rules that select the same sections share a list.
type ruleKey struct {
	conditions string
	first      *string
	count      int
}

// inherit adds what a parent holds.
func (w *ways) inherit(p *parent) {
	w.found.work.spend(2 * len(p.role.held))
	for name, list := range p.role.held {
		if !p.except.has(name) {
			w.add(name, list, p.role)
		}
	}
}

func (w *ways) add(name string, list []document.Alternative, from *role) {
	key := wayKey{before: w.of[name], list: &list[0], parent: from}
	number, known := w.known[key]
	if !known {
		number = len(w.all)
		w.all, w.known[key] = append(w.all, way{before: key.before, list: list, parent: from}), number
	}
	w.of[name] = number
}

// hold fills in what the role holds: nothing of a permission that comes by too many alternatives.
func (w *ways) hold() {
	var tooMany []string
	w.role.held = make(holding, len(w.of))
	for name, number := range w.of {
		merged, known := w.merged[number]
		if !known {
			merged = w.merge(number)
			w.merged[number] = merged
		}
		if merged == nil {
			tooMany = append(tooMany, name)
			continue
		}
		w.found.work.spend(stepsOfEntry + stepsOfList(merged))
		w.role.held[name] = merged
	}
	if len(tooMany) > 0 {
		w.found.reject(w.role.spec.Ref, "", ReasonTooManyAlternatives,
			"its rules and the roles that it inherits give %s on more than %d different conditions, any of which would suffice, "+
				"so the role does not hold that: let fewer rules give it, or one that asks for less", few(unique(tooMany)), maxAlternatives)
	}
}

// merge returns the alternatives of a way, nil if there are too many.
func (w *ways) merge(number int) []document.Alternative {
	var all candidates
	for ; number > 0; number = w.all[number].before {
		from := &w.all[number]
		for i := range from.list {
			alternative := from.list[i]
			if from.parent != nil {
				alternative.Via = viaParent(from.parent.name, alternative.Via)
			}
			w.found.work.spend(stepsOfAlternative + len(alternative.Via))
			all = append(all, candidateOf(alternative))
		}
	}
	merged, complete := all.reduced()
	if !complete {
		return nil
	}
	for i := range merged {
		for _, entitlement := range merged[i].RequiredEntitlements {
			w.role.required.add(entitlement)
		}
	}
	return merged
}

// stepsOfList are the steps that a list counts for wherever it is published: about one for every five bytes.
func stepsOfList(list []document.Alternative) int {
	steps := 0
	for i := range list {
		steps += stepsOfAlternative + len(list[i].Qualifiers) + len(list[i].Via)
	}
	return steps
}

// Steps that what is kept counts for.
const (
	stepsOfEntry       = 4
	stepsOfAlternative = 8
)

// maxVia bounds the line of roles that an alternative comes by. Of a longer one, the middle is left out.
const maxVia = 16

// viaParent returns the line of roles by which an alternative comes that a parent has by another line.
func viaParent(parent string, via []string) []string {
	line := make([]string, 0, min(len(via)+1, maxVia))
	line = append(line, parent)
	if len(via) < maxVia {
		return append(line, via...)
	}
	return append(append(line, via[:maxVia-3]...), document.LeftOut, via[maxVia-1])
}

// ranks reports whether the role is another or inherits it, however far. A role that counts for nothing ranks nowhere.
func (r *role) ranks(ref model.RoleRef) bool {
	other := r.all[ref]
	return other != nil && r.below.has(other.number)
}

// rank fills in what the role ranks at or above. It must be called only once cycles are cut.
func (r *role) rank(work *work) {
	if r.disabled != nil || r.below != nil {
		return
	}
	r.below = newRoleSet(len(r.all))
	r.below.add(r.number)
	for _, p := range r.parents {
		p.role.rank(work)
		work.spend(len(p.role.below))
		if p.role.below != nil {
			r.below.addAll(p.role.below)
		}
	}
}
