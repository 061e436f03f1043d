// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"
	"crypto/rand"
	"encoding/json"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// What the access-request profile adds, at paths below that of an organization. A Profile answers there, not the handler.
const (
	// AccessRequests takes requests for access that was denied.
	AccessRequests Endpoint = "access/v1/requests"
	// Keys are those with which what the profile signs is verified.
	Keys Endpoint = "access/v1/jwks"

	capabilityAccessRequest = "urn:openid:authzen:capability:access-request"
	// MemberApproval is the member of a context in which a request refers to an approval.
	MemberApproval = "approval"
)

// Profile says more of a decision than the standard does.
type Profile interface {
	// Context returns members for the context of the answer to one evaluation; nil for none. It is called for each no, and for each
	// request that refers to an approval.
	Context(asked *Asked) map[string]any
}

// Asked is an evaluation that was decided.
type Asked struct {
	// Target is what the request was for, and Caller what Authorize returned.
	Target Target
	Caller string
	// ID identifies the decision, also in the decision log.
	ID       string
	Request  *access.Request
	Index    *engine.Index
	Revision int64
	Decision bool
}

// profiled returns what the profile says of an evaluation, nil for nothing, with the identifier of the decision.
func (x *exchange) profiled(request *access.Request, decision bool) (members map[string]any, id string) {
	profile := x.handler.options.Profile
	if profile == nil || len(x.message.evaluations) > 0 {
		return nil, ""
	}
	if _, refers := request.Context[MemberApproval]; decision && !refers {
		return nil, ""
	}
	id = rand.Text()
	return profile.Context(&Asked{
		Target: x.target, Caller: x.caller, ID: id, Request: request, Index: x.index, Revision: x.revision, Decision: decision,
	}), id
}

// withMembers returns reasons with the members that a profile adds, of which those count that the reasons lack.
func withMembers(why *reasons) any {
	if len(why.members) == 0 {
		return why
	}
	var merged map[string]any
	if err := json.Unmarshal(encoded(why), &merged); err != nil {
		panic(err) // it was just encoded
	}
	for name, value := range why.members {
		if _, ours := merged[name]; !ours {
			merged[name] = value
		}
	}
	return merged
}

// ParseSubmission reads a body that holds subject, action, resource and context as an evaluation does, and other members. The error says
// what an endpoint would answer.
func ParseSubmission(body []byte, maxDepth int) (request *access.Request, others map[string]any, err error) {
	d := decoder{endpoint: Evaluation}
	d.reset(bytes.NewBuffer(body), maxDepth)
	var p part
	others = map[string]any{}
	d.checkBody()
	d.open()
	for raw, more := d.name(); more; raw, more = d.name() {
		name := string(raw)
		if !d.member(&p, []byte(name)) {
			others[name] = d.value()
		}
	}
	if err := d.end(); err != nil {
		return nil, nil, bodyError(err)
	}
	if p.problem == "" {
		p.problem = p.has.missing(allFields)
	}
	if p.problem != "" {
		return nil, others, badRequestf("%s", p.problem)
	}
	return &p.request, others, nil
}
