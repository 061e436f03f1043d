// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// A separation of duties that names roles is evaded by a role, or an override, that gives what these roles give. What only the
// roles of one duty give is what that duty is about: its own permissions.

// ownPermissions returns, for each duty of a constraint, the permissions that all its roles hold and no role of another duty. It is
// nil unless the duties name roles alone: those that name permissions say themselves what counts.
func (c *constraint) ownPermissions(roles map[model.RoleRef]*role, work *work) []set {
	duties := c.spec.Separation.Duties
	if slices.ContainsFunc(duties, func(d model.Duty) bool { return len(d.Permissions) > 0 }) {
		return nil
	}
	own := make([]set, len(duties))
	for i, duty := range duties {
		own[i] = set{}
		common := heldByAll(duty.Roles, roles)
		work.spend(len(common) * (1 + c.named))
		for _, permission := range common {
			others := func(j int) bool { return j != i && heldByAny(duties[j].Roles, roles, permission) }
			if !slices.ContainsFunc(indices(duties), others) {
				own[i].add(permission)
			}
		}
	}
	return own
}

func indices[T any](list []T) []int {
	all := make([]int, len(list))
	for i := range list {
		all[i] = i
	}
	return all
}

func heldByAll(refs []model.RoleRef, roles map[model.RoleRef]*role) []string {
	var common []string
	for i, ref := range refs {
		named, known := roles[ref]
		switch {
		case !known:
			return nil
		case i == 0:
			common = slices.Sorted(maps.Keys(named.held))
		default:
			common = slices.DeleteFunc(common, func(name string) bool { return named.held[name] == nil })
		}
	}
	return common
}

func heldByAny(refs []model.RoleRef, roles map[model.RoleRef]*role, permission string) bool {
	return slices.ContainsFunc(refs, func(ref model.RoleRef) bool {
		named, known := roles[ref]
		return known && named.held[permission] != nil
	})
}

// checkCombined finds roles that give more of the duties of a constraint than one user may have, by permissions alone.
func (c *constraint) checkCombined(roles map[model.RoleRef]*role, found *findings) {
	if c.spec.Separation == nil {
		return
	}
	found.work.spend(c.named * (1 + len(c.spec.Separation.Duties)))
	own := c.ownPermissions(roles, found.work)
	if own == nil {
		return
	}
	c.combined = c.byPermission(own)
	steps := 1 + c.named
	for _, permissions := range own {
		steps += len(permissions)
	}
	found.work.spend(steps * len(roles))
	for _, r := range roles {
		if r.disabled != nil || c.exempts(&binding{role: r}) {
			continue
		}
		if byRole, byPermission, names := c.dutiesOf(r, own); c.breaks(byPermission) && !c.breaks(byRole) {
			c.foundCombined(r, names, found)
		}
	}
}

// breaks reports whether so many duties together violate the constraint.
func (c *constraint) breaks(duties uint32) bool {
	return bits.OnesCount32(duties) > c.spec.Separation.AtMost
}

// dutiesOf returns which duties a role has by the roles that it ranks at or above, which by permissions too, and names the latter.
func (c *constraint) dutiesOf(r *role, own []set) (byRole, byPermission uint32, names []string) {
	for i, duty := range c.spec.Separation.Duties {
		if slices.ContainsFunc(duty.Roles, r.ranks) {
			byRole |= 1 << i
			byPermission |= 1 << i
		} else if r.holdsAll(own[i]) {
			byPermission |= 1 << i
			names = append(names, fmt.Sprintf("%s (%s)", duty.Name, few(own[i].sorted())))
		}
	}
	return byRole, byPermission, names
}

// foundCombined warns of a role that gives duties together. Who writes constraints for one organization does not write the roles of
// the platform, so these are found in the constraint.
func (c *constraint) foundCombined(r *role, names []string, found *findings) {
	object, field := r.spec.Ref, ""
	if r.spec.Kind == model.KindPlatformRole && c.object.Kind != model.KindCatalog {
		object, field = c.object, c.field
	}
	found.warn(object, field, ReasonCombinedDuties,
		"%s %q gives what constraint %q of %s keeps apart, but is not among the roles that the constraint names: %s: "+
			"take the permissions out, name them in the duties, or name the role in exceptRoleRefs",
		r.spec.Kind, r.spec.Name, c.spec.Name, c.object, strings.Join(names, ", "))
}

// holdsAll reports whether the role holds all of some permissions, of which there is one.
func (r *role) holdsAll(permissions set) bool {
	for name := range permissions {
		if r.held[name] == nil {
			return false
		}
	}
	return len(permissions) > 0
}

// byPermission returns the constraint as it would be if overrides of their own permissions made up its duties.
func (c *constraint) byPermission(own []set) *constraint {
	separation := *c.spec.Separation
	separation.Duties = slices.Clone(separation.Duties)
	for i := range separation.Duties {
		separation.Duties[i].Permissions = own[i].sorted()
	}
	spec := *c.spec
	spec.Separation, spec.Enforce = &separation, false
	return &constraint{spec: &spec, object: c.object, field: c.field, duties: c.duties, named: c.named, evaded: true}
}

// findEvasions finds overrides that give duties together which a constraint keeps apart by roles alone. Who breaks the constraint
// itself, or has a waiver of it, is not found again.
func (f *enforcement) findEvasions(bindings []*binding, c *constraint) {
	check := f.newSeparationCheck(c.combined)
	overridden := map[*resolvedUser]bool{}
	for _, b := range bindings {
		overridden[b.user] = overridden[b.user] || b.role == nil
	}
	for _, b := range bindings {
		_, known := f.known[violationKey{c, b}]
		if b.withheld || known || !overridden[b.user] {
			continue
		}
		why := check.breaks(b)
		if why == "" {
			check.keep(b)
			continue
		}
		if c.waiver(b.user.id, f.env.work) == nil && (b.role == nil || check.hasOverride(b.user)) {
			f.violations = append(f.violations, violation{constraint: c.combined, binding: b, why: why})
		}
	}
}

// hasOverride reports whether an override makes up a duty of a user.
func (c *separationCheck) hasOverride(u *resolvedUser) bool {
	return slices.ContainsFunc(c.kept[u], func(d duties) bool { return d.binding.role == nil })
}
