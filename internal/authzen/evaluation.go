// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Answers without context, which is what nearly every one is.
const (
	permitted = `{"decision":true}`
	denied    = `{"decision":false}`
)

// evaluation answers a single evaluation.
func (x *exchange) evaluation() *StatusError {
	_, err := x.evaluate(&x.message.request, "")
	return internalError(err)
}

// evaluations answers several, in the order in which they are asked.
func (x *exchange) evaluations() *StatusError {
	m := &x.message
	x.answer = append(x.answer, `{"evaluations":[`...)
	for i := range m.evaluations {
		if i > 0 {
			x.answer = append(x.answer, ',')
		}
		p := &m.evaluations[i]
		p.inherit(&m.part)
		decision, err := x.evaluateOne(i, p)
		if err != nil {
			return internalError(err)
		}
		if m.semantic == denyOnFirstDeny && !decision || m.semantic == permitOnFirstPermit && decision {
			break
		}
	}
	x.answer = append(x.answer, `]}`...)
	return nil
}

// evaluateOne decides one of several evaluations. One that lacks something is answered no, and why.
func (x *exchange) evaluateOne(i int, p *part) (bool, error) {
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
	x.observe(Decision{Request: p.request, Problem: problem})
	return false, x.say(said)
}

// answer is a decision with its context.
type answer struct {
	Decision bool `json:"decision"`
	Context  any  `json:"context"`
}

// reasons is the context of a decision, where it is asked for.
type reasons struct {
	Reason  access.Reason `json:"reason"`
	Message string        `json:"message"`
	// Nearest says what would make a no a yes.
	Nearest  []string `json:"nearest,omitempty"`
	Revision int64    `json:"revision"`
	// EndedBy is the semantic which has it that evaluations after this one are not executed.
	EndedBy semantic `json:"endedBy,omitempty"`
}

// evaluate decides a request and writes the answer.
func (x *exchange) evaluate(request *access.Request, of semantic) (bool, error) {
	if !x.message.explain {
		decision := x.index.Check(request)
		x.observe(Decision{Request: *request, Decision: decision})
		if decision {
			x.answer = append(x.answer, permitted...)
		} else {
			x.answer = append(x.answer, denied...)
		}
		return decision, nil
	}
	e := x.index.Explain(request)
	x.observe(Decision{Request: *request, Decision: e.Decision, Reason: e.Reason})
	why := reasons{Reason: e.Reason, Message: e.Message, Nearest: e.Nearest, Revision: x.revision}
	if of == denyOnFirstDeny && !e.Decision || of == permitOnFirstPermit && e.Decision {
		why.EndedBy = of
	}
	return e.Decision, x.say(answer{e.Decision, why})
}

// say writes a part of the answer that is not fixed.
func (x *exchange) say(value any) error {
	text, err := json.Marshal(value)
	x.answer = append(x.answer, text...)
	return err
}

// observe tells of a decision, if anybody listens.
func (x *exchange) observe(decision Decision) {
	if x.handler.OnDecision == nil {
		return
	}
	decision.Target, decision.Revision, decision.RequestID, decision.Caller = x.target, x.revision, x.requestID, x.caller
	x.handler.OnDecision(decision)
}
