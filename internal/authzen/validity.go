// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// validity says until when a decision holds, for as long as the revision is this one.
type validity struct {
	Revision int64 `json:"revision"`
	// Until is absent if no window ends the decision.
	Until *time.Time `json:"until,omitempty"`
	// Unknown says why it is not known until when.
	Unknown string `json:"unknown,omitempty"`
}

// valid is the context of a decision of which nothing but its validity is asked for.
type valid struct {
	Validity *validity `json:"validity"`
}

// evaluateValidity decides a request and appends the answer, with its validity and, if that is asked for too, its reason.
func (x *exchange) evaluateValidity(request *access.Request, of semantic) bool {
	v := x.index.Validity(request)
	until := &validity{Revision: x.revision, Until: v.Until, Unknown: v.Unknown}
	if x.message.explain {
		return x.explain(request, x.index.At(v.At), until, of)
	}
	x.reportDecision(Decision{Request: *request, Decision: v.Decision})
	x.writeJSON(answer{v.Decision, valid{until}})
	return v.Decision
}
