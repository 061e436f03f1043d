// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
)

// Cluster reads and writes requests as a caller, whom the API server holds to what the caller may do. Its methods may be called by any
// number of goroutines. Their errors are the API server's.
type Cluster interface {
	// MaySpeakFor reports whether a caller may write requests for a user: a user for themselves, and a service account for those whom it
	// may impersonate.
	MaySpeakFor(ctx context.Context, caller *authenticationv1.UserInfo, user string) (bool, error)
	CreateRequest(ctx context.Context, caller *authenticationv1.UserInfo, request *v1alpha1.ApprovalRequest) error
	Request(ctx context.Context, caller *authenticationv1.UserInfo, namespace, name string) (*v1alpha1.ApprovalRequest, error)
	// RequestsLabelled returns the requests of a namespace with one of some values of a label.
	RequestsLabelled(
		ctx context.Context, caller *authenticationv1.UserInfo, namespace, label string, values []string,
	) ([]v1alpha1.ApprovalRequest, error)
	CreateDecision(ctx context.Context, caller *authenticationv1.UserInfo, decision *v1alpha1.ApprovalDecision) error
}

// Options are what the profile needs. Tenants, BaseURL, Keys, Cluster and Identify must be set.
type Options struct {
	Tenants authzen.Tenants
	// BaseURL is the address at which clients reach the service, as authzen.CheckBaseURL wants it.
	BaseURL string
	Keys    *Keyring
	Cluster Cluster
	// Identify returns who sends a request, once they may ask about the organization of a target; otherwise the error to answer with.
	Identify func(r *http.Request, target authzen.Target) (*authenticationv1.UserInfo, *authzen.StatusError)
	// OnResponse is called for every answer, after it is written, with the context of its request; nil for none. It must not block.
	OnResponse func(context.Context, authzen.Response)
	// Callbacks are those that callers may ask for; nil for none.
	Callbacks *Callbacks
	// Lifetime is how long a denial can be used to ask; 0 for DefaultLifetime.
	Lifetime time.Duration
	// Now is the clock; nil for the machine's.
	Now func() time.Time
	Log logr.Logger
}

// DefaultLifetime is how long a denial can be used to ask.
const DefaultLifetime = 10 * time.Minute

// Service is the profile. It may be used by any number of goroutines.
type Service struct {
	options  Options
	basePath string
	places   chan struct{}
}

var _ authzen.Profile = (*Service)(nil)

// New returns the profile.
func New(options Options) *Service {
	options.Lifetime = cmp.Or(options.Lifetime, DefaultLifetime)
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &Service{options: options, places: make(chan struct{}, mostAtOnce)}
	if base, err := url.Parse(options.BaseURL); err == nil {
		s.basePath = base.Path
	}
	return s
}

func (s *Service) now() time.Time { return s.options.Now() }

// place is an organization.
type place struct{ namespace, organization string }

// issuer is how what is signed for an organization names it.
func (s *Service) issuer(of place) string {
	return s.options.BaseURL + "/" + url.PathEscape(of.namespace) + "/" + url.PathEscape(of.organization)
}

// endpoint is where requests for access to an organization go.
func (s *Service) endpoint(of place) string {
	return s.issuer(of) + "/" + string(authzen.AccessRequests)
}

// Members of the context of an answer.
const (
	memberReason     = "reason"
	memberNextAction = "next_action"
	memberEvaluation = "evaluation_id"
	memberEvaluated  = "evaluated_at"
	memberRequest    = "access_request"
	memberRetryAfter = "retry_after"
)

// reasonRequestable is the reason of a no that an approver could turn into a yes.
const reasonRequestable = "approval_required"

// Context implements authzen.Profile.
func (s *Service) Context(asked *authzen.Asked) map[string]any {
	if reference, refers := asked.Request.Context[authzen.MemberApproval]; refers {
		return s.reevaluated(asked, reference)
	}
	return s.requestable(asked)
}

// requestable returns how to ask for what was denied; nil if nobody could approve it.
func (s *Service) requestable(asked *authzen.Asked) map[string]any {
	found, err := findWay(asked.Index, asked.Request, wish{open: true})
	if err != nil {
		return nil
	}
	where := place{asked.Target.Namespace, asked.Target.Organization}
	now := s.now()
	until := now.Add(s.options.Lifetime).Truncate(time.Second)
	expires := until.UTC().Format(time.RFC3339)
	token, err := s.options.Keys.sign(typeBinding, &binding{
		question: newQuestion(asked.Request, contextMembers(asked.Index, asked.Request)),
		Issuer:   s.issuer(where), Audience: s.endpoint(where), IssuedAt: now.Unix(), Expiry: until.Unix(), ID: rand.Text(),
		EvaluationID: asked.ID, DenialExpiresAt: expires,
	})
	if err != nil {
		s.options.Log.Error(err, "Cannot sign what a denial says, so that nobody can ask for it")
		return nil
	}
	return map[string]any{
		memberEvaluation: asked.ID, memberEvaluated: now.UTC().Format(time.RFC3339), memberReason: reasonRequestable,
		memberRequest: map[string]any{
			"endpoint": s.endpoint(where), "template": found.chain, "expires_at": expires, "binding_token": token,
			"request_schema_url": s.endpoint(where) + "/" + segmentSchemas + "/" + url.PathEscape(found.chain),
			"display":            map[string]any{"title": "Request access", "description": "Access needs an approval."},
		},
	}
}

// index returns the index of an organization, or why it cannot be asked.
func (s *Service) index(of place) (*engine.Index, authzen.Tenant, bool) {
	tenant, found := s.options.Tenants.Tenant(of.namespace, of.organization)
	if !found || tenant.Ready() != nil {
		return nil, nil, false
	}
	return tenant.Index(), tenant, true
}

// holds reports whether the user of a request holds the role that it gave, as an index knows it.
func holds(x *engine.Index, user, request string) bool {
	return x.HoldsGrant(user, "ApprovalRequest/"+request+" grant")
}
