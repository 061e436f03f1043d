// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/condition/outcome"
	"github.com/rolewright/rolewright/internal/model"
)

// attributeUses are the conditions that read attributes which the directory keeps.
type attributeUses struct {
	ofUsers, ofUnits usedAttributes
}

// usedAttributes are the attributes of users, or of units, that conditions read.
type usedAttributes struct {
	numbers map[string]uint32
	uses    [][]attributeUse
}

// attributeUse is a condition that reads an attribute.
type attributeUse struct {
	// places are where findings about it belong.
	places []attributePlace
	// condition is what messages call it.
	condition string
	// needs are the kinds of values with which it has an outcome, effect is what follows without them, and of those in told something
	// else is said.
	needs, told outcome.Kinds
	effect      string
}

// attributePlace is a field of an object.
type attributePlace struct {
	object model.Ref
	field  string
}

// Effects of a condition that no value of an attribute meets.
const (
	effectNotMet  = "it is not met"
	effectRefuses = "it refuses its permissions"
	effectAllows  = "it refuses nothing but what it cannot be evaluated for"
)

// readAttributeUses finds the attributes that conditions read, each with the kinds of values that may meet them. What is wrong with a
// condition of the catalog is found on the organization: the values are those of its own directory.
func (r *reader) readAttributeUses() {
	uses, c := &r.env.uses, r.env.catalog
	administered, kinds := r.administered(), r.unitKinds()
	ofOrganization := []attributePlace{{r.env.organization.Ref, "spec.catalogRef"}}
	for _, name := range slices.Sorted(maps.Keys(c.qualifiers)) {
		use := attributeUse{places: ofOrganization, condition: fmt.Sprintf("qualifier %q of catalog %q", name, c.spec.Name)}
		outcomes := outcome.Of(c.qualifiers[name].Expression)
		uses.addMet(outcomes, use)
		if kinds.hasAll(outcomes.Types) {
			uses.ofUnits.addResource(outcomes, use)
		}
		if use.places = administered[name]; len(use.places) > 0 {
			uses.ofUsers.addResource(outcomes, use)
		}
	}
	for i := range c.prohibitions {
		condition := fmt.Sprintf("prohibition %q of catalog %q", c.prohibitions[i].Name, c.spec.Name)
		uses.addProhibition(outcome.Of(c.prohibitions[i].Expression), attributeUse{places: ofOrganization, condition: condition})
	}
	for i := range r.env.chains {
		uses.addChain(&r.env.chains[i])
	}
}

// administered returns the administration rules that name each qualifier.
func (r *reader) administered() map[string][]attributePlace {
	places := map[string][]attributePlace{}
	for _, role := range r.env.numbered {
		for i := range role.administration {
			rule := &role.administration[i]
			r.found.work.spend(stepsOfEntry * len(rule.Qualifiers))
			for _, name := range rule.Qualifiers {
				places[name] = append(places[name], attributePlace{role.spec.Ref, "spec.administrationRules[" + rule.Name + "]"})
			}
		}
	}
	return places
}

func (u *attributeUses) addChain(chain *model.Chain) {
	add := func(field, expression string) {
		if expression != "" {
			u.addMet(outcome.OfChain(expression), attributeUse{places: []attributePlace{{chain.Ref, field}}, condition: "the condition"})
		}
	}
	add("spec.when", chain.When)
	for i := range chain.Steps {
		add("spec.steps["+chain.Steps[i].Name+"].when", chain.Steps[i].When)
	}
}

// addResource adds a condition that is to be met by a resource that is a user, or a unit.
func (u *usedAttributes) addResource(outcomes *outcome.Outcomes, use attributeUse) {
	for _, read := range outcomes.Attributes {
		if root, attribute := attributeRead(read.Path); root == "resource.properties" {
			use.needs, use.effect = read.True, effectNotMet
			u.add(attribute, use)
		}
	}
}

// unitKinds are the kinds of units. A resource of such a type is a unit.
type unitKinds set

func (r *reader) unitKinds() unitKinds {
	kinds := set{}
	r.found.work.spend(len(r.env.structure.units.list))
	for _, unit := range r.env.structure.units.list {
		if unit.spec.Kind != "" {
			kinds.add(unit.spec.Kind)
		}
	}
	return unitKinds(kinds)
}

// hasAll reports whether there are some types, and each is the kind of a unit.
func (k unitKinds) hasAll(types []string) bool {
	return len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return !set(k).has(t) })
}

// attributeRead splits the path of an attribute into its root and its name; both are empty if the path is that of a part of one.
func attributeRead(path []string) (root, attribute string) {
	if len(path) != 3 {
		return "", ""
	}
	return path[0] + "." + path[1], path[2]
}

// of returns the attributes of which those at a path are, nil if the directory does not keep them.
func (u *attributeUses) of(path []string) (used *usedAttributes, attribute string) {
	switch root, attribute := attributeRead(path); root {
	case "subject.properties":
		return &u.ofUsers, attribute
	case "resource.unit":
		return &u.ofUnits, attribute
	}
	return nil, ""
}

// addMet adds a condition that is to be met.
func (u *attributeUses) addMet(outcomes *outcome.Outcomes, use attributeUse) {
	for _, read := range outcomes.Attributes {
		if used, attribute := u.of(read.Path); used != nil {
			use.needs, use.effect = read.True, effectNotMet
			used.add(attribute, use)
		}
	}
}

// addProhibition adds a condition that is to be false of some and true of others.
func (u *attributeUses) addProhibition(outcomes *outcome.Outcomes, use attributeUse) {
	for _, read := range outcomes.Attributes {
		if used, attribute := u.of(read.Path); used != nil {
			use.needs, use.effect = read.False, effectRefuses
			used.add(attribute, use)
			// What has neither outcome is told once. A prohibition of all types but one is meant to allow that one.
			if isOneType(asValues(read.True)) {
				allows := use
				allows.needs, allows.effect, allows.told = read.True, effectAllows, outcome.JSON&^read.False
				used.add(attribute, allows)
			}
		}
	}
}

// add adds a use of an attribute, unless values of every kind, or of none but null, meet it.
func (u *usedAttributes) add(attribute string, use attributeUse) {
	if use.needs = asValues(use.needs); use.needs == 0 || use.needs == asValues(outcome.JSON) {
		return
	}
	number, known := u.numbers[attribute]
	if !known {
		if u.numbers == nil {
			u.numbers = map[string]uint32{}
		}
		number = uint32(len(u.uses))
		u.numbers[attribute] = number
		u.uses = append(u.uses, nil)
	}
	u.uses[number] = append(u.uses[number], use)
}

// isOneType reports whether values of some kinds are of one type.
func isOneType(kinds outcome.Kinds) bool { return kinds == outcome.Bool || kinds&(kinds-1) == 0 }

// asValues returns the kinds of JSON that values are of: null is none, and if one boolean will do, the other may come.
func asValues(kinds outcome.Kinds) outcome.Kinds {
	if kinds&outcome.Bool != 0 {
		kinds |= outcome.Bool
	}
	return kinds & outcome.JSON &^ outcome.Null
}

// attributeKinds are the kinds of the values of one attribute, by its number, with the name of something that has one of them.
type attributeKinds struct {
	number  uint32
	kinds   outcome.Kinds
	example string
}

// kindsOf returns the kinds of the attributes that conditions read. The names are of what the attributes are written in.
func (u *usedAttributes) kindsOf(attributes map[string]any, in func(attribute string) string) []attributeKinds {
	var list []attributeKinds
	for name, value := range attributes {
		if number, used := u.numbers[name]; used && value != nil {
			list = append(list, attributeKinds{number, asValues(outcome.KindsOf(value)), in(name)})
		}
	}
	return list
}

// attributeKinds returns the kinds of a user's attributes that conditions read, each with the first assignment that has it.
func (u *resolvedUser) attributeKinds(e *environment) []attributeKinds {
	e.work.spend(len(u.profile.Attributes))
	return e.uses.ofUsers.kindsOf(u.profile.Attributes, func(attribute string) string {
		for _, a := range u.assignments {
			if _, has := a.Attributes[attribute]; has {
				return a.Name
			}
		}
		return ""
	})
}

// kindTotals are the kinds of all values, by the number of the attribute.
type kindTotals []attributeKinds

func (t kindTotals) add(list []attributeKinds) {
	for _, one := range list {
		total := &t[one.number]
		if total.kinds == 0 || one.example < total.example {
			total.example = one.example
		}
		total.number, total.kinds = one.number, total.kinds|one.kinds
	}
}

// checkAttributes finds conditions that no value of an attribute meets, although the directory has some.
func (a *aggregate) checkAttributes() {
	uses := &a.env.uses
	uses.ofUsers.check("user", model.KindAssignment, a.totals.attributes, &a.found)
	units := make(kindTotals, len(uses.ofUnits.uses))
	for _, unit := range a.env.structure.units.list {
		if a.env.units.units[unit.spec.Name] != unit.spec {
			continue
		}
		a.env.work.spend(len(unit.spec.Attributes))
		valid, _ := sortAttributes(unit.spec.Attributes)
		units.add(uses.ofUnits.kindsOf(valid, func(string) string { return unit.spec.Name }))
	}
	uses.ofUnits.check("unit", "unit", units, &a.found)
}

// check finds the uses of attributes that no value meets: one finding for a field, however many conditions that concerns. Kind is what
// messages call what the attributes are written in.
func (u *usedAttributes) check(owner, kind string, totals kindTotals, found *findings) {
	for name, number := range u.numbers {
		total := totals[number]
		found.work.spend(1 + len(u.uses[number]))
		if total.kinds == 0 {
			continue
		}
		clauses := map[attributePlace][]string{}
		needed := map[attributePlace]outcome.Kinds{}
		for i := range u.uses[number] {
			use := &u.uses[number][i]
			if (use.needs|use.told)&total.kinds != 0 {
				continue
			}
			clause := fmt.Sprintf("%s needs %s, so %s", use.condition, words(use.needs), use.effect)
			found.work.spend(stepsOfEntry * len(use.places))
			for _, place := range use.places {
				if clauses[place] = append(clauses[place], clause); len(clauses[place]) == 1 {
					needed[place] = use.needs
				}
			}
		}
		for place, clauses := range clauses {
			found.warn(place.object, place.field, ReasonAttributeTypeMismatch,
				"attribute %q is %s wherever a %s has it, as in %s %q, but %s: write %s there%s, or correct the condition",
				name, words(total.kinds), owner, kind, total.example, few(clauses), words(needed[place]), quoting(total.kinds, needed[place]))
		}
	}
}

// words are what those who write attributes call values of some kinds.
func words(kinds outcome.Kinds) string {
	var list []string
	for _, known := range []struct {
		kind outcome.Kinds
		word string
	}{
		{outcome.Bool, "a boolean"}, {outcome.Double, "a number"}, {outcome.String, "text"}, {outcome.List, "a list"}, {outcome.Map, "a map"},
	} {
		if kinds&known.kind != 0 {
			list = append(list, known.word)
		}
	}
	return strings.Join(list, " or ")
}

// quoting says how to write values of some kinds where others are written.
func quoting(written, needed outcome.Kinds) string {
	switch plain := outcome.Bool | outcome.Double; {
	case written == outcome.String && needed&^plain == 0:
		return ", without quotes"
	case written&^plain == 0 && needed == outcome.String:
		return ", in quotes"
	}
	return ""
}
