// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// groups gathers the users who have the same effects.
type groups struct {
	comparison *comparison
	byKey      map[string]*Effect
	key        []byte
}

func newGroups(c *comparison) *groups { return &groups{comparison: c, byKey: map[string]*Effect{}} }

// add adds what was found of a user. Permissions about which all else is the same are one effect.
func (g *groups) add(u *userPair) {
	if len(u.found) == 0 {
		return
	}
	type own struct {
		effect  Effect
		key     string
		sources []string
	}
	var effects []own
	byKey := map[string]int{}
	for i := range u.found {
		f := &u.found[i]
		effect := g.effect(f)
		if !g.wanted(&effect) {
			continue
		}
		key := g.keyOf(&effect)
		at, known := byKey[key]
		if !known {
			at = len(effects)
			byKey[key] = at
			effects = append(effects, own{effect: effect, key: key})
		}
		effects[at].effect.Permissions = append(effects[at].effect.Permissions, f.permission)
		effects[at].sources = append(effects[at].sources, f.verdict.sources...)
	}
	for i := range effects {
		e := &effects[i]
		e.effect.Permissions = sorted(e.effect.Permissions)
		key := strings.Join(e.effect.Permissions, "\x00") + "\x00\x00" + e.key
		if g.byKey[key] == nil {
			g.byKey[key] = &e.effect
		}
		g.byKey[key].Users = append(g.byKey[key].Users, AffectedUser{ID: u.id, Sources: sorted(e.sources)})
	}
}

// wanted reports whether an effect is one of those to which the options narrow the difference.
func (g *groups) wanted(e *Effect) bool {
	roles := g.comparison.options.Roles
	return len(roles) == 0 || slices.ContainsFunc(e.Roles, func(role string) bool { return slices.Contains(roles, role) })
}

// effect writes what was found for people.
func (g *groups) effect(f *finding) Effect {
	v, c := f.verdict, g.comparison
	state := after
	if v.kind == Lost {
		state = before
	}
	where := c.place(state, f.cell.spans)
	for i := range c.dimensions {
		if values, limits := c.dimensions[i].describe(f.cell.values[i]); limits {
			where.Values = append(where.Values, values)
		}
	}
	where.Window = f.cell.time.window()
	e := Effect{Kind: v.kind, Where: where, Before: v.condition[before], After: v.condition[after], Because: v.causes, Roles: v.roles}
	if v.tree {
		e.Because = slices.Clone(e.Because)
		for _, name := range c.movedUnits(where.region) {
			e.Because = append(e.Because, Cause{Kind: CauseUnit, Name: name, What: c.units.whatOf(name)})
		}
	}
	return e
}

// whatOf returns what happened to a unit. If the root is another one, so is what requests without a unit are about.
func (u *units) whatOf(name string) string { return cmp.Or(u.changed[name], Changed) }

// movedUnits returns the units because of which some units lie elsewhere.
func (c *comparison) movedUnits(region *covered) []string {
	var names []string
	for at := range region.places() {
		names = append(names, c.units.changedAbove(at.unit)...)
	}
	return sorted(names)
}

// place describes some units, once for all effects there.
func (c *comparison) place(state int, of spans) Where {
	c.key = appendSpans(append(c.key[:0], byte(state)), of)
	if known, is := c.places[string(c.key)]; is {
		return known
	}
	key := string(c.key)
	made := (&covered{c.units, of}).describe(state)
	c.places[key] = made
	return made
}

// describe writes values as people read them. The second result is false if they limit nothing.
func (d *dimension) describe(values mask) (Values, bool) {
	described := Values{Dimension: d.name, None: values.has(d.none()), Other: values.has(d.other())}
	limits := !described.None
	for i, value := range d.values {
		if values.has(i) {
			described.Values = append(described.Values, value)
		} else if d.valid[before].has(i) && d.valid[after].has(i) {
			limits = true
		}
	}
	if slices.Equal(d.valid[before], d.valid[after]) {
		return described, limits
	}
	return described, !slices.Equal(values, full(d.size()))
}

// keyOf is alike for effects that are alike but for permissions and users.
func (g *groups) keyOf(e *Effect) string {
	key := appendSpans(append(g.key[:0], byte(e.Kind)), e.Where.region.spans)
	if len(e.Where.Values) > 0 {
		key = fmt.Appendf(key, "%+v", e.Where.Values)
	}
	key = append(key, e.Where.Window.String()...)
	key = appendCondition(appendCondition(key, e.Before), e.After)
	for _, c := range e.Because {
		for _, text := range []string{c.Kind, c.Name, c.Role, c.What, c.Reason} {
			key = append(append(key, text...), 0)
		}
	}
	key = append(key, 1)
	for _, role := range e.Roles {
		key = append(append(key, role...), 0)
	}
	g.key = key
	return string(key)
}

func appendCondition(key []byte, c *Condition) []byte {
	switch {
	case c == nil:
		return append(key, '-')
	case c.Unconditional():
		return append(key, '*')
	}
	return fmt.Appendf(key, "%q%q", c.Alternatives, c.Unless)
}

func appendSpans(key []byte, of spans) []byte {
	for _, s := range of {
		key = binary.LittleEndian.AppendUint32(key, uint32(s.from))
		key = binary.LittleEndian.AppendUint32(key, uint32(s.until))
	}
	return append(key, ';')
}

// effects returns the effects: who gains most before who loses, and of the same kind what more users have first.
func (g *groups) effects() []Effect {
	keys := slices.SortedFunc(maps.Keys(g.byKey), func(x, y string) int {
		a, b := g.byKey[x], g.byKey[y]
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind), slices.CompareFunc(a.Because, b.Because, Cause.compare), cmp.Compare(len(b.Users), len(a.Users)),
			slices.Compare(a.Permissions, b.Permissions), cmp.Compare(a.Users[0].ID, b.Users[0].ID), cmp.Compare(x, y),
		)
	})
	list := make([]Effect, 0, len(keys))
	for _, key := range keys {
		list = append(list, *g.byKey[key])
	}
	return list
}
