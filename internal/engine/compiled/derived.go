// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"sync"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/condition"
)

// derived is made of the tables when a search first asks for it, so that who only decides does not pay for it.
type derived struct {
	permissions    lazy[[]Named]
	units          lazy[[]Named]
	unitsOfKinds   lazy[map[string][]Named]
	reverseIndex   lazy[*ReverseIndex]
	administering  lazy[map[string]bool]
	administrators lazy[[]string]
	roles          lazy[*administration.Roles]
}

// lazy is a value that is made when it is first asked for. Its zero value is ready, and must not be copied once used.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(compile func() T) T {
	l.once.Do(func() { l.value = compile() })
	return l.value
}

// Named is a permission, or a unit, with its number.
type Named struct {
	Name   string
	Number uint32
}

// String returns the name.
func (n Named) String() string { return n.Name }

// NamedPermissions are the permissions, sorted by name.
func (x *Index) NamedPermissions() []Named {
	return x.derived.permissions.get(func() []Named {
		names := x.Permissions.Sorted()
		permissions := make([]Named, len(names))
		for i, name := range names {
			permissions[i] = Named{name, x.Permissions.Value(name).Number}
		}
		return permissions
	})
}

// NamedUnits are the units, sorted by name.
func (x *Index) NamedUnits() []Named {
	return x.derived.units.get(func() []Named {
		names := x.Units.Sorted()
		units := make([]Named, len(names))
		for i, name := range names {
			units[i] = Named{name, x.Units.Value(name)}
		}
		return units
	})
}

// NamedUnitsOf are the units of a kind, sorted by name.
func (x *Index) NamedUnitsOf(kind string) []Named {
	return x.derived.unitsOfKinds.get(func() map[string][]Named {
		ofKinds := map[string][]Named{}
		for _, unit := range x.NamedUnits() {
			kind := x.UnitTable[unit.Number].Kind
			ofKinds[kind] = append(ofKinds[kind], unit)
		}
		return ofKinds
	})[kind]
}

// Reads says what a condition depends on; nothing, when it does not compile and so never can be evaluated.
func (c *Condition) Reads() condition.Reads {
	if c.Program == nil {
		return 0
	}
	return c.Program.Reads()
}
