// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// WrittenGrant is a grant that is written for a user, whether or not it counts, with what was found wrong with it.
type WrittenGrant struct {
	// Source is where it is written, as the document has it, and Role a key of the document's roles, if there is such a role.
	Source, Role string
	Scope        model.Scope
	// Findings are the errors about it. If it counts, they are about names in it that cover nothing.
	Findings []Finding
	Counts   bool
}

// GrantsWrittenFor lists the grants that are written for a user: in their assignments, in their groups, for all users, and what
// requests gave them.
func (r *Resolution) GrantsWrittenFor(user string) []WrittenGrant {
	if r.Document == nil {
		return nil
	}
	var all []WrittenGrant
	add := func(object model.Object, list string, grants []model.Grant) {
		for i := range grants {
			all = append(all, r.writtenGrant(user, object, "spec."+list+"["+grants[i].Name+"]", &grants[i]))
		}
	}
	world := r.env.world
	for i := range world.Assignments {
		if a := &world.Assignments[i]; a.User == user {
			add(a.Object, "grants", a.Grants)
		}
	}
	for i := range world.Groups {
		if group := &world.Groups[i]; slices.Contains(group.Members, user) {
			add(group.Object, "grants", group.Grants)
		}
	}
	add(world.Organization.Object, "defaultGrants", world.Organization.DefaultGrants)
	for i := range world.Requested {
		if requested := &world.Requested[i]; requested.User == user {
			grant := model.Grant{Role: requested.Role, Scope: r.env.requestedScope(requested)}
			all = append(all, r.writtenGrant(user, requested.Object, "spec.grant", &grant))
		}
	}
	return all
}

func (r *Resolution) writtenGrant(user string, object model.Object, field string, grant *model.Grant) WrittenGrant {
	written := WrittenGrant{Source: source(object.Ref, field), Role: grant.Role.Key(), Scope: grant.Scope}
	published := r.Document.Users[user]
	for counted := range r.Document.GrantsOf(&published) {
		written.Counts = written.Counts || counted.Source == written.Source
	}
	for _, f := range r.Findings {
		isInside := strings.HasPrefix(f.Field, field+".")
		if f.Severity == Error && f.Object == object.Ref && (isInside || !written.Counts && f.Field == field) {
			written.Findings = append(written.Findings, f)
		}
	}
	return written
}

// RoleErrors returns what takes something from a role of the document, or from one that it inherits, so that it may not hold a
// permission: what disables the role, inheritances that count for nothing, and rules that would hold the permission.
func (r *Resolution) RoleErrors(role, permission string) []Finding {
	if r.Document == nil {
		return nil
	}
	var found []Finding
	roles := append([]string{role}, r.Document.Roles[role].Inherits...)
	for _, written := range slices.Concat(r.env.world.Roles, r.env.world.PlatformRoles) {
		if !slices.Contains(roles, model.RoleRef{Kind: written.Kind, Name: written.Name}.Key()) {
			continue
		}
		for _, f := range r.Findings {
			if f.Severity == Error && f.Object == written.Ref && r.env.concernsPermission(&written, f.Field, permission) {
				found = append(found, f)
			}
		}
	}
	return found
}

// concernsPermission reports whether a field of a role may be why the role does not hold a permission.
func (e *environment) concernsPermission(written *model.Role, field, permission string) bool {
	if !strings.HasPrefix(field, "spec.rules[") {
		return true
	}
	index, _, _ := strings.Cut(strings.TrimPrefix(field, "spec.rules["), "]")
	for i := range written.Rules {
		if strconv.Itoa(i) == index {
			return e.catalog.selects(&written.Rules[i].Selector, permission)
		}
	}
	return false
}

// selects reports whether a selector names a permission that is or implies another, or the section of one that does.
func (c *compiledCatalog) selects(selector *model.Selector, name string) bool {
	for given, p := range c.permissions {
		selected := slices.Contains(selector.Permissions, given) || slices.Contains(selector.Sections, p.spec.Section) ||
			slices.Contains(selector.Sections, everySection)
		if selected && slices.ContainsFunc(p.reach, func(r reached) bool { return r.name == name }) {
			return true
		}
	}
	return false
}
