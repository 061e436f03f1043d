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
func (d *decoder) member(p *part, name []byte) (known bool, err error) {
	switch string(name) {
	case "subject":
		s := &p.request.Subject
		return true, d.entity(p, &entity{"subject", hasSubject, hasSubjectType, hasSubjectID, &s.Type, &s.ID, &s.Properties})
	case "action":
		a := &p.request.Action
		return true, d.entity(p, &entity{"action", hasAction, hasActionName, 0, &a.Name, nil, &a.Properties})
	case "resource":
		r := &p.request.Resource
		return true, d.entity(p, &entity{"resource", hasResource, hasResourceType, hasResourceID, &r.Type, &r.ID, &r.Properties})
	case "context":
		return true, d.context(p)
	default:
		return false, nil
	}
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

func (d *decoder) entity(p *part, e *entity) error {
	if is, err := d.isA(p, e.field, "", jsontext.KindBeginObject); err != nil || !is {
		return err
	}
	p.has |= e.self
	if err := d.open(); err != nil {
		return err
	}
	for {
		name, more, err := d.name()
		if err != nil || !more {
			return err
		}
		if err := d.entityMember(p, e, name); err != nil {
			return err
		}
	}
}

func (d *decoder) entityMember(p *part, e *entity, name []byte) (err error) {
	switch string(name) {
	case "type":
		return d.identifier(p, e, e.self != hasAction, ".type", e.first, e.firstText)
	case "name":
		return d.identifier(p, e, e.self == hasAction, ".name", e.first, e.firstText)
	case "id":
		return d.identifier(p, e, e.second != 0, ".id", e.second, e.secondText)
	case "properties":
		*e.properties, err = d.properties(p, e.field, ".properties")
		return err
	default:
		return d.skip()
	}
}

// identifier reads a type, a name or an id, if the entity has one and it is not ignored.
func (d *decoder) identifier(p *part, e *entity, known bool, member string, field fieldSet, text *string) error {
	if !known || d.ignored&field != 0 {
		return d.skip()
	}
	is, err := d.isA(p, e.field, member, jsontext.KindString)
	if err != nil || !is {
		return err
	}
	p.has |= field
	*text, err = d.string()
	return err
}

func (d *decoder) context(p *part) (err error) {
	if d.inEvaluation && d.kind() == jsontext.KindNull {
		p.setTypeProblem("context", jsontext.KindNull, jsontext.KindBeginObject)
	} else if d.kind() != jsontext.KindNull {
		p.has |= hasContext
	}
	p.request.Context, err = d.properties(p, "context", "")
	return err
}

// properties reads an object of any values. Null stands for no value.
func (d *decoder) properties(p *part, field, member string) (map[string]any, error) {
	if d.kind() == jsontext.KindNull {
		return nil, d.skip()
	}
	if is, err := d.isA(p, field, member, jsontext.KindBeginObject); err != nil || !is {
		return nil, err
	}
	return d.object()
}

// isA reports whether the next value is of the wanted kind. A value of another kind is skipped, and is a problem of the part.
func (d *decoder) isA(p *part, field, member string, wanted jsontext.Kind) (bool, error) {
	kind := d.kind()
	if kind == wanted {
		return true, nil
	}
	if err := d.skip(); err != nil {
		return false, err
	}
	p.setTypeProblem(field+member, kind, wanted)
	return false, nil
}
