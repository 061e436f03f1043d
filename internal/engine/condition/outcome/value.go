// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// value is what is known of the value of an expression.
type value struct {
	// kinds are those that the value may have. Without any, there is no value: it always fails, or is never asked for.
	kinds Kinds
	// fails is set if it may fail instead.
	fails bool
	// constant is the value itself, nil unless it is known.
	constant ref.Val
	// element is what is known of the elements of a list and the values of a map, and key of the keys of a map; nil is nothing.
	element, key *value
	// of are the kinds of which a type may be the type.
	of Kinds
	// span is where a value of one kind lies among its kind, nil if that is not known.
	span *span
	// listed are the elements of a list if all are constants; nil if they are not known.
	listed []ref.Val
	// isNumber is set if no double among it, nor among what it holds, is NaN, as in JSON.
	isNumber bool
}

// failure always fails, and unreached is never asked for.
var (
	failure   = value{fails: true}
	unreached = value{}
	unknown   = value{kinds: anything, fails: true}
	text      = value{kinds: String}
)

// json returns a value of some kinds as it is read from JSON. A number may fail: one that is not exact is an error.
func json(kinds Kinds) value {
	return value{kinds: kinds, fails: kinds.has(Double), element: anyJSON, key: &text, isNumber: true}
}

// anyJSON is any value of JSON, and what is within it.
var anyJSON = func() *value {
	v := &value{kinds: JSON, fails: true, key: &text, isNumber: true}
	v.element = v
	return v
}()

// isEmptyList reports whether the value is a list of nothing.
func (v *value) isEmptyList() bool { return v.listed != nil && len(v.listed) == 0 }

// alwaysFails reports whether the value fails whenever it is asked for.
func (v *value) alwaysFails() bool { return v.kinds == 0 && v.fails }

// isUnreached reports whether the value is never asked for.
func (v *value) isUnreached() bool { return v.kinds == 0 && !v.fails }

// literal returns what is known of a constant.
func literal(constant ref.Val) value {
	switch c := constant.(type) {
	case *types.Err:
		return failure
	case types.Bool:
		return boolean(bool(c), !bool(c), false)
	case *types.Type:
		return value{kinds: Type, of: kindsOf(c)}
	}
	if t, isType := constant.Type().(*types.Type); isType {
		return value{kinds: kindsOf(t), constant: constant}
	}
	return unknown
}

// boolean returns a boolean that may be true, may be false and may fail.
func boolean(isTrue, isFalse, fails bool) value {
	v := value{fails: fails}
	if isTrue {
		v.kinds |= True
	}
	if isFalse {
		v.kinds |= False
	}
	return v
}

// typed returns a value of a type that may fail, of which nothing else is known.
func typed(t *types.Type, depth int) value {
	v := value{kinds: kindsOf(t), fails: true}
	if v.kinds.has(Type) {
		v.of = anything
	}
	if parameters := t.Parameters(); depth > 0 && len(parameters) > 0 {
		element := typed(parameters[len(parameters)-1], depth-1)
		v.element = &element
		if len(parameters) > 1 {
			key := typed(parameters[0], depth-1)
			v.key = &key
		}
	}
	return v
}

// deepest bounds how deep elements of elements are told apart.
const deepest = 4

// join returns what is known of a value that is one or the other.
func join(a, b value, depth int) value {
	switch {
	case a.isUnreached():
		return b
	case b.isUnreached():
		return a
	}
	joined := value{kinds: a.kinds | b.kinds, fails: a.fails || b.fails, of: a.of | b.of}
	if a.constant != nil && b.constant != nil && a.constant.Equal(b.constant) == types.True {
		joined.constant = a.constant
	}
	if a.span == b.span {
		joined.span = a.span
	}
	joined.isNumber = a.isNumber && b.isNumber
	joined.element = joinWithin(List|Map, &a, &b, a.element, b.element, depth)
	joined.key = joinWithin(Map, &a, &b, a.key, b.key, depth)
	return joined
}

// joinWithin returns what is known of the elements, or the keys, of a value that is one or the other, if it is of some kinds.
func joinWithin(kinds Kinds, a, b, x, y *value, depth int) *value {
	switch {
	case x == y || !b.kinds.has(kinds):
		return x
	case !a.kinds.has(kinds):
		return y
	case x == nil || y == nil || depth == 0:
		return nil
	}
	inner := join(*x, *y, depth-1)
	return &inner
}

// elements returns what is known of the elements or values of a value.
func (v *value) elements() value {
	if v.element == nil {
		return unknown
	}
	return *v.element
}

// keys returns what is known of the keys of a map.
func (v *value) keys() value {
	if v.key == nil {
		return unknown
	}
	return *v.key
}

// equals reports whether the same is known of two values. It ends: only anyJSON is within itself, and it is one object.
func (v *value) equals(other *value) bool {
	switch {
	case v == other:
		return true
	case v == nil || other == nil:
		return false
	}
	return v.kinds == other.kinds && v.fails == other.fails && v.of == other.of && (v.constant == nil) == (other.constant == nil) &&
		(v.span == nil) == (other.span == nil) && v.isNumber == other.isNumber &&
		v.element.equals(other.element) && v.key.equals(other.key)
}

// or joins two values.
func (v value) or(other value) value { return join(v, other, deepest) }
