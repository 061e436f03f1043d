// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"encoding/json"
	"iter"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// search answers with all results if they fit into one answer, and otherwise with a page of them.
func (x *exchange) search() *StatusError {
	m := &x.message
	cursor, err := x.readCursor()
	if err != nil {
		return err
	}
	size := x.handler.options.MaxPage
	if cursor.limit >= 0 {
		size = int(min(cursor.limit, float64(size)))
	}
	x.opening = x.appendOpening(x.opening[:0])
	found, more := 0, false
	for name := range x.matches(cursor.after) {
		if more = found == size; more {
			break
		}
		if err := x.result(found, name); err != nil {
			return statusErrorf(http.StatusInternalServerError, "the answer cannot be written: %v", err)
		}
		cursor.after = name
		found++
	}
	x.reportDecision(Decision{Request: m.defaults.request, Decision: found > 0, Results: found})
	x.writePage(found, more, cursor)
	return nil
}

// matches returns the results of the search after a name.
func (x *exchange) matches(after string) iter.Seq[string] {
	request := &x.message.defaults.request
	if asked, is := assignment(request); is && x.target.Endpoint != SearchAction {
		return x.assignments(request, asked, after)
	}
	switch x.target.Endpoint {
	case SearchSubject:
		return x.index.WhoCan(request, after)
	case SearchResource:
		return x.index.ResourcesCan(request, after)
	default:
		return x.index.WhatCan(request, after)
	}
}

// appendOpening appends what each result begins with, up to its name.
func (x *exchange) appendOpening(to []byte) []byte {
	kind := x.message.defaults.request.Subject.Type
	switch x.target.Endpoint {
	case SearchAction:
		return append(to, `{"name":`...)
	case SearchResource:
		kind = x.message.defaults.request.Resource.Type
	default:
	}
	return append(appendQuoted(append(to, `{"type":`...), kind), `,"id":`...)
}

// result appends a result to those that were found before.
func (x *exchange) result(before int, name string) error {
	if before > 0 {
		x.results = append(x.results, ',')
	}
	x.results = appendQuoted(append(x.results, x.opening...), name)
	var err error
	if x.message.properties && x.target.Endpoint == SearchResource {
		err = x.properties(name)
	}
	x.results = append(x.results, '}')
	return err
}

// appendQuoted appends a text that was read from JSON, which is UTF-8.
func appendQuoted(to []byte, text string) []byte {
	to, _ = jsontext.AppendQuote(to, text)
	return to
}

// properties appends what the directory knows of a resource.
func (x *exchange) properties(name string) error {
	if _, is := assignment(&x.message.defaults.request); is {
		return nil
	}
	known := x.index.UserAttributes(name)
	if x.index.IsUnitKind(x.message.defaults.request.Resource.Type) {
		unit, _ := x.index.Unit(name)
		known = unit.Attributes
	}
	if len(known) == 0 {
		return nil
	}
	text, err := json.Marshal(known)
	x.results = append(append(x.results, `,"properties":`...), text...)
	return err
}

// searched is the context of a search, if it is asked for.
type searched struct {
	Revision int64 `json:"revision"`
	// Unmet counts those who hold the permission and are not among the results because of conditions.
	Unmet *access.Unmet `json:"unmet,omitempty"`
	// RejectedGrants and RejectedOverrides are written for the subject, and count for nothing.
	RejectedGrants    []access.GrantResult    `json:"rejectedGrants,omitempty"`
	RejectedOverrides []access.OverrideResult `json:"rejectedOverrides,omitempty"`
}

// searched returns what keeps others, or other things, from being among the results.
func (x *exchange) searched() searched {
	request, context := &x.message.defaults.request, searched{Revision: x.revision}
	if x.target.Endpoint != SearchSubject {
		e := x.index.Explain(request)
		context.RejectedGrants, context.RejectedOverrides = rejected(&e)
	} else if unmet := x.index.CountUnmet(request); unmet != (access.Unmet{}) {
		context.Unmet = &unmet
	}
	return context
}

// writePage writes the answer. The page comes first, as the standard recommends.
func (x *exchange) writePage(count int, more bool, last cursor) {
	to := x.answer
	to = append(to, '{')
	if x.message.page.asked || more {
		token := ""
		if more {
			token = x.token(last)
		}
		to = append(to, `"page":{"next_token":"`...)
		to = append(to, token...)
		to = strconv.AppendInt(append(to, `","count":`...), int64(count), 10)
		to = append(to, `},`...)
	}
	if x.message.explain {
		to = append(append(append(to, `"context":`...), encoded(x.searched())...), ',')
	}
	x.answer = append(append(append(to, `"results":[`...), x.results...), `]}`...)
}
