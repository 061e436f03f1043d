// SPDX-License-Identifier: Apache-2.0

package compiled

import "github.com/rolewright/rolewright/pkg/permissions/document"

// Unit returns a unit as it is published. The second result is false when the organization has no unit of that name.
func (x *Index) Unit(name string) (document.Unit, bool) {
	number, known := x.Units.Get(name)
	if !known {
		return document.Unit{}, false
	}
	unit := &x.UnitTable[number]
	return document.Unit{
		Kind: unit.Kind, Parent: unit.parent, Attributes: unit.Attributes.Known, UnknownAttributes: unit.Attributes.Unknown,
	}, true
}
