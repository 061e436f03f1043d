// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Tenant is an organization as the service sees it. Its methods are called for every request, by any number of goroutines.
type Tenant interface {
	// Name returns the organization's name.
	Name() (namespace, organization string)
	// Index returns the index that decides. It is never nil.
	Index() *engine.Index
	// Revision returns the revision of the index, 0 before the first.
	Revision() int64
	// Ready returns why the index is not reliable, or nil if it is.
	Ready() error
}

// Current returns the index of an organization together with its revision.
func Current(tenant Tenant) (*engine.Index, int64) {
	for {
		revision, index := tenant.Revision(), tenant.Index()
		if tenant.Revision() == revision {
			return index, revision
		}
	}
}

// Tenants finds organizations.
type Tenants interface {
	// Root returns the name of the organization that the root answers for, which is empty if it answers for none, and the
	// organization, which is nil if it is not there. The name is always the same.
	Root() (namespace, organization string, tenant Tenant)
	// Tenant returns the organization of a name.
	Tenant(namespace, organization string) (Tenant, bool)
}

// Places are where requests are answered.
type Places interface {
	// Take takes a place, and reports whether one was free.
	Take() bool
	// Leave gives one back.
	Leave()
}

// Default limits.
const (
	DefaultMaxBytes       = 1 << 20
	DefaultMaxDepth       = 32
	DefaultMaxEvaluations = 1000
	DefaultMaxPage        = 1000
	DefaultMaxBodies      = 64 << 20
)

// MaxRequestIDBytes is how much of a request identifier Decision repeats. Answers repeat all of it.
const MaxRequestIDBytes = 512

// Options change how the service works. The zero value works.
type Options struct {
	// BaseURL is the address at which clients reach the service, https://pdp.example.com/path. If it is empty, the metadata names
	// the host that the client used, if it is one of the service's. CheckBaseURL says what it must be.
	BaseURL string
	// IsOwnHost reports whether the host that a request names is one of the service's. If it is nil, every host is.
	IsOwnHost func(r *http.Request) bool
	// MaxBytes is the size of the largest request body.
	MaxBytes int64
	// MaxDepth is how deep objects and arrays may be nested, including the body itself.
	MaxDepth int
	// MaxEvaluations is how many evaluations one request may hold.
	MaxEvaluations int
	// MaxPage is how many results one answer to a search holds at most. The others follow on further pages.
	MaxPage int
	// Authorize decides whether a request is answered, before its body is read and before it is known whether the organization
	// exists. It returns the caller, which Decision repeats, or the error to answer with. If it is nil, every request is
	// answered. It is not asked about metadata, which clients read before they know how to authenticate: the answer then does not
	// reveal whether the organization exists.
	Authorize func(r *http.Request, target Target) (caller string, err *StatusError)
	// MaxBodies is how much memory the bodies of all requests that are arriving or being answered may take together, beyond a little for
	// each.
	MaxBodies int64
	// Places bounds how many requests are answered at the same time. A request takes a place when it has arrived whole, and leaves it before
	// its answer is written, so that slow clients keep no others from being answered. If it is nil, all have a place.
	Places Places
	// IdentifyDecisions lets each answer with a reason name an identifier, which Decision repeats.
	IdentifyDecisions bool
	// Profile adds to what single evaluations answer, and to the metadata, as the access-request profile does. If it is nil, nothing does.
	Profile Profile
	// OpenAPI is the OpenAPI document of the service, in JSON, which anyone may read. If it is empty, there is none.
	OpenAPI []byte
	// OnDecision is called for every decision and every search, before the answer is written. It must not block. It may keep
	// its argument, but must not modify it. The context is the request's.
	OnDecision func(context.Context, Decision)
	// OnResponse is called for every answer, after it is written. It must not block. The context is the request's.
	OnResponse func(context.Context, Response)
}

// WithDefaults returns the options with the default limits where none are set.
func (o Options) WithDefaults() Options {
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultMaxBytes)
	o.MaxBodies = cmp.Or(o.MaxBodies, DefaultMaxBodies)
	o.MaxDepth = cmp.Or(o.MaxDepth, DefaultMaxDepth)
	o.MaxEvaluations = cmp.Or(o.MaxEvaluations, DefaultMaxEvaluations)
	o.MaxPage = cmp.Or(o.MaxPage, DefaultMaxPage)
	return o
}

// Endpoint is an endpoint of the API, by its path below that of the organization. It is empty if there is none.
type Endpoint string

// The endpoints.
const (
	Evaluation     Endpoint = "access/v1/evaluation"
	Evaluations    Endpoint = "access/v1/evaluations"
	SearchSubject  Endpoint = "access/v1/search/subject"
	SearchResource Endpoint = "access/v1/search/resource"
	SearchAction   Endpoint = "access/v1/search/action"
	Metadata       Endpoint = ".well-known/authzen-configuration"
	// Approvers is not an endpoint of AuthZEN: it answers who would approve a request.
	Approvers Endpoint = "approvals/v1/route"
	// OpenAPI is about the whole service, and at its root alone.
	OpenAPI Endpoint = "openapi.json"
)

// IsSearch reports whether the endpoint is one of the three searches.
func (e Endpoint) IsSearch() bool {
	return e == SearchSubject || e == SearchResource || e == SearchAction
}

// Target is what a request is for.
type Target struct {
	Endpoint Endpoint
	// Namespace and Organization are empty for a request at the root if it answers for none.
	Namespace, Organization string
}

// Decision is a decision that was made, or a search.
type Decision struct {
	// Target is what the request was for.
	Target Target
	// Revision is the revision of the index that decided.
	Revision int64
	// RequestID is the beginning of what the client sent as X-Request-ID, and Caller what Authorize returned.
	RequestID, Caller string
	// ID is the identifier of the decision that the answer names, where the client asked for the reason; otherwise empty.
	ID string
	// Request is what was decided: in a search, without what is searched for.
	Request access.Request
	// Decision is the answer; in a search, whether there is any result in this answer.
	Decision bool
	// Reason is why, where the client asked for it.
	Reason access.Reason
	// Results is how many results a search answered with.
	Results int
	// Problem says why one of several evaluations was denied without a decision.
	Problem string
}

// Response is a request that was answered.
type Response struct {
	// Target is what the request was for.
	Target Target
	// Method is the request's, and AtRoot is set if its path names no organization.
	Method string
	AtRoot bool
	// Status is the HTTP status of the answer.
	Status int
	// Duration is from the request's headers to the last byte of the answer.
	Duration time.Duration
}

// Route returns the path of the request below that of the base URL, with what varies in braces; empty if nothing is served there.
func (r *Response) Route() string {
	endpoint := string(r.Target.Endpoint)
	switch {
	case endpoint == "":
		return ""
	case r.AtRoot:
		return "/" + endpoint
	case r.Target.Endpoint == Metadata:
		return "/" + endpoint + BelowOrganization
	default:
		return BelowOrganization + "/" + endpoint
	}
}
