// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// NewHandler returns the service for some organizations.
func NewHandler(tenants Tenants, options Options) http.Handler {
	h := &handler{options: options.WithDefaults(), tenants: tenants}
	if base, err := url.Parse(options.BaseURL); err == nil {
		h.basePath = base.Path
	}
	h.exchanges.New = func() any {
		x := &exchange{handler: h}
		x.message.clear()
		return x
	}
	return h
}

type handler struct {
	options Options
	tenants Tenants
	// basePath is the path of the base URL, such as /authz; mostly empty.
	basePath string
	// exchanges are reused: a decision takes less time than allocating one.
	exchanges sync.Pool
	// bodies is how many bytes of bodies are held, beyond a little for each.
	bodies atomic.Int64
}

// exchange is a request that is being answered.
type exchange struct {
	handler *handler
	w       http.ResponseWriter
	r       *http.Request
	target  Target
	// atRoot is set if the path names no organization.
	atRoot bool

	requestID, caller string

	tenant   Tenant
	index    *engine.Index
	revision int64

	body bytes.Buffer
	// held is how much of the handler's memory for bodies this one takes.
	held    int64
	decoder decoder
	message message
	// approvalInput is what the endpoint Approvers is asked, in place of a message.
	approvalInput access.ApprovalInput
	// answer is the body of the answer, results those of a search on their way into it, and opening what each of these begins with.
	answer, results, opening []byte
}

// maxPooledBytes bounds the buffers that are kept for another request.
const maxPooledBytes = 64 << 10

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.exchanges.Get().(*exchange)
	x.w, x.r = w, r
	if h.options.OnResponse == nil {
		x.serve() //nolint:contextcheck // the exchange has the request, and so its context
	} else {
		begun := time.Now()
		status := x.serve() //nolint:contextcheck // as above
		h.options.OnResponse(r.Context(), Response{
			Target: x.target, Method: r.Method, AtRoot: x.atRoot, Status: status, Duration: time.Since(begun),
		})
	}
	x.release()
}

// release returns the exchange to the pool, unless it has grown large.
func (x *exchange) release() {
	if x.held > 0 {
		x.handler.bodies.Add(-x.held)
		x.held = 0
	}
	if x.isLarge() {
		return
	}
	x.message.clear()
	x.body.Reset()
	x.w, x.r, x.tenant, x.index = nil, nil, nil, nil
	x.target, x.atRoot, x.requestID, x.caller, x.revision = Target{}, false, "", "", 0
	x.approvalInput = access.ApprovalInput{}
	x.answer, x.results = x.answer[:0], x.results[:0]
	x.handler.exchanges.Put(x)
}

// isLarge reports whether the exchange holds so much memory that another request should not.
func (x *exchange) isLarge() bool {
	return x.body.Cap()+cap(x.answer)+cap(x.results)+cap(x.opening) > maxPooledBytes || cap(x.message.evaluations) > DefaultMaxEvaluations
}

// Values of headers, which must not be modified.
var (
	jsonHeader    = []string{jsonType}
	textHeader    = []string{"text/plain; charset=utf-8"}
	noSniffHeader = []string{"nosniff"}
)

const requestIDHeader = "X-Request-Id"

// serve answers the request, and returns the status.
func (x *exchange) serve() int {
	header := x.w.Header()
	x.identify(header)
	if err := x.handle(); err != nil {
		for name, values := range err.Header {
			header[http.CanonicalHeaderKey(name)] = values
		}
		header["Content-Type"], header["X-Content-Type-Options"] = textHeader, noSniffHeader
		x.w.WriteHeader(err.Status)
		_, _ = x.w.Write(append([]byte(err.Message), '\n'))
		return err.Status
	}
	header["Content-Type"] = jsonHeader
	if len(x.answer) >= compressedFrom && acceptsGzip(x.r.Header) {
		x.writeCompressed(header)
		return http.StatusOK
	}
	if len(x.answer) >= compressedFrom {
		// A shorter one has its length from net/http; a longer one would be sent in chunks.
		header["Content-Length"] = []string{strconv.Itoa(len(x.answer))}
	}
	_, _ = x.w.Write(x.answer)
	return http.StatusOK
}

// identify reads the request's identifier, which the answer repeats.
func (x *exchange) identify(header http.Header) {
	given := x.r.Header[requestIDHeader]
	if len(given) == 0 || given[0] == "" {
		return
	}
	x.requestID = given[0][:min(len(given[0]), MaxRequestIDBytes)]
	header[requestIDHeader] = given[:1:1]
}

// handle finds the organization and authorizes, reads and answers the request.
func (x *exchange) handle() *StatusError {
	x.target = x.handler.route(x.r.URL.Path)
	x.atRoot = x.target.Namespace == ""
	if x.target.Endpoint == "" || x.target.Endpoint == OpenAPI && len(x.handler.options.OpenAPI) == 0 {
		return unknownPath(x.r.URL.Path)
	}
	if err := x.target.Endpoint.allowed(x.r.Method); err != nil {
		return err
	}
	if x.target.Endpoint == OpenAPI {
		x.w.Header().Set("Cache-Control", metadataCaching)
		x.answer = append(x.answer, x.handler.options.OpenAPI...)
		return nil
	}
	tenant := x.find()
	if x.target.Endpoint == Metadata {
		return x.metadata(tenant != nil)
	}
	if x.handler.options.Authorize != nil {
		caller, err := x.handler.options.Authorize(x.r, x.target)
		if err != nil {
			return err
		}
		x.caller = caller
	}
	if tenant == nil {
		return x.notFound()
	}
	x.tenant = tenant
	if err := x.receive(); err != nil {
		return err
	}
	return x.inPlace()
}

// inPlace reads and answers a request that is there as a whole, if there is a place for it.
func (x *exchange) inPlace() *StatusError {
	if places := x.handler.options.Places; places != nil {
		if !places.Take() {
			return tooMany("too many requests are being answered: try again later")
		}
		defer places.Leave()
	}
	if err := x.read(); err != nil {
		return err
	}
	return x.decide()
}

// find finds the organization, which is nil if it is not there. At the root it completes the target with its name.
func (x *exchange) find() Tenant {
	var tenant Tenant
	if x.target.Namespace == "" {
		x.target.Namespace, x.target.Organization, tenant = x.handler.tenants.Root()
	} else if named, found := x.handler.tenants.Tenant(x.target.Namespace, x.target.Organization); found {
		tenant = named
	}
	return tenant
}

func (x *exchange) notFound() *StatusError {
	if x.target.Namespace == "" {
		return statusErrorf(http.StatusNotFound,
			"the root answers for no organization: ask /<namespace>/<organization>/%s, or name the organization with -O at the start", Evaluation)
	}
	return statusErrorf(http.StatusNotFound, "there is no organization %q in namespace %q here", x.target.Organization, x.target.Namespace)
}

// receive waits for the body, after it has checked that the organization is ready.
func (x *exchange) receive() *StatusError {
	if err := checkContent(x.r.Header); err != nil {
		return err
	}
	if err := x.tenant.Ready(); err != nil {
		return statusErrorf(http.StatusServiceUnavailable, "organization %s/%s cannot be served now: %v",
			x.target.Namespace, x.target.Organization, err)
	}
	return x.readBody()
}

// read reads the question out of the body.
func (x *exchange) read() *StatusError {
	d := &x.decoder
	d.reset(&x.body, x.handler.options.MaxDepth)
	d.endpoint, d.maxEvaluations = x.target.Endpoint, x.handler.options.MaxEvaluations
	if err := x.readQuestion(); err != nil {
		return bodyError(err)
	}
	x.index, x.revision = Current(x.tenant)
	return nil
}

func (x *exchange) readQuestion() error {
	if x.target.Endpoint == Approvers {
		return x.decoder.readApprovalInput(&x.approvalInput)
	}
	return x.decoder.read(&x.message)
}

// decide answers the request that was read.
func (x *exchange) decide() *StatusError {
	switch x.target.Endpoint {
	case Evaluation:
		x.evaluation()
	case Evaluations:
		if len(x.message.evaluations) == 0 {
			x.evaluation()
		} else {
			x.evaluations()
		}
	case Approvers:
		x.approvers()
	default:
		return x.search()
	}
	return nil
}
