// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"

	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// attribute is a value and what is selected in it, one after another: cel-go evaluates them as one.
type attribute struct {
	// choice is set if the value is one of two, by a condition; the selections are then with both.
	choice *choice
	// variable is a variable of ours, of which a field has to be selected first.
	variable string
	// root yields the value; field is set if it is a field of a variable.
	root  eval
	field bool
	// wrapped is set if cel-go holds the value in a type of its own. Where it looks into a native one, it asks whether something is there
	// without converting it.
	wrapped    bool
	qualifiers []qualifier
}

type choice struct {
	condition eval
	yes, no   *attribute
}

// qualifier selects in a value: by a constant, or by what an expression yields.
type qualifier struct {
	key     value
	dynamic eval
	// test is set if it is only asked whether there is such a thing.
	test bool
}

// add adds a selection. It reports whether the result has a meaning that is known.
func (a *attribute) add(q qualifier) bool {
	switch {
	case a.choice != nil:
		return a.choice.yes.add(q) && a.choice.no.add(q)
	case a.variable == "":
		a.qualifiers = append(a.qualifiers, q)
		return true
	}
	read, known := fieldOf(a.variable, q.key)
	if !known || q.dynamic != nil {
		return false
	}
	a.root, a.field, a.variable = read, true, ""
	if q.test {
		a.root = func(*Frame) value { return booleanOf(true) } // a value has every field
	}
	return true
}

// isWhole reports whether the attribute yields a value: a variable of ours does not, by itself.
func (a *attribute) isWhole() bool {
	if a.choice != nil {
		return a.choice.yes.isWhole() && a.choice.no.isWhole()
	}
	return a.variable == ""
}

// fieldOf reads a field of one of our variables.
func fieldOf(variable string, key value) (read eval, known bool) {
	if key.kind != text {
		return nil, false
	}
	switch variable + "." + key.text {
	case "subject.type":
		return func(f *Frame) value { return textOf(f.input.Subject.Type) }, true
	case "subject.id":
		return func(f *Frame) value { return textOf(f.input.Subject.ID) }, true
	case "subject.properties":
		return func(f *Frame) value { return value{kind: mapping, of: f.input.Subject.Properties} }, true
	case "action.name":
		return func(f *Frame) value { return textOf(f.input.Action.Name) }, true
	case "action.properties":
		return func(f *Frame) value { return value{kind: mapping, of: f.input.Action.Properties} }, true
	case "resource.type":
		return func(f *Frame) value { return textOf(f.input.Resource.Type) }, true
	case "resource.id":
		return func(f *Frame) value { return textOf(f.input.Resource.ID) }, true
	case "resource.properties":
		return func(f *Frame) value { return value{kind: mapping, of: f.input.Resource.Properties} }, true
	case "resource.unit":
		return func(f *Frame) value { return value{kind: mapping, of: f.input.Resource.Unit} }, true
	default:
		return nil, false
	}
}

// variableOf reads one of the variables that are values.
func variableOf(name string) (read eval, known bool) {
	switch name {
	case input.VarContext:
		return func(f *Frame) value { return value{kind: mapping, of: f.input.Context} }, true
	case input.VarNow:
		return func(f *Frame) value { return timestampOf(f.input.Now) }, true
	default:
		return nil, false
	}
}

// evaluator evaluates the attribute as a part of an expression.
func (a *attribute) evaluator() eval {
	if a.choice != nil {
		return a.resolve // costs nothing by itself
	}
	switch {
	case len(a.qualifiers) == 0 && !a.field:
		root := a.root
		return func(f *Frame) value { f.cost++; return root(f) }
	case len(a.qualifiers) == 0:
		root := a.root
		return func(f *Frame) value { f.cost += 2; return root(f) }
	case len(a.qualifiers) == 1 && a.field && a.qualifiers[0].dynamic == nil && !a.qualifiers[0].test && a.qualifiers[0].key.kind == text:
		root, key := a.root, a.qualifiers[0].key.text
		return func(f *Frame) value {
			f.cost += 3
			of, _ := root(f).of.(map[string]any)
			if x, known := of[key]; known {
				return f.native(x)
			}
			return failure
		}
	default:
		return func(f *Frame) value { f.cost++; return a.resolve(f) }
	}
}

// resolve yields the value, without the cost that it has as a part of an expression.
func (a *attribute) resolve(f *Frame) value {
	if a.choice != nil {
		switch condition := a.choice.condition(f); {
		case condition.isTrue():
			return a.choice.yes.resolve(f)
		case condition.isFalse():
			return a.choice.no.resolve(f)
		default:
			return failure
		}
	}
	v, wrapped := a.root(f), a.wrapped
	if a.field {
		f.cost++
	}
	for i := range a.qualifiers {
		if v.kind == failed {
			if v.foreign { // there is a value, in which cel-go selects before it finds out
				f.cost++
				if a.qualifiers[i].dynamic != nil {
					return f.giveUp()
				}
			}
			return failure
		}
		v, wrapped = a.qualifiers[i].apply(f, v, wrapped)
	}
	return v
}

// apply selects in a value. What is selected in a wrapped one is wrapped.
func (q *qualifier) apply(f *Frame, v value, wrapped bool) (selected value, isWrapped bool) {
	key := q.key
	if q.dynamic != nil {
		if key = q.dynamic(f); key.foreign {
			return f.giveUp(), wrapped
		}
	}
	f.cost++
	switch {
	case !isKey(key):
		return failure, wrapped
	case v.kind == mapping:
		return q.find(f, v, key, wrapped)
	case v.kind == list:
		return elementOf(f, v, key), wrapped || key.kind != integer
	case q.test:
		return booleanOf(false), wrapped
	default:
		return failure, wrapped
	}
}

// isKey reports whether a value is of a type by which something may be selected.
func isKey(v value) bool {
	switch v.kind {
	case text, integer, unsigned, double, boolean:
		return true
	default:
		return false
	}
}

func elementOf(f *Frame, v, key value) value {
	i, isIndex := indexOf(key)
	if !isIndex || i < 0 || i >= int64(v.length()) {
		return failure
	}
	return v.at(f, int(i))
}

// find looks up a key of a map.
func (q *qualifier) find(f *Frame, v, key value, wrapped bool) (found value, isWrapped bool) {
	of, isNative := v.of.(map[string]any)
	if q.test && isNative && !wrapped { // what is there is not looked at
		_, isThere := of[key.text]
		return booleanOf(isThere && key.kind == text), wrapped
	}
	found, isThere := v.find(f, key)
	switch {
	case q.test && (!isThere || found.kind != failed):
		return booleanOf(isThere), true
	case wrapped && found.kind == failed: // cel-go finds out before it selects in it
		return failure, true
	default:
		return found, wrapped || !isNative
	}
}

// indexOf converts an index of a list without loss.
func indexOf(v value) (i int64, isIndex bool) {
	switch v.kind {
	case integer:
		return v.integer(), true
	case double:
		return wholeOf(v.double())
	case unsigned:
		return v.integer(), v.number <= math.MaxInt64
	default:
		return 0, false
	}
}

// wholeOf converts a double to a whole number without loss.
func wholeOf(d float64) (i int64, exact bool) {
	if math.IsNaN(d) || d <= math.MinInt64 || d >= math.MaxInt64 {
		return 0, false
	}
	return int64(d), float64(int64(d)) == d
}

// naturalOf converts a double to a whole number without a sign, and without loss.
func naturalOf(d float64) (u uint64, exact bool) {
	if math.IsNaN(d) || d < 0 || d >= math.MaxUint64 {
		return 0, false
	}
	return uint64(d), float64(uint64(d)) == d
}
