// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// binding binds one user to a role that a grant gives, or to the permissions that an override gives.
type binding struct {
	user *resolvedUser
	// object and field say where it is written; list and name order what one object writes.
	object model.Object
	field  string
	list   int
	name   string
	window model.Window

	// role and grant are set for a grant.
	role  *role
	grant document.Grant
	// overrides are set for an override: an entry for each permission that it gives.
	overrides []document.Override

	// isDefault is set on one that every user of the organization has.
	isDefault bool
	// withheld is set on a binding that counts for nothing, waived on one that ends with a waiver.
	withheld, waived bool
	// asked is the window during which prerequisites are asked for.
	asked model.Window
}

// Lists of an object that bindings are written in.
const (
	listGrants = iota
	listOverrides
)

// older orders bindings by age: by the object's creation time, then its name, then by their own names, then by user.
func (b *binding) older(other *binding) int {
	return cmp.Or(b.object.Older(other.object), b.written(other), cmp.Compare(b.user.id, other.user.id))
}

// written orders bindings by where they are written.
func (b *binding) written(other *binding) int {
	return cmp.Or(b.object.Ref.Compare(other.object.Ref), cmp.Compare(b.list, other.list), cmp.Compare(b.name, other.name))
}

// published returns what is published of a grant.
func (b *binding) published() document.Grant {
	grant := b.grant
	grant.Window = window(b.window)
	return grant
}

// copied returns a binding of its own for another user.
func (b *binding) copied() *binding {
	other := *b
	return &other
}

// scope returns where the binding applies.
func (b *binding) scope() *document.Scope {
	if b.role != nil {
		return &b.grant.Scope
	}
	return &b.overrides[0].Scope
}

// limit ends the binding with a waiver, unless it ends before.
func (b *binding) limit(until time.Time) {
	if b.window.EndTime.IsZero() || until.Before(b.window.EndTime) {
		b.window.EndTime, b.waived = until, true
	}
}

// grantBinding reads one grant for one user, written in a field. It is nil when the grant covers nothing.
func (r *reader) grantBinding(object model.Object, field string, written *model.Grant) *binding {
	role, known := r.env.roles[written.Role]
	switch {
	case !known:
		r.found.rejectRole(r.env.known, object.Ref, field+".roleRef", written.Role, "the grant covers nothing")
	case role.spec.Platform:
		known = false
		r.found.reject(object.Ref, field+".roleRef", ReasonLevelMismatch,
			"PlatformRole %q is assignable to the platform, so the grant covers nothing: such roles are given by a PlatformAssignment",
			written.Role.Name)
	default:
		role.reportDisabled(r.found, object.Ref, field+".roleRef", "the grant gives nothing")
	}
	scope := r.scope(&written.Scope, object.Ref, field, grantEffect)
	if !known || !r.env.units.coversAny(&scope) {
		return nil
	}
	entitlements := r.entitlements(written.Entitlements, role, object.Ref, field)
	return &binding{
		object: object, field: field, list: listGrants, name: written.Name, window: written.Window, role: role,
		grant: document.Grant{
			Role: written.Role.Key(), Scope: scope.scope, Entitlements: entitlements, Source: source(object.Ref, field),
		},
	}
}

// grantField returns the field of the grant with a name.
func grantField(name string) string { return "spec.grants[" + name + "]" }

// defaultField returns the field of the default grant with a name.
func defaultField(name string) string { return "spec.defaultGrants[" + name + "]" }

// requestedField is where a request says what it asks for.
const requestedField = "spec.grant"

// platformBinding reads one grant over organizations. It is nil when the grant does not reach this one. What is wrong with it
// is found where all catalogs are known: see Platform.
func (e *environment) platformBinding(a *model.PlatformAssignment, written *model.PlatformGrant) *binding {
	field := grantField(written.Name)
	ref := model.RoleRef{Kind: model.KindPlatformRole, Name: written.Role}
	role, known := e.roles[ref]
	if !known || !role.spec.Platform || !written.Picks {
		return nil
	}
	return &binding{
		object: a.Object, field: field, list: listGrants, name: written.Name,
		window: written.Window, role: role,
		grant: document.Grant{Role: ref.Key(), Scope: e.wholeScope(), Source: source(a.Ref, field)},
	}
}

// source names the place where something is written, for example UserAssignment/ann grants[nurse].
func source(object model.Ref, field string) string {
	return object.String() + " " + strings.TrimPrefix(field, "spec.")
}

// splitSource returns the parts of what source returned for a grant of a role, or for an override if the role is empty.
func splitSource(source, role string) EffectiveSource {
	object, field, _ := strings.Cut(source, " ")
	kind, name, _ := strings.Cut(object, "/")
	_, entry, _ := strings.Cut(strings.TrimSuffix(field, "]"), "[")
	if role == "" {
		return EffectiveSource{Kind: kind, Name: name, Override: entry}
	}
	return EffectiveSource{Kind: kind, Name: name, Grant: entry, Role: role}
}

func window(w model.Window) document.Window {
	var published document.Window
	if !w.StartTime.IsZero() {
		from := w.StartTime.UTC()
		published.StartTime = &from
	}
	if !w.EndTime.IsZero() {
		until := w.EndTime.UTC()
		published.EndTime = &until
	}
	return published
}
