// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// NewHandler returns the service over some organizations.
func NewHandler(tenants Tenants, options Options) http.Handler {
	h := &handler{Options: options.withDefaults(), tenants: tenants}
	h.exchanges.New = func() any { return &exchange{handler: h} }
	return h
}

type handler struct {
	Options

	tenants Tenants
	// exchanges are reused: a decision takes less time than making room for a request.
	exchanges sync.Pool
}

// exchange is a request on its way to an answer.
type exchange struct {
	handler *handler
	w       http.ResponseWriter
	r       *http.Request
	target  Target

	requestID, caller string

	tenant   Tenant
	index    *engine.Index
	revision int64

	body    bytes.Buffer
	decoder messageDecoder
	message message
	// submission is what the endpoint Approvers is asked, in place of a message.
	submission access.ApprovalInput
	// answer is the body of the answer, results those of a search on their way into it.
	answer, results []byte
}

// mostKept is how large buffers may be that are kept for another request.
const mostKept = 64 << 10

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.exchanges.Get().(*exchange)
	x.w, x.r = w, r
	if h.OnResponse == nil {
		x.serve()
	} else {
		begun := time.Now()
		status := x.serve()
		h.OnResponse(Response{Target: x.target, Status: status, Duration: time.Since(begun)})
	}
	x.release()
}

// release makes the exchange ready for another request, unless it has grown large.
func (x *exchange) release() {
	if x.body.Cap()+cap(x.answer)+cap(x.results) > mostKept || cap(x.message.evaluations) > DefaultMaxEvaluations {
		return
	}
	x.message.clear()
	x.body.Reset()
	x.w, x.r, x.tenant, x.index = nil, nil, nil, nil
	x.target, x.requestID, x.caller, x.revision, x.submission = Target{}, "", "", 0, access.ApprovalInput{}
	x.answer, x.results = x.answer[:0], x.results[:0]
	x.handler.exchanges.Put(x)
}

// Values of headers, which are not written to.
var (
	jsonHeader    = []string{jsonType}
	textHeader    = []string{"text/plain; charset=utf-8"}
	noSniffHeader = []string{"nosniff"}
)

const requestIDHeader = "X-Request-Id"

// serve answers, and returns the status.
func (x *exchange) serve() int {
	header := x.w.Header()
	err := x.identify(header)
	if err == nil {
		err = x.handle()
	}
	if err != nil {
		for name, values := range err.Header {
			header[http.CanonicalHeaderKey(name)] = values
		}
		header["Content-Type"], header["X-Content-Type-Options"] = textHeader, noSniffHeader
		x.w.WriteHeader(err.Status)
		_, _ = x.w.Write(append([]byte(err.Message), '\n'))
		return err.Status
	}
	header["Content-Type"] = jsonHeader
	_, _ = x.w.Write(x.answer)
	return http.StatusOK
}

// identify takes note of the request's identifier, which the answer repeats.
func (x *exchange) identify(header http.Header) *StatusError {
	given := x.r.Header[requestIDHeader]
	if len(given) == 0 || given[0] == "" {
		return nil
	}
	if len(given[0]) > MaxRequestIDBytes {
		return badRequestf("X-Request-ID has %d bytes: %d are allowed", len(given[0]), MaxRequestIDBytes)
	}
	x.requestID = given[0]
	header[requestIDHeader] = given[:1:1]
	return nil
}

// handle finds out what is asked, of whom, and whether it is to be answered, and answers it.
func (x *exchange) handle() *StatusError {
	x.target = route(x.r.URL.Path)
	if x.target.Endpoint == "" {
		return nothingThere(x.r.URL.Path)
	}
	if err := x.target.Endpoint.allowed(x.r.Method); err != nil {
		return err
	}
	atRoot := x.target.Namespace == ""
	tenant, found := x.find()
	if x.handler.Authorize != nil {
		caller, err := x.handler.Authorize(x.r, x.target)
		if err != nil {
			return err
		}
		x.caller = caller
	}
	if !found {
		return x.notFound()
	}
	x.tenant = tenant
	if x.target.Endpoint == Metadata {
		return x.metadata(atRoot)
	}
	if err := x.read(); err != nil {
		return err
	}
	return x.decide()
}

// find finds the organization. At the root it fills in the name.
func (x *exchange) find() (Tenant, bool) {
	if x.target.Namespace != "" {
		return x.handler.tenants.Tenant(x.target.Namespace, x.target.Organization)
	}
	tenant, found := x.handler.tenants.Only()
	if found {
		x.target.Namespace, x.target.Organization = tenant.Name()
	}
	return tenant, found
}

func (x *exchange) notFound() *StatusError {
	if x.target.Namespace == "" {
		return statusErrorf(http.StatusNotFound, "the root is served only while there is exactly one organization: ask /<namespace>/<organization>/%s",
			Evaluation)
	}
	return statusErrorf(http.StatusNotFound, "there is no organization %q in namespace %q here", x.target.Organization, x.target.Namespace)
}

// read reads the body, and checks that there is an index to ask.
func (x *exchange) read() *StatusError {
	if err := checkContent(x.r.Header); err != nil {
		return err
	}
	if err := x.tenant.Ready(); err != nil {
		return statusErrorf(http.StatusServiceUnavailable, "organization %s/%s cannot be decided for: %v",
			x.target.Namespace, x.target.Organization, err)
	}
	if err := x.readBody(); err != nil {
		return err
	}
	d := &x.decoder
	d.reset(&x.body, x.handler.MaxDepth)
	d.endpoint, d.maxEvaluations = x.target.Endpoint, x.handler.MaxEvaluations
	x.message.clear()
	if err := x.readQuestion(); err != nil {
		return bodyError(err)
	}
	x.current()
	return nil
}

func (x *exchange) readQuestion() error {
	if x.target.Endpoint == Approvers {
		return x.decoder.readSubmission(&x.submission)
	}
	return x.decoder.read(&x.message)
}

// current takes the index, and the revision that it is of.
func (x *exchange) current() {
	for {
		x.revision, x.index = x.tenant.Revision(), x.tenant.Index()
		if x.tenant.Revision() == x.revision {
			return
		}
	}
}

// decide answers what was read.
func (x *exchange) decide() *StatusError {
	switch x.target.Endpoint {
	case Evaluation:
		return x.evaluation()
	case Evaluations:
		if len(x.message.evaluations) == 0 {
			return x.evaluation()
		}
		return x.evaluations()
	case Approvers:
		return x.approvers()
	default:
		return x.search()
	}
}
