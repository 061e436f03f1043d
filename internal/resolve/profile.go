// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// profile adds up what the assignments of one user say about the person. A field on which they disagree is unknown.
func (r *reader) profile(assignments []*model.Assignment) document.User {
	var user document.User
	manager := said{field: "spec.manager"}
	home := said{field: "spec.homeUnit"}
	attributes := map[string]*said{}
	var unknown []string
	for _, a := range assignments {
		if a.Manager != "" {
			manager.by(a, a.Manager)
		}
		if a.HomeUnit != "" && r.isHome(a) {
			home.by(a, a.HomeUnit)
		}
		valid, large := sortAttributes(a.Attributes)
		rejectLarge(large, a.Ref, "spec.attributes", r.found)
		unknown = append(unknown, large...)
		for name, value := range valid {
			if attributes[name] == nil {
				attributes[name] = &said{field: "spec.attributes." + name}
			}
			attributes[name].by(a, value)
		}
	}
	user.Manager, _ = manager.agreed(r.found).(string)
	user.HomeUnit, _ = home.agreed(r.found).(string)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name].agreed(r.found)
		if attributes[name].disagree {
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
	user.UnknownAttributes = unique(unknown)
	return user
}

// isHome tells whether the home unit of an assignment exists.
func (r *reader) isHome(a *model.Assignment) bool {
	_, known := r.units[a.HomeUnit]
	if !known {
		r.found.reject(a.Ref, "spec.homeUnit", ReasonUnknownUnit,
			"organization %q has no unit %q in its tree, so the home unit is unknown: correct the name, or add the unit",
			r.organization.Name, a.HomeUnit)
	}
	return known
}

// said gathers what several assignments say of one field.
type said struct {
	field    string
	value    any
	speakers []*model.Assignment
	disagree bool
}

func (s *said) by(a *model.Assignment, value any) {
	if len(s.speakers) > 0 && !reflect.DeepEqual(s.value, value) {
		s.disagree = true
	}
	s.value = value
	s.speakers = append(s.speakers, a)
}

// agreed returns what all say, or nil when they disagree, which it finds on each of them.
func (s *said) agreed(found *findings) any {
	if !s.disagree {
		return s.value
	}
	for _, a := range s.speakers {
		var others []string
		for _, other := range s.speakers {
			if other != a {
				others = append(others, other.Name)
			}
		}
		found.reject(a.Ref, s.field, ReasonConflictingProfile,
			"user %q has another value in %s, so the field is unknown: make them agree, or keep it in one place", a.User, strings.Join(others, ", "))
	}
	return nil
}
