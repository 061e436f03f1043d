// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// share is one thing that one user is given: a role by a grant, or permissions by an override.
type share struct {
	// of is the user.
	of *holder
	// object and field say where it is written; list and place order what one object writes.
	object      model.Object
	field       string
	list, place int
	window      model.Window

	// role and grant are set for a grant.
	role  *role
	grant document.Grant
	// overrides are set for an override: an entry for each permission that it gives.
	overrides []document.Override

	// withheld is set on a share that counts for nothing, waived on one that ends with a waiver.
	withheld, waived bool
	// asked is the window during which prerequisites are asked for.
	asked model.Window
}

// Lists of an object that shares are written in.
const (
	listGrants = iota
	listOverrides
)

// older orders shares by age: by the object's creation time, then its name, then by place, then by user.
func (s *share) older(other *share) int {
	return cmp.Or(s.object.Older(other.object), s.written(other), cmp.Compare(s.of.id, other.of.id))
}

// written orders shares by where they are written.
func (s *share) written(other *share) int {
	return cmp.Or(s.object.Ref.Compare(other.object.Ref), cmp.Compare(s.list, other.list), cmp.Compare(s.place, other.place))
}

// copied returns a share of its own for another holder.
func (s *share) copied() *share {
	other := *s
	return &other
}

// scope is where the share applies.
func (s *share) scope() *document.Scope {
	if s.role != nil {
		return &s.grant.Scope
	}
	return &s.overrides[0].Scope
}

// limit ends the share with a waiver, unless it ends before.
func (s *share) limit(until time.Time) {
	if s.window.NotAfter.IsZero() || until.Before(s.window.NotAfter) {
		s.window.NotAfter, s.waived = until, true
	}
}

// grantShare reads one grant for one user, written in a field. It is nil when the grant covers nothing.
func (r *reader) grantShare(object model.Object, field string, written *model.Grant, place int) *share {
	role, known := r.roles[written.Role]
	switch {
	case !known:
		r.found.reject(object.Ref, field+".roleRef", ReasonUnknownRole,
			"%s %q does not exist %s, so the grant covers nothing: create it, or correct the name",
			written.Role.Kind, written.Role.Name, within(written.Role))
	case role.Platform:
		known = false
		r.found.reject(object.Ref, field+".roleRef", ReasonLevelMismatch,
			"PlatformRole %q is of level Platform, so the grant covers nothing: such roles are given by a PlatformAssignment", written.Role.Name)
	}
	scope := r.scope(&written.Scope, object.Ref, field, grantEffect)
	if !known || !r.reachesAny(&scope) {
		return nil
	}
	entitlements := unique(written.Entitlements)
	r.checkEntitlements(entitlements, role, object.Ref, field)
	return &share{
		object: object, field: field, list: listGrants, place: place, window: written.Window, role: role,
		grant: document.Grant{
			Role: key(written.Role), Scope: scope.Scope, Entitlements: entitlements, Source: source(object.Ref, field),
		},
	}
}

// grantField is the field of a grant in the list of an object.
func grantField(place int) string { return fmt.Sprintf("spec.grants[%d]", place) }

// platformShare reads one grant over organizations. It is nil when the grant does not reach this one. What is wrong with it
// is found where all catalogs are known: see Platform.
func (s *scene) platformShare(a *model.PlatformAssignment, place int) *share {
	written, field := &a.Grants[place], grantField(place)
	ref := model.RoleRef{Kind: model.KindPlatformRole, Name: written.Role}
	role, known := s.roles[ref]
	if !known || !role.Platform || !written.Picks {
		return nil
	}
	return &share{
		object: a.Object, field: field, list: listGrants, place: place,
		window: written.Window, role: role,
		grant: document.Grant{Role: key(ref), Scope: s.wholeScope(), Source: source(a.Ref, field)},
	}
}

// source names the place where something is written, for example UserAssignment/ann grants[0].
func source(object model.Ref, field string) string {
	return object.String() + " " + strings.TrimPrefix(field, "spec.")
}

func window(w model.Window) document.Window {
	var published document.Window
	if !w.NotBefore.IsZero() {
		from := w.NotBefore.UTC()
		published.NotBefore = &from
	}
	if !w.NotAfter.IsZero() {
		until := w.NotAfter.UTC()
		published.NotAfter = &until
	}
	return published
}
