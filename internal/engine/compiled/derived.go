// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"sync"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/condition"
)

// derived is made of the tables when a search first asks for it, so that who only decides does not pay for it.
type derived struct {
	permissions    lazy[[]string]
	units          lazy[[]NamedUnit]
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

// PermissionNames are the names of the permissions, sorted.
func (x *Index) PermissionNames() []string {
	return x.derived.permissions.get(x.Permissions.Sorted)
}

// NamedUnit is a unit with its place in the table of units.
type NamedUnit struct {
	Name   string
	Number uint32
}

// String returns the name.
func (u NamedUnit) String() string { return u.Name }

// NamedUnits are the units, sorted by name.
func (x *Index) NamedUnits() []NamedUnit {
	return x.derived.units.get(func() []NamedUnit {
		names := x.Units.Sorted()
		units := make([]NamedUnit, len(names))
		for i, name := range names {
			units[i] = NamedUnit{name, x.Units.Value(name)}
		}
		return units
	})
}

// Reads says what a condition depends on; nothing, when it does not compile and so never can be evaluated.
func (c *Condition) Reads() condition.Reads {
	if c.Program == nil {
		return 0
	}
	return c.Program.Reads()
}
