// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// fieldSet is a set of fields, one bit each.
type fieldSet uint16

// The fields that requests may need, in the order in which they are checked.
const (
	hasSubject fieldSet = 1 << iota
	hasSubjectType
	hasSubjectID
	hasAction
	hasActionName
	hasResource
	hasResourceType
	hasResourceID
	hasContext
)

const (
	subjectFields  = hasSubject | hasSubjectType | hasSubjectID
	actionFields   = hasAction | hasActionName
	resourceFields = hasResource | hasResourceType | hasResourceID
	allFields      = subjectFields | actionFields | resourceFields
)

// fields have the names that messages use.
var fields = []struct {
	field        fieldSet
	name, wanted string
}{
	{hasSubject, "subject", "an object"},
	{hasSubjectType, "subject.type", "a string"},
	{hasSubjectID, "subject.id", "a string"},
	{hasAction, "action", "an object"},
	{hasActionName, "action.name", "a string"},
	{hasResource, "resource", "an object"},
	{hasResourceType, "resource.type", "a string"},
	{hasResourceID, "resource.id", "a string"},
}

// missing describes the first field that is needed and missing. It is empty if none is.
func (has fieldSet) missing(needed fieldSet) string {
	if has&needed == needed {
		return ""
	}
	for _, f := range fields {
		if needed&^has&f.field != 0 {
			return f.name + " is missing: it must be " + f.wanted
		}
	}
	return ""
}

// part is what was read of a request: one of several evaluations, or what stands for all.
type part struct {
	request access.Request
	has     fieldSet
	// problem describes the first field that has the wrong type. It is empty if none has.
	problem string
}

// inherit completes an evaluation with the defaults. An entity is inherited as a whole.
func (p *part) inherit(defaults *part) {
	if p.has&hasSubject == 0 {
		p.request.Subject = defaults.request.Subject
		p.has |= defaults.has & subjectFields
	}
	if p.has&hasAction == 0 {
		p.request.Action = defaults.request.Action
		p.has |= defaults.has & actionFields
	}
	if p.has&hasResource == 0 {
		p.request.Resource = defaults.request.Resource
		p.has |= defaults.has & resourceFields
	}
	if p.has&hasContext == 0 {
		p.request.Context = defaults.request.Context
	}
}

// setTypeProblem records that a field has the wrong type. The first problem stays.
func (p *part) setTypeProblem(field string, got, wanted jsontext.Kind) {
	if p.problem == "" {
		p.problem = field + " is " + kindName(got) + ": it must be " + kindName(wanted)
	}
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case jsontext.KindNull:
		return "null"
	case jsontext.KindTrue, jsontext.KindFalse:
		return "a boolean"
	case jsontext.KindString:
		return "a string"
	case jsontext.KindNumber:
		return "a number"
	case jsontext.KindBeginArray:
		return "an array"
	default:
		return "an object"
	}
}

// member reads a member of a request into a part. It returns false if requests have no such member: then nothing was read.
func (d *decoder) member(p *part, name []byte) bool {
	switch string(name) {
	case "subject":
		s := &p.request.Subject
		d.entity(p, &entity{"subject", hasSubject, hasSubjectType, hasSubjectID, &s.Type, &s.ID, &s.Properties})
	case "action":
		a := &p.request.Action
		d.entity(p, &entity{"action", hasAction, hasActionName, 0, &a.Name, nil, &a.Properties})
	case "resource":
		r := &p.request.Resource
		d.entity(p, &entity{"resource", hasResource, hasResourceType, hasResourceID, &r.Type, &r.ID, &r.Properties})
	case "context":
		d.context(p)
	default:
		return false
	}
	return true
}

// entity is a subject, an action or a resource that is being read.
type entity struct {
	field string
	self  fieldSet
	// first is the type, or the name of an action; second the id, which an action does not have.
	first, second fieldSet
	firstText     *string
	secondText    *string
	properties    *map[string]any
}

func (d *decoder) entity(p *part, e *entity) {
	if !d.isA(p, e.field, "", jsontext.KindBeginObject) {
		return
	}
	p.has |= e.self
	d.open()
	for name, more := d.name(); more; name, more = d.name() {
		d.entityMember(p, e, name)
	}
}

func (d *decoder) entityMember(p *part, e *entity, name []byte) {
	switch string(name) {
	case "type":
		d.identifier(p, e, e.self != hasAction, ".type", e.first, e.firstText)
	case "name":
		d.identifier(p, e, e.self == hasAction, ".name", e.first, e.firstText)
	case "id":
		d.identifier(p, e, e.second != 0, ".id", e.second, e.secondText)
	case "properties":
		*e.properties = d.properties(p, e.field, ".properties")
	default:
		d.value()
	}
}

// identifier reads a type, a name or an id, if the entity has one and it is not ignored.
func (d *decoder) identifier(p *part, e *entity, known bool, member string, field fieldSet, text *string) {
	if !known || d.ignored&field != 0 {
		d.value()
		return
	}
	if d.isA(p, e.field, member, jsontext.KindString) {
		p.has |= field
		raw, _ := d.string()
		*text = string(raw)
	}
}

func (d *decoder) context(p *part) {
	if d.inEvaluation && d.kind() == jsontext.KindNull {
		p.setTypeProblem("context", jsontext.KindNull, jsontext.KindBeginObject)
	} else {
		p.has |= hasContext
	}
	p.request.Context = d.properties(p, "context", "")
}

// properties reads an object of any values. Null stands for no value.
func (d *decoder) properties(p *part, field, member string) map[string]any {
	if d.kind() == jsontext.KindNull {
		d.next()
		return nil
	}
	if !d.isA(p, field, member, jsontext.KindBeginObject) {
		return nil
	}
	return d.object()
}

// isA reports whether the next value is of the wanted kind. A value of another kind is skipped, and is a problem of the part.
func (d *decoder) isA(p *part, field, member string, wanted jsontext.Kind) bool {
	kind := d.kind()
	if kind == wanted {
		return true
	}
	d.value()
	p.setTypeProblem(field+member, kind, wanted)
	return false
}
