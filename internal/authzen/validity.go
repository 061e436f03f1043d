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

// evaluateValidity decides a request and appends the answer, with its validity and, if that is asked for too, its reason.
func (x *exchange) evaluateValidity(request *access.Request, of semantic) bool {
	v := x.index.Validity(request)
	until := &validity{Revision: x.revision, Until: v.Until, Unknown: v.Unknown}
	if x.message.explain {
		return x.explain(request, x.index.At(v.At), until, of)
	}
	context, id := x.profiled(request, v.Decision)
	if context == nil {
		context = map[string]any{}
	}
	context["validity"] = until
	x.reportDecision(Decision{Request: *request, Decision: v.Decision, ID: id})
	x.writeJSON(answer{v.Decision, context})
	return v.Decision
}
