// SPDX-License-Identifier: Apache-2.0

package extauthz

import "net/http"

// Headers of a denial.
const (
	// ReasonHeader has the code of the reason, DecisionHeader the identifier that the decision log has.
	ReasonHeader   = "x-rolewright-reason"
	DecisionHeader = "x-rolewright-decision-id"
)

// status is the HTTP status for the client.
func (v *verdict) status() int {
	switch {
	case v.allowed:
		return http.StatusOK
	case v.reason == Unavailable || v.reason == CallerRefused:
		return http.StatusServiceUnavailable
	default:
		return http.StatusForbidden
	}
}

// header is a header of an answer.
type header struct{ name, value string }

// headers are those of a denial.
func (v *verdict) headers() []header {
	headers := []header{{ReasonHeader, string(v.reason)}, {"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}}
	if v.id != "" {
		headers = append(headers, header{DecisionHeader, v.id})
	}
	return headers
}

// body is what a client reads of a denial: the code alone, since what a message names may not be for their eyes.
func (v *verdict) body() string { return "denied: " + string(v.reason) + "\n" }
