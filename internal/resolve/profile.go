// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// profile adds up what the assignments of one user say about the person. A field on which they conflict is unknown.
// The name that people see is not published: nothing is decided by it, and who reads a document need not learn it.
func (r *reader) profile(assignments []*model.Assignment) document.User {
	var user document.User
	name := profileField{field: "spec.profile.displayName"}
	manager := profileField{field: "spec.profile.manager"}
	home := profileField{field: "spec.profile.homeUnit"}
	attributes := map[string]*profileField{}
	var unknown []string
	for _, a := range assignments {
		if a.DisplayName != "" {
			name.add(a, a.DisplayName)
		}
		if a.Manager != "" {
			manager.add(a, a.Manager)
		}
		if a.HomeUnit != "" && r.isHome(a) {
			home.add(a, a.HomeUnit)
		}
		valid, invalid := sortAttributes(a.Attributes)
		rejectAttributes(a.Attributes, invalid, a.Ref, "spec.profile.attributes", r.found)
		unknown = append(unknown, invalid...)
		for name, value := range valid {
			if attributes[name] == nil {
				attributes[name] = &profileField{field: "spec.profile.attributes." + name}
			}
			attributes[name].add(a, value)
		}
	}
	name.valueUnlessConflicting(r.found)
	user.Manager, _ = manager.valueUnlessConflicting(r.found).(string)
	user.HomeUnit, _ = home.valueUnlessConflicting(r.found).(string)
	user.HomeUnitUnknown = user.HomeUnit == "" && writesHome(assignments)
	r.addAttributes(&user, attributes, unknown)
	return user
}

// addAttributes gives a user the attributes on which their assignments agree. Those on which they do not are unknown, beside others.
func (r *reader) addAttributes(user *document.User, attributes map[string]*profileField, unknown []string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name].valueUnlessConflicting(r.found)
		if attributes[name].conflicting {
			unknown = append(unknown, name)
		}
		if slices.Contains(unknown, name) {
			continue
		}
		if user.Attributes == nil {
			user.Attributes = map[string]any{}
		}
		user.Attributes[name] = value
	}
	user.UnknownAttributes = document.SetOf(unknown...)
}

// writesHome reports whether some assignment has a home unit, known or not.
func writesHome(assignments []*model.Assignment) bool {
	return slices.ContainsFunc(assignments, func(a *model.Assignment) bool { return a.HomeUnit != "" })
}

// isHome reports whether the home unit of an assignment exists.
func (r *reader) isHome(a *model.Assignment) bool {
	_, known := r.env.units.units[a.HomeUnit]
	if !known {
		r.found.reject(a.Ref, "spec.profile.homeUnit", ReasonUnknownUnit,
			"organization %q has no unit %q in its tree, so the home unit is unknown: %s",
			r.env.organization.Name, a.HomeUnit, r.env.units.fixUnit(r.found, a.HomeUnit))
	}
	return known
}

// profileField is one field of a profile, as several assignments give it.
type profileField struct {
	field       string
	value       any
	assignments []*model.Assignment
	conflicting bool
}

func (s *profileField) add(a *model.Assignment, value any) {
	if len(s.assignments) > 0 && !reflect.DeepEqual(s.value, value) {
		s.conflicting = true
	}
	s.value = value
	s.assignments = append(s.assignments, a)
}

// valueUnlessConflicting returns what all say, or nil if they conflict, which it finds on each of them.
func (s *profileField) valueUnlessConflicting(found *findings) any {
	if !s.conflicting {
		return s.value
	}
	names := make([]string, 0, len(s.assignments))
	for _, a := range s.assignments {
		names = append(names, a.Name)
	}
	for i, a := range s.assignments {
		found.reject(a.Ref, s.field, ReasonConflictingProfile,
			"user %q has another value in %s, so the field is unknown: make them agree, or keep it in one place", a.User, fewOthers(names, i))
	}
	return nil
}
