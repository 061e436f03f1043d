// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"cmp"
	"net/http"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Tenant is one organization as the service sees it. Its methods are called for every request, by any number of
// goroutines.
type Tenant interface {
	// Name is the organization's.
	Name() (namespace, organization string)
	// Index decides. It is never nil.
	Index() *engine.Index
	// Revision is that of the state that the index holds.
	Revision() int64
	// Ready is nil if the index may be relied on, and else says why not.
	Ready() error
}

// Tenants finds organizations.
type Tenants interface {
	// Only is the one organization, if there is just one.
	Only() (Tenant, bool)
	// Tenant is the one of that name.
	Tenant(namespace, organization string) (Tenant, bool)
}

// Limits that hold where Options names none.
const (
	DefaultMaxBytes       = 1 << 20
	DefaultMaxDepth       = 32
	DefaultMaxEvaluations = 1000
	DefaultMaxPage        = 1000
)

// MaxRequestIDBytes is the length, in bytes, of the longest request identifier that is taken.
const MaxRequestIDBytes = 512

// Options change how the service works. The zero value works.
type Options struct {
	// BaseURL is the scheme and authority at which clients reach the service, https://pdp.example.com. If it is empty, the
	// metadata names those that the client used. CheckBaseURL says what it must be.
	BaseURL string
	// MaxBytes is the size of the largest request body.
	MaxBytes int64
	// MaxDepth is how deep objects and arrays may lie in each other, the body itself counted.
	MaxDepth int
	// MaxEvaluations is how many evaluations one request may hold.
	MaxEvaluations int
	// MaxPage is how many results one answer to a search holds at most. The others follow on further pages.
	MaxPage int
	// Authorize decides, before the body is read and before it is known whether the organization exists, whether a request is
	// answered. It returns who calls, which Decision repeats, or why it is not answered. Without it everybody is answered.
	Authorize func(r *http.Request, target Target) (caller string, err *StatusError)
	// OnDecision is told of every decision and every search before it is answered. It must not block. What it is given may be
	// kept, and must not be changed.
	OnDecision func(Decision)
	// OnResponse is called of every answer once it is written. It must not block.
	OnResponse func(Response)
}

func (o Options) withDefaults() Options {
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultMaxBytes)
	o.MaxDepth = cmp.Or(o.MaxDepth, DefaultMaxDepth)
	o.MaxEvaluations = cmp.Or(o.MaxEvaluations, DefaultMaxEvaluations)
	o.MaxPage = cmp.Or(o.MaxPage, DefaultMaxPage)
	return o
}

// Endpoint is one of the endpoints of the API, by its path below that of the organization. It is empty where there is
// none.
type Endpoint string

// The endpoints.
const (
	Evaluation     Endpoint = "access/v1/evaluation"
	Evaluations    Endpoint = "access/v1/evaluations"
	SearchSubject  Endpoint = "access/v1/search/subject"
	SearchResource Endpoint = "access/v1/search/resource"
	SearchAction   Endpoint = "access/v1/search/action"
	Metadata       Endpoint = ".well-known/authzen-configuration"
	// Approvers is no endpoint of AuthZEN: it tells who would approve something.
	Approvers Endpoint = "approvals/v1/route"
)

// Target is what a request is for.
type Target struct {
	Endpoint Endpoint
	// Namespace and Organization are empty for a request at the root while there is not just one organization.
	Namespace, Organization string
}

// Decision is a decision that was made, or a search.
type Decision struct {
	Target
	// Revision is that of the index which decided.
	Revision int64
	// RequestID is what the client sent as X-Request-ID, and Caller what Authorize returned.
	RequestID, Caller string
	// Request is what was decided: in a search, without what is searched for.
	Request access.Request
	// Decision is the answer; in a search, whether there is any result in this answer.
	Decision bool
	// Reason is why, where the client asked for it.
	Reason access.Reason
	// Results is how many results a search answered with.
	Results int
	// Problem says why an evaluation of several cannot be decided. Its answer is no.
	Problem string
}

// Response is a request that was answered.
type Response struct {
	Target
	// Status is the HTTP status of the answer.
	Status int
	// Duration is from the request's headers to the last byte of the answer.
	Duration time.Duration
}
