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
	explain  bool
	semantic semantic
	page     page
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
	*m = message{evaluations: m.evaluations[:0], semantic: executeAll, page: page{limit: -1}}
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
	if kind := d.kind(); kind != jsontext.KindBeginObject {
		if err := d.skip(); err != nil {
			return err
		}
		return badRequestf("the body is %s: it must be an object", kindName(kind))
	}
	if err := d.open(); err != nil {
		return err
	}
	for {
		name, more, err := d.name()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := d.bodyMember(m, name); err != nil {
			return err
		}
	}
	if err := d.end(); err != nil {
		return err
	}
	if m.defaults.problem != "" {
		return badRequestf("%s", m.defaults.problem)
	}
	if len(m.evaluations) > 0 {
		needed = m.defaults.partialFields()
	}
	if missing := m.defaults.has.missing(needed); missing != "" {
		return badRequestf("%s", missing)
	}
	return nil
}

// partialFields returns the fields that the entities of a part need, for the entities that it has.
func (p *part) partialFields() fieldSet {
	var needed fieldSet
	for _, all := range []fieldSet{subjectFields, actionFields, resourceFields} {
		if p.has&all != 0 {
			needed |= all
		}
	}
	return needed
}

// bodyMember reads a member of the body.
func (d *decoder) bodyMember(m *message, name []byte) error {
	if known, err := d.member(&m.defaults, name); known {
		return err
	}
	switch string(name) {
	case "evaluations":
		if d.endpoint == Evaluations {
			return d.evaluations(m)
		}
	case "options":
		return d.options(m)
	case "page":
		if d.endpoint == SearchSubject || d.endpoint == SearchResource || d.endpoint == SearchAction {
			return d.page(m)
		}
	}
	return d.skip()
}

// optional reports whether the next value is an object, or an array. Null stands for no value.
func (d *decoder) optional(m *message, field string, wanted jsontext.Kind) (bool, error) {
	if d.kind() == jsontext.KindNull {
		return false, d.skip()
	}
	is, err := d.isA(&m.defaults, field, "", wanted)
	if err != nil || !is {
		return false, err
	}
	return true, d.open()
}

func (d *decoder) evaluations(m *message) error {
	if is, err := d.optional(m, "evaluations", jsontext.KindBeginArray); err != nil || !is {
		return err
	}
	d.inEvaluation = true
	for {
		more, err := d.element()
		if err != nil {
			return err
		}
		if !more {
			d.inEvaluation = false
			return nil
		}
		if len(m.evaluations) == d.maxEvaluations {
			return badRequestf("evaluations holds more than %d evaluations, which are allowed in one request", d.maxEvaluations)
		}
		m.evaluations = append(m.evaluations, part{})
		if err := d.evaluation(&m.evaluations[len(m.evaluations)-1]); err != nil {
			return err
		}
	}
}

func (d *decoder) evaluation(p *part) error {
	if kind := d.kind(); kind != jsontext.KindBeginObject {
		p.problem = "it is " + kindName(kind) + ": it must be an object"
		return d.skip()
	}
	if err := d.open(); err != nil {
		return err
	}
	for {
		name, more, err := d.name()
		if err != nil || !more {
			return err
		}
		known, err := d.member(p, name)
		if !known {
			err = d.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (d *decoder) options(m *message) error {
	if is, err := d.optional(m, "options", jsontext.KindBeginObject); err != nil || !is {
		return err
	}
	for {
		name, more, err := d.name()
		if err != nil || !more {
			return err
		}
		switch {
		case string(name) == "explain":
			err = d.explain(m)
		case string(name) == "evaluations_semantic" && d.endpoint == Evaluations:
			err = d.semantic(m)
		default:
			err = d.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (d *decoder) explain(m *message) error {
	value, err := d.value()
	asked, is := value.(bool)
	if err == nil && value != nil && !is {
		return badRequestf("options.explain is %s: it must be true or false", describe(value))
	}
	m.explain = asked
	return err
}

func (d *decoder) semantic(m *message) error {
	value, err := d.value()
	if err != nil || value == nil {
		return err
	}
	name, _ := value.(string)
	switch asked := semantic(name); asked {
	case executeAll, denyOnFirstDeny, permitOnFirstPermit:
		m.semantic = asked
		return nil
	default:
		return badRequestf("options.evaluations_semantic is %s: it must be %q, %q or %q",
			describe(value), executeAll, denyOnFirstDeny, permitOnFirstPermit)
	}
}

func (d *decoder) page(m *message) error {
	if is, err := d.optional(m, "page", jsontext.KindBeginObject); err != nil || !is {
		return err
	}
	m.page.asked = true
	for {
		name, more, err := d.name()
		if err != nil || !more {
			return err
		}
		var value any
		counts := string(name)
		if counts != "token" && counts != "limit" {
			if err := d.skip(); err != nil {
				return err
			}
			continue
		}
		if value, err = d.value(); err != nil {
			return err
		}
		if err := m.page.set(counts, value); err != nil {
			return err
		}
	}
}

// set sets the token or the limit.
func (p *page) set(name string, value any) error {
	if value == nil {
		return nil
	}
	var is bool
	if name == "token" {
		if p.token, is = value.(string); !is {
			return badRequestf("page.token is %s: it must be a string", describe(value))
		}
		return nil
	}
	limit, is := value.(float64)
	if !is || limit < 0 || limit != math.Trunc(limit) {
		return badRequestf("page.limit is %s: it must be a whole number, 0 or more", describe(value))
	}
	p.limit = limit
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
