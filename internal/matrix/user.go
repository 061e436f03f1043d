// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// User is the column of one user beside those of the roles.
type User struct {
	ID string
	// Suspended users hold nothing.
	Suspended bool

	held map[string]UserCell
}

// UserCell is how a user holds a permission.
type UserCell struct {
	// Ways are alternatives, one of which suffices.
	Ways []UserWay
	// Denied says where and when overrides take the permission, whatever gives it.
	Denied []string
}

// UserWay is one way in which a user holds a permission: under its conditions, where and when a grant gives it.
type UserWay struct {
	document.Alternative
	// Where names the places and times; empty if it is everywhere and always.
	Where string
}

// String returns the cell as in CSV.
func (c UserCell) String() string {
	parts := make([]string, 0, len(c.Ways)+len(c.Denied))
	for _, way := range c.Ways {
		text := way.Alternative.String()
		if way.Where != "" {
			text += " in " + way.Where
		}
		parts = append(parts, text)
	}
	for _, where := range c.Denied {
		parts = append(parts, "not in "+where)
	}
	return strings.Join(parts, "|")
}

// newUser returns the column of a user; what has ended is left out.
func newUser(doc *document.Document, options *Options) (*User, error) {
	known, exists := doc.Users[options.User]
	if !exists {
		return nil, fmt.Errorf("there is no user %q: ids are compared byte for byte", options.User)
	}
	u := &User{ID: options.User, Suspended: known.Suspended, held: map[string]UserCell{}}
	for _, scope := range resolve.Effective(doc, options.User) {
		if end := scope.Window.EndTime; end != nil && !options.At.IsZero() && !end.After(options.At) {
			continue
		}
		where := placeOf(doc, &scope)
		for _, held := range scope.Permissions {
			cell := u.held[held.Name]
			alternatives := held.Alternatives
			if len(alternatives) == 0 {
				alternatives = []document.Alternative{{}}
			}
			for _, alternative := range alternatives {
				cell.Ways = append(cell.Ways, UserWay{Alternative: alternative, Where: where})
			}
			u.held[held.Name] = cell
		}
		for _, name := range scope.Denied {
			cell := u.held[name]
			cell.Denied = append(cell.Denied, cmp.Or(where, "every place"))
			u.held[name] = cell
		}
	}
	return u, nil
}

// placeOf names where and when something is held; empty if it is everywhere and always.
func placeOf(doc *document.Document, scope *resolve.EffectiveScope) string {
	where := scope.Scope.String()
	if covers(doc, &scope.Scope) {
		where = ""
	}
	return strings.TrimSpace(where + " " + scope.Window.String())
}

// covers reports whether a scope covers every unit and every value.
func covers(doc *document.Document, scope *document.Scope) bool {
	for name := range doc.Dimensions {
		if !scope.Dimensions[name].All {
			return false
		}
	}
	return scope.Everywhere
}
