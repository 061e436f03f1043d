// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Answers without context, as nearly all are.
const (
	permitted = `{"decision":true}`
	denied    = `{"decision":false}`
)

// evaluation answers one evaluation.
func (x *exchange) evaluation() {
	x.evaluate(&x.message.defaults.request, "")
}

// evaluations answers several evaluations, in their order.
func (x *exchange) evaluations() {
	m := &x.message
	x.answer = append(x.answer, `{"evaluations":[`...)
	for i := range m.evaluations {
		if i > 0 {
			x.answer = append(x.answer, ',')
		}
		p := &m.evaluations[i]
		p.inherit(&m.defaults)
		decision := x.evaluateOne(i, p)
		if m.semantic == denyOnFirstDeny && !decision || m.semantic == permitOnFirstPermit && decision {
			break
		}
	}
	x.answer = append(x.answer, `]}`...)
}

// evaluateOne answers one of several evaluations. One with a problem is denied, with the problem in its context.
func (x *exchange) evaluateOne(i int, p *part) bool {
	problem := p.problem
	if problem == "" {
		problem = p.has.missing(allFields)
	}
	if problem == "" {
		return x.evaluate(&p.request, x.message.semantic)
	}
	type failure struct {
		Status  int    `json:"status"`
		Message string `json:"message"`
	}
	said := answer{Context: map[string]failure{"error": {http.StatusBadRequest, fmt.Sprintf("evaluations[%d]: %s", i, problem)}}}
	x.reportDecision(Decision{Request: p.request, Problem: problem})
	x.writeJSON(said)
	return false
}

// answer is a decision with its context.
type answer struct {
	Decision bool `json:"decision"`
	Context  any  `json:"context"`
}

// reasons is the context of a decision, if it is asked for.
type reasons struct {
	// ID identifies the decision in the decision log.
	ID      string        `json:"id,omitempty"`
	Reason  access.Reason `json:"reason"`
	Message string        `json:"message"`
	// Nearest says what would turn a denial into a permission.
	Nearest []string `json:"nearest,omitempty"`
	// RejectedGrants and RejectedOverrides are written for the subject, and count for nothing.
	RejectedGrants    []access.GrantResult    `json:"rejectedGrants,omitempty"`
	RejectedOverrides []access.OverrideResult `json:"rejectedOverrides,omitempty"`
	Revision          int64                   `json:"revision"`
	// Validity says until when the decision holds, if that is asked for too.
	Validity *validity `json:"validity,omitempty"`
	// EndedBy is the semantic because of which the evaluations after this one are not executed.
	EndedBy semantic `json:"endedBy,omitempty"`

	// members are those that a profile adds, for the decision that it knows by id.
	members map[string]any
	id      string
}

// rejected returns what is written for the subject and counts for nothing.
func rejected(e *access.Explanation) (grants []access.GrantResult, overrides []access.OverrideResult) {
	for i := range e.Grants {
		if e.Grants[i].Rejected {
			grants = append(grants, e.Grants[i])
		}
	}
	for i := range e.Overrides {
		if e.Overrides[i].Rejected {
			overrides = append(overrides, e.Overrides[i])
		}
	}
	return grants, overrides
}

// evaluate decides a request and appends the answer.
func (x *exchange) evaluate(request *access.Request, of semantic) bool {
	if asked, is := assignment(request); is {
		return x.evaluateAssignment(request, asked, of)
	}
	if x.message.validity {
		return x.evaluateValidity(request, of)
	}
	if !x.message.explain {
		decision := x.index.Check(request)
		if members, id := x.profiled(request, decision); len(members) > 0 {
			x.reportDecision(Decision{Request: *request, Decision: decision, ID: id})
			x.writeJSON(answer{decision, members})
			return decision
		}
		return x.answerPlainly(request, decision)
	}
	return x.explain(request, x.index, nil, of)
}

// explain explains a request by an index, and appends the answer.
func (x *exchange) explain(request *access.Request, index *engine.Index, until *validity, of semantic) bool {
	e := index.Explain(request)
	why := reasons{Reason: e.Reason, Message: e.Message, Nearest: e.Nearest, Revision: x.revision, Validity: until}
	why.RejectedGrants, why.RejectedOverrides = rejected(&e)
	why.members, why.id = x.profiled(request, e.Decision)
	return x.answerWith(request, e.Decision, why, of)
}

// answerPlainly appends a decision without its reason, and returns it.
func (x *exchange) answerPlainly(request *access.Request, decision bool) bool {
	x.reportDecision(Decision{Request: *request, Decision: decision})
	if decision {
		x.answer = append(x.answer, permitted...)
	} else {
		x.answer = append(x.answer, denied...)
	}
	return decision
}

// answerWith appends a decision with its reasons, and returns it.
func (x *exchange) answerWith(request *access.Request, decision bool, why reasons, of semantic) bool {
	if x.handler.options.IdentifyDecisions {
		why.ID = cmp.Or(why.id, rand.Text())
	}
	x.reportDecision(Decision{Request: *request, Decision: decision, Reason: why.Reason, ID: why.ID})
	if of == denyOnFirstDeny && !decision || of == permitOnFirstPermit && decision {
		why.EndedBy = of
	}
	x.writeJSON(answer{decision, withMembers(&why)})
	return decision
}

// writeJSON appends a value to the answer.
func (x *exchange) writeJSON(value any) { x.answer = append(x.answer, encoded(value)...) }

// encoded writes as JSON what was read from JSON, or consists of strings, numbers and booleans: that does not fail.
func encoded(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// reportDecision calls OnDecision, if it is set.
func (x *exchange) reportDecision(decision Decision) {
	if x.handler.options.OnDecision == nil {
		return
	}
	decision.Target, decision.Revision, decision.Caller = x.target, x.revision, x.caller
	decision.RequestID = x.requestID
	x.handler.options.OnDecision(x.r.Context(), decision)
}
