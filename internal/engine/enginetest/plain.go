// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Conditions are the qualifiers of the documents that are drawn. The prohibition of each is its opposite.
var Conditions = map[string]struct {
	Expression string
	// holds returns what the expression yields. The second result is false if it cannot be evaluated.
	holds func(q *Question) (result, evaluated bool)
}{
	"act":    {`action.name == "p1"`, func(q *Question) (bool, bool) { return q.Request.Action.Name == "p1", true }},
	"doc":    {`resource.type == "doc"`, func(q *Question) (bool, bool) { return q.Request.Resource.Type == "doc", true }},
	"first":  {`resource.id == "u1"`, func(q *Question) (bool, bool) { return q.Request.Resource.ID == "u1", true }},
	"person": {`subject.type == "user"`, func(q *Question) (bool, bool) { return q.Request.Subject.Type == "user", true }},
	"soft":   {"action.properties.soft", func(q *Question) (bool, bool) { return truth(q.Request.Action.Properties, "soft") }},
	"here":   {"resource.unit.open", func(q *Question) (bool, bool) { return truth(q.unitAttributes(), "open") }},
	"open":   {"resource.properties.open", func(q *Question) (bool, bool) { return truth(q.resourceProperties(), "open") }},
	"senior": {"subject.properties.senior", func(q *Question) (bool, bool) { return truth(q.subjectProperties(), "senior") }},
	"sent":   {"context.sent", func(q *Question) (bool, bool) { return truth(q.Request.Context, "sent") }},
	"own": {"resource.properties.owner == subject.id", func(q *Question) (bool, bool) {
		owner, present := q.resourceProperties()["owner"]
		return owner == q.Request.Subject.ID, present
	}},
	"led": {"directory.isManager(resource.properties.owner, subject.id)", func(q *Question) (bool, bool) {
		owner, isText := q.resourceProperties()["owner"].(string)
		return owner != "" && owner != q.Request.Subject.ID && owner == q.Document.Users[q.Request.Subject.ID].Manager, isText
	}},
}

func truth(of map[string]any, name string) (result, evaluated bool) {
	result, evaluated = of[name].(bool)
	return result, evaluated
}

// Question is a request to an organization, at a moment.
type Question struct {
	Document *document.Document
	Request  *access.Request
	Now      time.Time
}

// Answer decides as the page on reading a publication says: name by name, without a table or a thought of speed.
func (q *Question) Answer() bool {
	user, isUser := q.Document.Users[q.Request.Subject.ID]
	permission, known := q.Document.Permissions[q.Request.Action.Name]
	switch {
	case !isUser || !q.calls(q.Request.Subject.Type) || user.Suspended,
		!known || !permission.IsAbout(q.Request.Resource.Type) || permission.Refused != "" ||
			slices.ContainsFunc(permission.Prohibitions, func(name string) bool { return !q.Allows(name) }),
		q.line() == nil || !q.valuesAreKnown():
		return false
	}
	return !q.overridden(&user, true) && (q.overridden(&user, false) || q.granted(&user))
}

// overridden reports whether an override denies, or allows, what is asked for.
func (q *Question) overridden(user *document.User, deny bool) bool {
	return slices.ContainsFunc(user.Overrides, func(o document.Override) bool {
		required := slices.Concat(o.RequiredFeatures, q.Document.Permissions[o.Permission].RequiredFeatures)
		return o.Permission == q.Request.Action.Name && o.Deny == deny && q.isLive(o.Scope, o.Window, deny) && (deny || q.hasFeatures(required))
	})
}

func (q *Question) granted(user *document.User) bool {
	for grant := range q.Document.GrantsOf(user) {
		if q.isLive(grant.Scope, grant.Window, false) && q.gives(grant) {
			return true
		}
	}
	return false
}

// gives reports whether the role of a grant holds the permission.
func (q *Question) gives(grant *document.Grant) bool {
	return slices.ContainsFunc(q.Document.Roles[grant.Role].Permissions[q.Request.Action.Name], func(a document.Alternative) bool {
		return q.hasFeatures(a.RequiredFeatures) && q.Qualifies(a.Qualifiers) &&
			!slices.ContainsFunc(a.RequiredEntitlements, func(name string) bool { return !slices.Contains(grant.Entitlements, name) })
	})
}

func (q *Question) hasFeatures(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(q.Document.Features, name) })
}

// Qualifies reports whether qualifiers are all true.
func (q *Question) Qualifies(qualifiers []string) bool {
	return !slices.ContainsFunc(qualifiers, func(name string) bool {
		condition, known := Conditions[name]
		if !known {
			return true
		}
		result, evaluated := condition.holds(q)
		return !result || !evaluated
	})
}

// Allows reports whether a prohibition is false.
func (q *Question) Allows(prohibition string) bool {
	condition, known := Conditions[prohibition[min(len(prohibition), len("not-")):]]
	if !known {
		return false
	}
	result, evaluated := condition.holds(q)
	return result && evaluated
}

// unit returns the unit that the resource is, or lies in, and which of the two.
func (q *Question) unit() (name string, isUnit bool) {
	r := &q.Request.Resource
	if q.isKind(r.Type) {
		if q.Document.Units[r.ID].Kind != r.Type {
			return "", true
		}
		return r.ID, true
	}
	if q.calls(r.Type) {
		user, known := q.Document.Users[r.ID]
		switch {
		case !known || user.HomeUnitUnknown && user.HomeUnit == "":
			return "", false
		case user.HomeUnit != "":
			return user.HomeUnit, false
		}
		for _, name := range q.roots() {
			return name, false
		}
		return "", false
	}
	if in, present := r.Properties[access.PropertyUnit]; present {
		name, _ = in.(string)
		return name, false
	}
	for _, name := range q.roots() {
		return name, false
	}
	return "", false
}

// calls reports whether requests call users by a word.
func (q *Question) calls(word string) bool {
	if len(q.Document.SubjectTypes) == 0 {
		return word == "user"
	}
	return word != "" && slices.Contains(q.Document.SubjectTypes, word)
}

// isKind reports whether a type is the kind of some unit, which may not count.
func (q *Question) isKind(resourceType string) bool {
	if slices.Contains(q.Document.UnplacedKinds, resourceType) {
		return true
	}
	for name := range q.Document.Units {
		if resourceType != "" && q.Document.Units[name].Kind == resourceType {
			return true
		}
	}
	return false
}

func (q *Question) roots() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(q.Document.Units)), func(name string) bool { return q.Document.Units[name].Parent != "" })
}

// line is the unit of the resource with all above it, none if there is no such unit, or no single root.
func (q *Question) line() []string {
	if len(q.roots()) != 1 {
		return nil
	}
	var line []string
	name, _ := q.unit()
	for unit, known := q.Document.Units[name]; known; unit, known = q.Document.Units[name] {
		line, name = append(line, name), unit.Parent
	}
	return line
}

func (q *Question) valuesAreKnown() bool {
	for dimension, values := range q.Document.Dimensions {
		known, unknown := q.knownOfResource()
		if _, set := known[dimension]; !set && slices.Contains(unknown, dimension) {
			return false
		}
		value, present := q.resourceProperties()[dimension]
		if text, isText := value.(string); present && (!isText || !slices.Contains(values, text)) {
			return false
		}
	}
	return true
}

// isLive reports whether a grant or an override counts for the request.
func (q *Question) isLive(scope document.Scope, window document.Window, deny bool) bool {
	units := slices.Clone(scope.Units)
	for _, group := range scope.UnitGroups {
		units = append(units, q.Document.UnitGroups[group]...)
	}
	if !scope.Everywhere && !slices.ContainsFunc(q.line(), func(name string) bool { return slices.Contains(units, name) }) {
		return false
	}
	for dimension := range q.Document.Dimensions {
		covered, named := scope.Dimensions[dimension]
		value, _ := q.resourceProperties()[dimension].(string)
		if !covered.All && !slices.Contains(covered.Values, value) && (named || !deny) {
			return false
		}
	}
	return (window.StartTime == nil || !q.Now.Before(*window.StartTime)) && (window.EndTime == nil || q.Now.Before(*window.EndTime))
}

// subjectProperties are those that the directory knows, over those that are sent.
func (q *Question) subjectProperties() map[string]any {
	user := q.Document.Users[q.Request.Subject.ID]
	return over(q.Request.Subject.Properties, user.Attributes, user.UnknownAttributes.Names())
}

func (q *Question) resourceProperties() map[string]any {
	known, unknown := q.knownOfResource()
	return over(q.Request.Resource.Properties, known, unknown)
}

// knownOfResource is what the directory knows of the resource itself, and what it does not.
func (q *Question) knownOfResource() (known map[string]any, unknown []string) {
	if name, isUnit := q.unit(); isUnit {
		return q.Document.Units[name].Attributes, q.Document.Units[name].UnknownAttributes
	}
	if q.calls(q.Request.Resource.Type) {
		user := q.Document.Users[q.Request.Resource.ID]
		return user.Attributes, user.UnknownAttributes.Names()
	}
	return nil, nil
}

// unitAttributes are those of the unit that the resource lies in.
func (q *Question) unitAttributes() map[string]any {
	name, isUnit := q.unit()
	if isUnit {
		return nil
	}
	return q.Document.Units[name].Attributes
}

func over(sent, known map[string]any, unknown []string) map[string]any {
	all := maps.Clone(sent)
	if all == nil {
		all = map[string]any{}
	}
	maps.DeleteFunc(all, func(name string, _ any) bool { return slices.Contains(unknown, name) })
	maps.Copy(all, known)
	return all
}
