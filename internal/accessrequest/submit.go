// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"errors"
	"net/http"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

const (
	keyHeader = "Idempotency-Key"
	// openTimeout is how long an answer waits for a request that needs nobody's decision, and withdrawTimeout for a withdrawal to count.
	openTimeout     = 3 * time.Second
	withdrawTimeout = 5 * time.Second
)

// submit takes a request for access.
func (x *exchange) submit(string) *problem {
	sub, p := x.readSubmission()
	if p != nil {
		return p
	}
	if len(x.r.Header.Get(keyHeader)) > maxKeyBytes {
		return plainProblem(http.StatusBadRequest, "the header %s has more than %d bytes, which are allowed", keyHeader, maxKeyBytes)
	}
	keys := x.service.keyHashes(x.where, x.caller.Username, x.r.Header.Get(keyHeader))
	bound, err := x.service.verifyBinding(&sub.denial, x.where)
	if errors.Is(err, errUnbound) || err == nil && !bound.asks(sub.request) {
		return invalidBinding(errUnbound.Error())
	}
	if p := x.speaksFor(sub.request.Subject.ID); p != nil {
		return p
	}
	// What was taken before is answered again, even after the denial has expired.
	if known, p := x.submittedBefore(sub, keys); known != nil || p != nil {
		return x.answerTask(known, http.StatusAccepted, p)
	}
	if err != nil {
		return expiredDenial()
	}
	return x.open(sub, bound, keys)
}

// speaksFor returns an error unless the caller may make requests for a user.
func (x *exchange) speaksFor(user string) *problem {
	may, err := x.service.options.Cluster.MaySpeakFor(x.r.Context(), x.caller, user)
	switch {
	case err != nil:
		return x.failed(err)
	case !may:
		return plainProblem(http.StatusForbidden, "%s may not ask for %q: users ask for themselves, and service accounts for users on whom they "+
			"have the verb impersonate", x.caller.Username, user)
	}
	return nil
}

// submittedBefore returns the request that the caller has made with the same Idempotency-Key; nil if there is none. It is an error if the
// body was another one.
func (x *exchange) submittedBefore(sub *submission, keys []string) (*v1alpha1.ApprovalRequest, *problem) {
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := x.service.options.Cluster.RequestsLabelled(x.r.Context(), x.caller, x.where.namespace, LabelIdempotency, keys)
	if err != nil {
		return nil, x.failed(err)
	}
	for i := range found {
		made := x.service.recordOf(&found[i], x.where)
		if made == nil || made.Caller != x.caller.Username || !slices.Contains(keys, made.Key) {
			continue // the label was copied
		}
		if made.Body != digest(sub.body) {
			return nil, duplicate("the " + keyHeader + " came with another body before: take another key for another request")
		}
		return &found[i], nil
	}
	return nil, nil
}

// open creates the request for access.
func (x *exchange) open(sub *submission, bound *binding, keys []string) *problem {
	index, _, ready := x.service.index(x.where)
	if !ready {
		return plainProblem(http.StatusServiceUnavailable, "organization %s/%s cannot be served now", x.where.namespace, x.where.organization)
	}
	if sub.callback != nil {
		if err := x.service.options.Callbacks.check(x.r.Context(), sub.callback, x.caller.Username); err != nil {
			return plainProblem(http.StatusBadRequest, "callback.endpoint %s: %v", sub.callback.Endpoint, err)
		}
	}
	if index.Check(sub.request) {
		return notRequestable(errors.New("the request is allowed by now: evaluate it again"))
	}
	found, err := findWay(index, sub.request, sub.wish)
	if err != nil {
		return notRequestable(err)
	}
	key := ""
	if len(keys) > 0 {
		key = keys[0]
	}
	request, err := x.newRequest(sub, bound, found, key)
	if err != nil {
		return x.failed(err)
	}
	switch err := x.service.options.Cluster.CreateRequest(x.r.Context(), x.caller, request); {
	case apierrors.IsAlreadyExists(err):
		return x.replayed(sub, request.Name, keys)
	case err != nil:
		return x.failed(err)
	}
	if sub.callback != nil {
		x.service.follow(x.caller, request)
	}
	return x.answerOpened(request, found.asks)
}

// answerOpened answers with the task of a request that was created: once it has ended, unless an approver is asked.
func (x *exchange) answerOpened(request *v1alpha1.ApprovalRequest, asks bool) *problem {
	if asks {
		return x.answerTask(request, http.StatusAccepted, nil)
	}
	if _, err := requests.Await(x.r.Context(), openTimeout, x.reread(request), func() bool {
		return x.service.taskOf(request, x.where).Status != statusPending
	}); err != nil {
		return x.failed(err)
	}
	return x.answerTask(request, http.StatusCreated, nil)
}

// replayed answers for a token that has opened a request before: with that request, if it is the same submission that is repeated.
func (x *exchange) replayed(sub *submission, name string, keys []string) *problem {
	request, err := x.service.options.Cluster.Request(x.r.Context(), x.caller, x.where.namespace, name)
	if err != nil {
		return x.failed(err)
	}
	if made := x.service.recordOf(request, x.where); made != nil && len(keys) > 0 && made.matches(sub, x.caller.Username, keys) {
		return x.answerTask(request, http.StatusAccepted, nil)
	}
	return invalidBinding("denial.binding_token was used before: evaluate again, and use the token of that answer")
}

// failed answers for an error of the API server.
func (x *exchange) failed(err error) *problem {
	switch {
	case apierrors.IsForbidden(err):
		return plainProblem(http.StatusForbidden, "%v", err)
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		return plainProblem(http.StatusBadRequest, "%v", err)
	}
	x.service.options.Log.Error(err, "Cannot read or write requests", "namespace", x.where.namespace, "caller", x.caller.Username)
	p := plainProblem(http.StatusServiceUnavailable, "the API server does not answer: try again later")
	p.header = http.Header{"Retry-After": {"1"}}
	return p
}
