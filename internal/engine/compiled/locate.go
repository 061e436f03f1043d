// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const (
	// Root is the number of the root unit.
	Root = 0
	// Absent stands for a dimension that a request gives no value for.
	Absent = -1
	// MaxDimensions is how many dimensions a document may have.
	MaxDimensions = 8
)

// Location is where a resource is, and what it is.
type Location struct {
	// Unit is the number of the unit that the resource is, or lies in.
	Unit uint32
	// IsUnit is set if the resource is the unit, and does not only lie in it.
	IsUnit bool
	// Nowhere is set if it lies in no unit, and is none: no request about it is decided.
	Nowhere bool
	// Self is what the directory knows of the resource itself: nil if it is neither a unit nor a user.
	Self *Attributes
}

// Locate finds where a resource is. One whose type is the kind of a unit is the unit that its id names, and one of a type by which
// users are called is that user, who lies in their home unit, or in the root without one: whatever their properties say. Any
// other lies in the unit that its properties name. The second result is false if the resource names something that does not
// exist, or that is not of its type.
func (x *Index) Locate(r *access.Resource) (at Location, known bool) {
	switch x.Types.Of(r.Type) {
	case OfUnits:
		number, named := x.Units.Get(r.ID)
		if !named || x.UnitTable[number].Kind != r.Type {
			return Location{}, false
		}
		return x.AtUnit(number), true
	case OfUsers:
		return x.locateUser(r.ID)
	default:
		at.Unit, known = x.UnitOf(r.Properties)
		return at, known
	}
}

// locateUser finds where a user is.
func (x *Index) locateUser(id string) (at Location, known bool) {
	user, known := x.FindUser(id)
	if !known {
		return Location{}, false
	}
	return x.AtUser(user)
}

// AtUnit is the place of a resource that is a unit.
func (x *Index) AtUnit(number uint32) Location {
	return Location{Unit: number, IsUnit: true, Self: &x.UnitTable[number].Attributes}
}

// AtUser is the place of a resource that is a user. The second result is false if it is not known.
func (x *Index) AtUser(user User) (at Location, known bool) {
	at.Self = user.attributes()
	at.Unit, known = x.HomeUnitOf(user)
	return at, known
}

// Nowhere is where a user is who is none of the organization, or whose home unit is not known: conditions read nothing of a unit.
func (x *Index) Nowhere(user string) Location {
	return Location{Nowhere: true, Self: x.User(user).attributes()}
}

// attributes are what the directory knows of the user.
func (u User) attributes() *Attributes {
	if u.Detail == nil {
		return &none
	}
	return &u.Detail.Attributes
}

// HomeUnitOf returns the number of a user's home unit, and that of the root for one who has none. The second result is false if it is
// not known.
func (x *Index) HomeUnitOf(user User) (unit uint32, known bool) {
	switch home, known := x.HomeOf(user); {
	case !known:
		return Root, false
	case home == "":
		return Root, len(x.UnitTable) > 0
	default:
		return x.Units.Get(home)
	}
}

// UnitOf finds the unit that something with some properties lies in: the root, unless they name another. The second result is
// false when they name something that is not a unit.
func (x *Index) UnitOf(properties map[string]any) (unit uint32, known bool) {
	property, present := properties[access.PropertyUnit]
	if !present {
		return Root, len(x.UnitTable) > 0
	}
	name, _ := property.(string) // no unit has an empty name
	unit, known = x.Units.Get(name)
	return unit, known
}

// RequestedValues are the numbers of a resource's value in each dimension, or absent. They are held in place, so that no
// decision allocates for them.
type RequestedValues [MaxDimensions]int32

// ValuesOf looks up the values of a resource with the properties that a caller sent, as the directory completes them if it knows the
// resource. The second result is false when one is not a value of its dimension, or the directory does not know it.
func (x *Index) ValuesOf(sent map[string]any, at Location) (values RequestedValues, known bool) {
	for i := range x.Dimensions {
		if values[i], known = x.value(i, sent, at); !known {
			return RequestedValues{}, false
		}
	}
	return values, true
}

// value looks up one of those values.
func (x *Index) value(dimension int, sent map[string]any, at Location) (value int32, known bool) {
	d := &x.Dimensions[dimension]
	property, state := at.Property(d.Name, sent)
	if state != Given {
		return Absent, state == Missing
	}
	name, isString := property.(string)
	number, known := d.Values[name]
	return int32(number), known && isString
}

// Property returns a property of the resource, with what the directory knows of it.
func (at Location) Property(name string, sent map[string]any) (value any, state Presence) {
	if at.Self != nil {
		return at.Self.Property(name, sent)
	}
	return none.Property(name, sent)
}

// UnitAttributes returns the attributes of the unit that the resource lies in; nil if it is the unit, or lies in none.
func (x *Index) UnitAttributes(at Location) map[string]any {
	if at.IsUnit || at.Nowhere {
		return nil
	}
	return x.UnitTable[at.Unit].Attributes.Known
}

// none are the attributes of what the directory knows nothing of.
var none Attributes
