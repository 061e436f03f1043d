// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// presence is a set of fields, a bit for each.
type presence uint16

// The fields that requests may have to have, in the order in which they are asked for.
const (
	hasSubject presence = 1 << iota
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

// fields are named as messages name them.
var fields = []struct {
	field        presence
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

// missing names the first of some fields that is not there. It is empty if all are.
func (has presence) missing(needed presence) string {
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

// part is a request as it was read: whole, or what one of several evaluations says.
type part struct {
	request access.Request
	has     presence
	// problem is the first thing that has the wrong type. It is empty if nothing has.
	problem string
}

// inherit completes an evaluation with what is said for all. An entity is taken as a whole.
func (p *part) inherit(all *part) {
	if p.has&hasSubject == 0 {
		p.request.Subject = all.request.Subject
		p.has |= all.has & subjectFields
	}
	if p.has&hasAction == 0 {
		p.request.Action = all.request.Action
		p.has |= all.has & actionFields
	}
	if p.has&hasResource == 0 {
		p.request.Resource = all.request.Resource
		p.has |= all.has & resourceFields
	}
	if p.has&hasContext == 0 {
		p.request.Context = all.request.Context
	}
}

// wrong notes that a field has the wrong type.
func (p *part) wrong(field string, got, wanted jsontext.Kind) {
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

// partDecoder reads the entities of a request.
type partDecoder struct {
	decoder
	// ignored are fields that are passed over, whatever they hold: what a search is for.
	ignored presence
	// inEvaluation is set while one of several evaluations is read. Null is then never as good as none: it could mean that the
	// value for all is to count, or that none is.
	inEvaluation bool
}

// member reads a member of a request into a part. The second result is false if it is not one that requests have; then
// nothing was read.
func (d *partDecoder) member(p *part, name []byte) (known bool, err error) {
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

// entity is a subject, an action or a resource while it is read.
type entity struct {
	field string
	self  presence
	// first is the type, or the name of an action; second the id, which an action does not have.
	first, second presence
	firstText     *string
	secondText    *string
	properties    *map[string]any
}

func (d *partDecoder) entity(p *part, e *entity) error {
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

func (d *partDecoder) entityMember(p *part, e *entity, name []byte) (err error) {
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

// identifier reads a type, a name or an id, if the entity has one and it counts.
func (d *partDecoder) identifier(p *part, e *entity, known bool, member string, field presence, text *string) error {
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

func (d *partDecoder) context(p *part) (err error) {
	if d.inEvaluation && d.kind() == jsontext.KindNull {
		p.wrong("context", jsontext.KindNull, jsontext.KindBeginObject)
	} else if d.kind() != jsontext.KindNull {
		p.has |= hasContext
	}
	p.request.Context, err = d.properties(p, "context", "")
	return err
}

// properties reads an object of any values. Null is as good as none.
func (d *partDecoder) properties(p *part, field, member string) (map[string]any, error) {
	if d.kind() == jsontext.KindNull {
		return nil, d.skip()
	}
	if is, err := d.isA(p, field, member, jsontext.KindBeginObject); err != nil || !is {
		return nil, err
	}
	return d.object()
}

// isA tells whether a value of some kind comes next. Any other is passed over, and noted.
func (d *partDecoder) isA(p *part, field, member string, wanted jsontext.Kind) (bool, error) {
	kind := d.kind()
	if kind == wanted {
		return true, nil
	}
	if err := d.skip(); err != nil {
		return false, err
	}
	p.wrong(field+member, kind, wanted)
	return false, nil
}
