// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/overloads"
)

// in compiles a test for membership. In a list of constants of simple types, cel-go looks it up, which costs nothing, and not even
// evaluates what is looked for in an empty one.
func (c *compiler) in(e ast.Expr) (n *node, is bool) {
	call := e.AsCall()
	sought, is := c.evaluator(call.Args()[0])
	if !is {
		return nil, false
	}
	container, is := c.node(call.Args()[1])
	if !is {
		return nil, false
	}
	overload := c.overload(e)
	if container.constant != nil && container.constant.kind == list && overload == overloads.InList {
		items := container.constant.of.(*values).items
		if len(items) == 0 {
			v := booleanOf(false)
			return &node{constant: &v}, true
		}
		if set, is := setOf(items); is {
			return &node{evaluate: set.lookup(sought)}, true
		}
	}
	where, is := container.evaluator()
	if !is {
		return nil, false
	}
	return &node{evaluate: comparison(sought, where, inCost(overload), contains)}, true
}

// contains reports whether a list has an element, or a map a key.
func contains(f *Frame, sought, where value) value {
	switch where.kind {
	case list:
		for i, n := 0, where.length(); i < n; i++ {
			if equals(f, sought, where.at(f, i)) == equal {
				return booleanOf(true)
			}
		}
		return booleanOf(false)
	case mapping:
		_, isThere := where.find(f, sought)
		return booleanOf(isThere)
	default:
		return failure
	}
}

// set holds what a list of constants has as elements: numbers with their equals of other types.
type set map[mapKey]struct{}

// setOf returns a list as a set. The second result is false if an element is not of a simple type.
func setOf(items []value) (s set, is bool) {
	s = set{}
	for _, item := range items {
		key, isKey := keyOf(item)
		if !isKey && item.kind != double {
			return nil, false
		}
		if isKey {
			s[key] = struct{}{}
		}
		for _, name := range [...]string{overloads.TypeConvertDouble, overloads.TypeConvertInt, overloads.TypeConvertUint} {
			s.convert(item, conversions[name])
		}
	}
	return s, true
}

// convert adds a number as one of another type. A fraction is no whole number.
func (s set) convert(item value, c *conversion) {
	if item.kind != integer && item.kind != unsigned && item.kind != double || item.kind == c.kind {
		return
	}
	f := Frame{}
	converted := f.convert(item, c, "")
	if converted.kind == failed || item.kind == double && equals(&f, converted, item) != equal {
		return
	}
	if key, is := keyOf(converted); is {
		s[key] = struct{}{}
	}
}

func (s set) lookup(sought eval) eval {
	return func(f *Frame) value {
		v := sought(f)
		if v.kind == failed {
			return failure
		}
		key, is := keyOf(v)
		if is {
			_, is = s[key]
		}
		return booleanOf(is)
	}
}
