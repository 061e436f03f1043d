// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/rolewright/rolewright/internal/authzen"
)

// problem is an answer that is an error, as RFC 9457 has it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	header http.Header
}

// Error implements error.
func (p *problem) Error() string { return p.Detail }

// problemType is the beginning of the types that the profile defines.
const problemType = "urn:openid:authzen:access-request:error:"

func newProblem(name, title string, status int, detail string) *problem {
	return &problem{Type: problemType + name, Title: title, Status: status, Detail: detail}
}

func notRequestable(err error) *problem {
	return newProblem("not_requestable", "Access is not requestable", http.StatusBadRequest, err.Error())
}

func expiredDenial() *problem {
	return newProblem("expired_denial", "The denial has expired", http.StatusGone, errExpired.Error())
}

func invalidBinding(detail string) *problem {
	return newProblem("invalid_denial_binding", "The request is not bound to a denial", http.StatusBadRequest, detail)
}

func duplicate(detail string) *problem {
	return newProblem("duplicate_request", "The Idempotency-Key was used before", http.StatusConflict, detail)
}

func unknownTask() *problem {
	return newProblem("unknown_task", "There is no such task", http.StatusNotFound,
		"there is no such task, or you may not see it: a task is seen by its subject, and by service accounts that may impersonate them")
}

func invalidState(detail string) *problem {
	return newProblem("invalid_task_state", "The task has ended", http.StatusConflict, detail)
}

// plainProblem is one that HTTP alone explains.
func plainProblem(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// fromStatus returns an error of the service in the form of the profile.
func fromStatus(err *authzen.StatusError) *problem {
	p := plainProblem(err.Status, "%s", err.Message)
	p.header = err.Header
	return p
}

// fail answers with a problem.
func (x *exchange) fail(p *problem) {
	for name, values := range p.header {
		x.w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	x.write(p.Status, "application/problem+json", p)
}

// write writes a value as JSON, for nobody to keep.
func (x *exchange) write(status int, contentType string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		x.written = http.StatusInternalServerError
		http.Error(x.w, "the answer cannot be written", x.written)
		return
	}
	x.written = status
	header := x.w.Header()
	header.Set("Content-Type", contentType)
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	header.Set("X-Content-Type-Options", "nosniff")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(text)
}
