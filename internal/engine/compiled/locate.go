// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Kinds are the kinds of an organization's units, those off the tree too: a few, told apart by length first, because nearly every
// request asks.
type Kinds struct {
	// lengths has a bit for each length, the last for all that are longer.
	lengths uint64
	// names are sorted.
	names []string
}

func lengthBit(kind string) uint64 { return 1 << min(len(kind), 63) }

// kindsOf returns the kinds of a document's units, with those that only units have that do not count.
func kindsOf(doc *document.Document) Kinds {
	k := Kinds{names: slices.Clone(doc.UnplacedKinds)}
	for name := range doc.Units {
		k.names = append(k.names, doc.Units[name].Kind)
	}
	slices.Sort(k.names)
	k.names = slices.DeleteFunc(slices.Compact(k.names), func(kind string) bool { return kind == "" })
	for _, kind := range k.names {
		k.lengths |= lengthBit(kind)
	}
	return k
}

// Has reports whether a unit of the organization has a kind.
func (k *Kinds) Has(kind string) bool {
	if k.lengths&lengthBit(kind) == 0 {
		return false
	}
	_, has := slices.BinarySearch(k.names, kind)
	return has
}

const (
	// Root is the number of the root unit.
	Root = 0
	// Absent stands for a dimension that a request gives no value for.
	Absent = -1
	// MaxDimensions is how many dimensions a document may have.
	MaxDimensions = 8
)

// Locate finds the unit that a resource is, as isUnit reports, or lies in. A resource whose type is the kind of a unit is the
// unit that its id names, whatever its properties say. The last result is false when the resource names something that is not
// a unit, or not one of that kind.
func (x *Index) Locate(r *access.Resource) (unit uint32, isUnit, known bool) {
	if x.Kinds.Has(r.Type) {
		number, named := x.Units.Get(r.ID)
		return number, true, named && x.UnitTable[number].Kind == r.Type
	}
	unit, known = x.UnitOf(r.Properties)
	return unit, false, known
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

// ValuesOf looks up the values of a resource with the properties that a caller sent: those of a resource that is a unit as the
// directory completes them. The second result is false when one is not a value of its dimension, or the directory does not
// know it.
func (x *Index) ValuesOf(sent map[string]any, unit uint32, isUnit bool) (values RequestedValues, known bool) {
	for i := range x.Dimensions {
		if values[i], known = x.value(i, sent, unit, isUnit); !known {
			return RequestedValues{}, false
		}
	}
	return values, true
}

// value looks up one of those values.
func (x *Index) value(dimension int, sent map[string]any, unit uint32, isUnit bool) (value int32, known bool) {
	d := &x.Dimensions[dimension]
	property, state := x.Property(d.Name, sent, unit, isUnit)
	if state != Given {
		return Absent, state == Missing
	}
	name, isString := property.(string)
	number, known := d.Values[name]
	return int32(number), known && isString
}

// Property returns a property of a resource, with what the directory knows of it if it is a unit.
func (x *Index) Property(name string, sent map[string]any, unit uint32, isUnit bool) (value any, state Presence) {
	if isUnit {
		return x.UnitTable[unit].Attributes.Property(name, sent)
	}
	return none.Property(name, sent)
}

// none are the attributes of what the directory knows nothing of.
var none Attributes
