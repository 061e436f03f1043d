// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Kinds are the kinds of an organization's units: a few, told apart by length first, because nearly every request asks.
type Kinds struct {
	// lengths has a bit for each length, the last for all that are longer.
	lengths uint64
	names   []string
}

func lengthBit(kind string) uint64 { return 1 << min(len(kind), 63) }

func (k *Kinds) add(kind string) {
	if kind != "" && !k.Has(kind) {
		k.lengths |= lengthBit(kind)
		k.names = append(k.names, kind)
	}
}

// Has reports whether a unit of the organization has a kind.
func (k *Kinds) Has(kind string) bool {
	return k.lengths&lengthBit(kind) != 0 && slices.Contains(k.names, kind)
}

const (
	// Root is the number of the root unit.
	Root = 0
	// Absent stands for a dimension that a request gives no value for.
	Absent = -1
	// MaxDimensions is how many dimensions a document may have.
	MaxDimensions = 8
)

// Locate finds the unit that a resource is, as isUnit reports, or lies in. A resource without unit lies in the root. The
// last result is false when the resource names something that is not a unit.
func (x *Index) Locate(r *access.Resource) (unit uint32, isUnit, known bool) {
	if x.Kinds.Has(r.Type) {
		if number, named := x.Units[r.ID]; named && x.UnitTable[number].Kind == r.Type {
			return number, true, true
		}
	}
	property, present := r.Properties[access.PropertyUnit]
	if !present {
		return Root, false, len(x.UnitTable) > 0
	}
	name, _ := property.(string) // no unit has an empty name
	number, named := x.Units[name]
	return number, false, named
}

// RequestedValues are the numbers of a resource's value in each dimension, or absent. They are held in place, so that no
// decision allocates for them.
type RequestedValues [MaxDimensions]int32

// ValuesOf looks up the values of a resource. The second result is false when it names a value that a dimension does not
// have.
func (x *Index) ValuesOf(r *access.Resource) (values RequestedValues, known bool) {
	for i := range x.Dimensions {
		d := &x.Dimensions[i]
		property, present := r.Properties[d.Name]
		if !present {
			values[i] = Absent
			continue
		}
		name, isString := property.(string)
		if !isString {
			return RequestedValues{}, false
		}
		number, known := d.Values[name]
		if !known {
			return RequestedValues{}, false
		}
		values[i] = int32(number)
	}
	return values, true
}
