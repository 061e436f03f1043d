// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// semantic says how many of several evaluations are executed.
type semantic string

const (
	executeAll          semantic = "execute_all"
	denyOnFirstDeny     semantic = "deny_on_first_deny"
	permitOnFirstPermit semantic = "permit_on_first_permit"
)

// message is the body of a request.
type message struct {
	// defaults is the request, or what stands for all evaluations.
	defaults part
	// evaluations are those of the endpoint Evaluations. If there are none, the request itself is the only one.
	evaluations []part
	// explain is set if the reason and the revision are asked for.
	explain bool
	// validity is set if it is asked until when the answer holds.
	validity bool
	// properties is set if a search is to answer with properties.
	properties bool
	semantic   semantic
	page       page
}

// page says which page of a search's results is asked for.
type page struct {
	// asked is set if the request has a page.
	asked bool
	token string
	// limit is negative if the request names none.
	limit float64
}

// clear resets the message, so that nothing of a request is kept.
func (m *message) clear() {
	clear(m.evaluations)
	*m = message{evaluations: m.evaluations[:0], page: page{limit: -1}}
}

// needed returns the fields that the endpoint needs, and those that it ignores because it searches for them.
func (e Endpoint) needed() (needed, ignored fieldSet) {
	switch e {
	case SearchSubject:
		return allFields &^ hasSubjectID, hasSubjectID
	case SearchResource:
		return allFields &^ hasResourceID, hasResourceID
	case SearchAction:
		return subjectFields | resourceFields, hasActionName
	default:
		return allFields, 0
	}
}

// read reads a body. A field of the wrong type in an evaluation is a problem of that evaluation; everything else is an error.
func (d *decoder) read(m *message) error {
	needed, ignored := d.endpoint.needed()
	d.ignored, d.inEvaluation = ignored, false
	d.checkBody()
	d.open()
	for name, more := d.name(); more; name, more = d.name() {
		d.bodyMember(m, name)
	}
	if err := d.end(); err != nil {
		return err
	}
	if m.defaults.problem != "" {
		return badRequestf("%s", m.defaults.problem)
	}
	if len(m.evaluations) > 0 {
		needed = m.inheritedFields()
	}
	if missing := m.defaults.has.missing(needed); missing != "" {
		return badRequestf("%s", missing)
	}
	return nil
}

// inheritedFields returns the fields that the defaults need: those of each entity that they have and some evaluation does not.
func (m *message) inheritedFields() fieldSet {
	var lacking fieldSet
	for i := range m.evaluations {
		lacking |= ^m.evaluations[i].has & (hasSubject | hasAction | hasResource)
	}
	lacking &= m.defaults.has
	var needed fieldSet
	for _, entity := range []struct{ self, all fieldSet }{
		{hasSubject, subjectFields}, {hasAction, actionFields}, {hasResource, resourceFields},
	} {
		if lacking&entity.self != 0 {
			needed |= entity.all
		}
	}
	return needed
}

// bodyMember reads a member of the body.
func (d *decoder) bodyMember(m *message, name []byte) {
	if d.member(&m.defaults, name) {
		return
	}
	switch {
	case string(name) == "evaluations" && d.endpoint == Evaluations:
		d.evaluations(m)
	case string(name) == "options":
		d.options(m)
	case string(name) == "page" && d.endpoint.IsSearch():
		d.page(m)
	default:
		d.value()
	}
}

// optional reports whether the next value is an object, or an array, and reads its beginning. Null stands for no value.
func (d *decoder) optional(m *message, field string, wanted jsontext.Kind) bool {
	if d.kind() == jsontext.KindNull {
		d.next()
		return false
	}
	if !d.isA(&m.defaults, field, "", wanted) {
		return false
	}
	d.open()
	return true
}

func (d *decoder) evaluations(m *message) {
	if !d.optional(m, "evaluations", jsontext.KindBeginArray) {
		return
	}
	d.inEvaluation = true
	for d.element() {
		if len(m.evaluations) == d.maxEvaluations {
			d.fail(badRequestf("evaluations holds more than %d evaluations, which are allowed in one request", d.maxEvaluations))
		} else {
			m.evaluations = append(m.evaluations, part{})
			d.evaluation(&m.evaluations[len(m.evaluations)-1])
		}
	}
	d.inEvaluation = false
}

func (d *decoder) evaluation(p *part) {
	if kind := d.kind(); kind != jsontext.KindBeginObject {
		p.problem = "it is " + kindName(kind) + ": it must be an object"
		d.value()
		return
	}
	d.open()
	for name, more := d.name(); more; name, more = d.name() {
		if !d.member(p, name) {
			d.value()
		}
	}
}

// options reads what is asked for beside the answer. Only requests for several evaluations have options by the standard; of any other
// request, what is none of ours is ignored, whatever it is.
func (d *decoder) options(m *message) {
	if d.endpoint != Evaluations && d.kind() != jsontext.KindBeginObject {
		d.value()
		return
	}
	if !d.optional(m, "options", jsontext.KindBeginObject) {
		return
	}
	for name, more := d.name(); more; name, more = d.name() {
		switch {
		case string(name) == "explain":
			d.flag("explain", &m.explain)
		case string(name) == "validity":
			d.flag("validity", &m.validity)
		case string(name) == "properties":
			d.flag("properties", &m.properties)
		case string(name) == "evaluations_semantic" && d.endpoint == Evaluations:
			d.semantic(m)
		default:
			d.value()
		}
	}
}

// flag reads an option that is true or false.
func (d *decoder) flag(name string, to *bool) {
	value := d.value()
	asked, is := value.(bool)
	if value != nil && !is && d.endpoint == Evaluations {
		d.fail(badRequestf("options.%s is %s: it must be true or false", name, describe(value)))
	}
	*to = asked
}

func (d *decoder) semantic(m *message) {
	value := d.value()
	if value == nil {
		return
	}
	name, _ := value.(string)
	switch asked := semantic(name); asked {
	case executeAll, denyOnFirstDeny, permitOnFirstPermit:
		m.semantic = asked
	default:
		d.fail(badRequestf("options.evaluations_semantic is %s: it must be %q, %q or %q",
			describe(value), executeAll, denyOnFirstDeny, permitOnFirstPermit))
	}
}

func (d *decoder) page(m *message) {
	if !d.optional(m, "page", jsontext.KindBeginObject) {
		return
	}
	m.page.asked = true
	for raw, more := d.name(); more; raw, more = d.name() {
		name := string(raw)
		d.fail(m.page.set(name, d.value()))
	}
}

// set sets the token or the limit, or nothing if the page has no member of that name.
func (p *page) set(name string, value any) error {
	if value == nil {
		return nil
	}
	var is bool
	switch name {
	case "token":
		if p.token, is = value.(string); !is {
			return badRequestf("page.token is %s: it must be a string", describe(value))
		}
	case "limit":
		if p.limit, is = value.(float64); !is || p.limit < 0 || p.limit != math.Trunc(p.limit) {
			return badRequestf("page.limit is %s: it must be a whole number, 0 or more", describe(value))
		}
	}
	return nil
}

// describe returns a value as a message shows it.
func describe(value any) string {
	switch value := value.(type) {
	case string:
		const most = 100
		if len(value) > most {
			return fmt.Sprintf("%q…", strings.ToValidUTF8(value[:most], ""))
		}
		return fmt.Sprintf("%q", value)
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	default:
		return fmt.Sprint(value)
	}
}
