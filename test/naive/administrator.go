// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Administrator is a user who may change an organization, as far as the administration rules say of the roles that they hold.
type Administrator struct {
	reader *Reader
	id     string
	now    time.Time
	powers []power
}

// power is one administration rule of a user, with the grant by which they have it.
type power struct {
	rule    model.AdministrationRule
	granted model.RoleRef
	scope   model.Scope
}

// Administrator reads the rules that a user has at a moment.
func (r *Reader) Administrator(id string, now time.Time) *Administrator {
	a := &Administrator{reader: r, id: id, now: now}
	for _, b := range r.kept {
		if b.user != id || b.override || !live(b.window, now) {
			continue
		}
		for _, role := range slices.Concat(r.world.Roles, r.world.PlatformRoles) {
			if ref := (model.RoleRef{Kind: role.Kind, Name: role.Name}); r.role(ref) != nil && r.holds(b.role, ref) {
				for _, rule := range role.AdministrationRules {
					a.powers = append(a.powers, power{rule, b.role, b.scope})
				}
			}
		}
	}
	return a
}

// HasRules reports whether the user has any rule.
func (a *Administrator) HasRules() bool { return len(a.powers) > 0 }

// May reports whether the user may do something with a role of another user where a request is about: give it, or take it.
func (a *Administrator) May(action, user string, role model.RoleRef, where *access.Request) bool {
	return slices.ContainsFunc(a.powers, func(p power) bool {
		return slices.Contains(p.rule.UserActions, action) && a.names(p, role) && a.isOver(p, user) && a.isHeldAt(p, where)
	})
}

// MayEverything reports whether the user may do something with every role of another user where a request is about, whatever roles
// there will be: that stands for every permission, as a role that holds it could be built.
func (a *Administrator) MayEverything(action, user string, where *access.Request) bool {
	return slices.ContainsFunc(a.powers, func(p power) bool {
		return slices.Contains(p.rule.UserActions, action) && p.namesAll() && a.isOver(p, user) && a.isHeldAt(p, where)
	})
}

func (p *power) namesAll() bool {
	return p.rule.Roles != nil && p.rule.Roles.From == "All" && len(p.rule.Roles.Except) == 0
}

// MayOverride reports whether the user may give a single permission to another one, or take it, where a request is about: one that a
// role of the rule holds without a condition, or that no role holds.
func (a *Administrator) MayOverride(user, permission string, where *access.Request) bool {
	return slices.ContainsFunc(a.powers, func(p power) bool {
		if !slices.Contains(p.rule.UserActions, "WriteOverrides") || !a.isOver(p, user) || !a.isHeldAt(p, where) {
			return false
		}
		held := false
		for _, role := range slices.Concat(a.reader.world.Roles, a.reader.world.PlatformRoles) {
			ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
			held = held || a.reader.MayHold(ref, permission)
			unconditional := func(qualifiers []string) bool { return len(qualifiers) == 0 }
			if a.names(p, ref) && a.reader.roleGives(ref, permission, a.reader.world.Catalog.Entitlements, unconditional) {
				return true
			}
		}
		return !held || p.namesAll()
	})
}

// Ranks reports whether a role is another one, or inherits it, however far.
func (r *Reader) Ranks(role, other model.RoleRef) bool { return r.holds(role, other) }

// Exists reports whether there is a role.
func (r *Reader) Exists(role model.RoleRef) bool { return r.role(role) != nil }

// MayHold reports whether a role holds a permission on some condition.
func (r *Reader) MayHold(role model.RoleRef, permission string) bool {
	return r.roleGives(role, permission, r.world.Catalog.Entitlements, func([]string) bool { return true })
}

// names reports whether a rule is about a role.
func (a *Administrator) names(p power, role model.RoleRef) bool {
	selection, written := p.rule.Roles, a.reader.role(role)
	if selection == nil || written == nil || written.Platform {
		return false
	}
	for _, excepted := range selection.Except {
		if a.reader.role(excepted) == nil || a.reader.holds(role, excepted) {
			return false
		}
	}
	switch selection.From {
	case "Listed":
		return slices.Contains(selection.Roles, role)
	case "UpTo":
		return selection.UpTo != nil && a.reader.holds(*selection.UpTo, role)
	case "OwnRank":
		return a.reader.holds(p.granted, role)
	}
	return selection.From == "All"
}

// isOver reports whether a rule is about a user: their home unit, if they have one, lies in the scope, and all qualifiers are true of
// them.
func (a *Administrator) isOver(p power, user string) bool {
	var homes []string
	for _, assignment := range a.reader.assignmentsOf(user) {
		if assignment.HomeUnit != "" {
			homes = append(homes, assignment.HomeUnit)
		}
	}
	for _, home := range homes {
		if !a.reader.unitCovered(p.scope, home) {
			return false
		}
	}
	asked := &access.Request{
		Subject:  access.Subject{Type: a.reader.word(), ID: a.id},
		Resource: access.Resource{Type: a.reader.word(), ID: user},
	}
	return !slices.ContainsFunc(p.rule.Qualifiers, func(name string) bool {
		qualifier := a.reader.qualifier(name)
		if qualifier == nil {
			return true
		}
		answer, err := a.reader.Evaluate(asked, qualifier.Expression, a.now)
		return err != nil || !answer
	})
}

// isHeldAt reports whether the grant of a rule covers what a request is about.
func (a *Administrator) isHeldAt(p power, where *access.Request) bool {
	e := &evaluator{Reader: a.reader, request: where, now: a.now}
	return e.grantCovers(p.scope)
}
