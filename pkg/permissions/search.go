// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"iter"
	"maps"
	"slices"
)

// WhoCan lists the ids of the users who may do the action of a request on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's subject id is ignored; all else counts as in Check.
func (x *Index) WhoCan(r *Request, after string) iter.Seq[string] {
	asked := *r
	return confirmed(maps.Keys(x.users), after, func(id string) bool {
		asked.Subject.ID = id
		return x.Check(&asked)
	})
}

// WhatCan lists the permissions that the subject of a request has on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's action name is ignored; all else counts as in Check.
func (x *Index) WhatCan(r *Request, after string) iter.Seq[string] {
	asked := *r
	return confirmed(maps.Keys(x.permissions), after, func(name string) bool {
		asked.Action.Name = name
		return x.Check(&asked)
	})
}

// UnitsCan lists the names of the units of the kind that the request's resource type names, on which its subject may do
// its action, sorted bytewise and greater than after: "" starts from the first. Each unit is itself the resource, with
// the properties as they are sent. The request's resource id is ignored; all else counts as in Check.
func (x *Index) UnitsCan(r *Request, after string) iter.Seq[string] {
	asked := *r
	return confirmed(maps.Keys(x.units), after, func(name string) bool {
		asked.Resource.ID = name
		return asked.Resource.Type != "" && x.unitTable[x.units[name]].kind == asked.Resource.Type && x.Check(&asked)
	})
}

// confirmed yields those of some names that are greater than after and of whom a check is true, sorted.
func confirmed(names iter.Seq[string], after string, check func(string) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, name := range slices.Sorted(names) {
			if name > after && check(name) && !yield(name) {
				return
			}
		}
	}
}

// Unit returns a unit as it is published. The second result is false when the organization has no unit of that name.
func (x *Index) Unit(name string) (Unit, bool) {
	number, known := x.units[name]
	if !known {
		return Unit{}, false
	}
	unit := &x.unitTable[number]
	return Unit{
		Kind: unit.kind, Parent: unit.parent, Attributes: unit.attributes.known, UnknownAttributes: unit.attributes.unknown,
	}, true
}
